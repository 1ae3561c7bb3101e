import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as fc from "fast-check";
import { faultOf } from "../../../src/page/session/choice.ts";
import { PasswordFile } from "../../../src/page/session/password-file.ts";
import {
  hashPassword,
  NOBODYS_HASH,
  parsePasswords,
  verifyPassword,
  withPassword,
} from "../../../src/page/session/passwords.ts";

const LINE = `anna ${NOBODYS_HASH} 0123456789abcdef 2026-11-23T15:00:00Z`;
const ANNA = {
  user: "anna",
  hash: NOBODYS_HASH,
  generation: "0123456789abcdef",
  set_s: Date.UTC(2026, 10, 23, 15) / 1000,
};

describe("the text", () => {
  test("reads as it was written", () => {
    const text = withPassword("", "anna", ANNA);
    expect(text).toStartWith("# Passwords of the pages");
    expect(parsePasswords(text)).toEqual({ passwords: new Map([["anna", ANNA]]), faults: [] });
    expect(withPassword(text, "anna", ANNA)).toBe(text);
    expect(parsePasswords(withPassword(text, "anna", undefined)).passwords.size).toBe(0);
  });

  test.each([
    [
      "a hash that was cut",
      LINE.replace("SMDm8", ""),
      /^line 1: the hash of anna is damaged; set it anew with: dmon passwd anna$/,
      false,
    ],
    ["another algorithm", LINE.replace("argon2id", "argon2i"), /damaged/, true],
    ["a plain password", "anna secret 0123456789abcdef 2026-11-23T15:00:00Z", /damaged/, true],
    ["no password", "anna  0123456789abcdef 2026-11-23T15:00:00Z", /damaged|four words/, true],
    ["a cheap hash", LINE.replace("m=19456", "m=8"), /cost that is not ours/, true],
    ["a dear hash", LINE.replace("m=19456", "m=4194304"), /cost that is not ours/, true],
    ["no generation", LINE.replace(" 0123456789abcdef", ""), /four words/, true],
    ["no time", LINE.replace("2026-", "x"), /generation or time/, true],
    ["no name", LINE.replace("anna", "../a"), /no user's name/, true],
    ["twice", `${LINE}\n${LINE}`, /^line 2: anna is in line 1 already/, true],
    ["three times", `${LINE}\n${LINE}\n${LINE}`, /^line 2/, true],
    ["twice, once damaged", `anna x y z\n${LINE}`, /^line 1/, true],
  ])("%s lets nobody in, and is told", (_, text, fault, isSure) => {
    const { passwords, faults } = parsePasswords(text);
    expect(passwords.has("anna") && isSure).toBe(false);
    if (!isSure) return;
    expect(faults[0]).toMatch(fault);
  });

  test("one damaged line is no harm to others, and stays for a person to see until it is set anew", () => {
    const text = `ben x\n${LINE}\n`;
    expect([...parsePasswords(text).passwords.keys()]).toEqual(["anna"]);
    expect(withPassword(text, "anna", undefined)).toContain("ben x\n");
    expect(withPassword(text, "ben", { ...ANNA, user: "ben" })).not.toContain("ben x");
  });

  test("whatever it is, it reads, and only whole lines count", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const [user, { hash }] of parsePasswords(text).passwords) expect(text).toContain(`${user} ${hash}`);
      }),
    );
    fc.assert(
      fc.property(fc.nat(LINE.length - 1), fc.nat(7), (at, bit) => {
        const bytes = Buffer.from(LINE);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const found = parsePasswords(bytes.toString("latin1")).passwords.get("anna");
        // A flipped bit may make another hash, generation or time: never the same.
        expect(found).not.toEqual(ANNA);
      }),
    );
  });
});

test("a hash is argon2id of our cost, and of the same letters on every keyboard", async () => {
  const hash = await hashPassword("gr\u00fcn und blau");
  expect(hash).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
  expect(await verifyPassword("gru\u0308n und blau", hash)).toBe(true);
  expect(await verifyPassword("grun und blau", hash)).toBe(false);
  expect(NOBODYS_HASH).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$"); // as costly
});

test.each([
  ["correct horse", undefined],
  ["        a1", undefined],
  ["short", "the password has 5 characters; at least 8 are needed, for shorter ones are guessed"],
  ["", "has 0 characters"],
  ["a", "has 1 character;"],
  ["\u{1f600}".repeat(7), "has 7 characters"],
  ["x".repeat(257), "more than 256"],
  ["abcdefg\0h", "no keyboard can type"],
  ["Annabelle", "the user's name"],
  ["aaaaaaaa", "one or two characters"],
  ["Password1", "tried first"],
])("%p as a password: %p", (password, fault) => {
  const found = faultOf(password, "annabelle");
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(fault);
});

describe("the file", () => {
  let dir: string;
  let said: string[];
  let file: PasswordFile;
  beforeEach(() => {
    dir = mkdtempSync(`${tmpdir()}/dmon-passwords-`);
    said = [];
    file = new PasswordFile(`${dir}/passwords`, (text) => said.push(text));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test("is made for the owner alone, and read when another process changed it", () => {
    const other = new PasswordFile(file.path, () => {});
    expect(file.get("anna")).toBeUndefined();
    expect(file.isEmpty).toBe(true);
    const first = other.set("anna", NOBODYS_HASH, 1);
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(file.get("anna")).toEqual(first);
    const second = other.set("anna", NOBODYS_HASH, 1);
    expect(second.generation).not.toBe(first.generation);
    expect(file.get("anna")?.generation).toBe(second.generation);
    expect(other.renew("anna")?.hash).toBe(NOBODYS_HASH);
    expect(file.get("anna")?.generation).not.toBe(second.generation);
    expect([other.drop("anna"), other.drop("anna"), other.renew("anna")]).toEqual([true, false, undefined]);
    expect(file.get("anna")).toBeUndefined();
    expect(readdirSync(dir).sort()).toEqual(["passwords", "passwords.lck"]);
  });

  test("says once what is wrong with it", () => {
    writeFileSync(file.path, `${LINE}\nben x\n`);
    chmodSync(file.path, 0o644);
    for (let i = 0; i < 3; i++) expect(file.get("ben")).toBeUndefined();
    expect(file.get("anna")).toEqual(ANNA);
    expect(said).toEqual([
      `${file.path}: line 2: ben has not four words; set it anew with: dmon passwd ben; nobody logs in by it`,
      `${file.path}: others may read it; run: chmod 600 ${file.path}`,
    ]);
  });

  test("one that is no file, or too large, lets nobody in", () => {
    writeFileSync(file.path, "#".repeat(5 * 1024 * 1024));
    expect(file.get("anna")).toBeUndefined();
    expect(said[0]).toContain("larger than");
    expect(() => file.set("anna", NOBODYS_HASH, 1)).toThrow("larger than");
    rmSync(file.path);
    file.set("anna", NOBODYS_HASH, 1);
    expect(readFileSync(file.path, "utf8")).toContain("\nanna $argon2id$");
  });

  test("several processes write one after the other, and nothing is lost", async () => {
    const script = `const {PasswordFile}=await import(${JSON.stringify(`${import.meta.dir}/../../../src/page/session/password-file.ts`)});
      const f=new PasswordFile(process.argv[1],()=>{}); for(let i=0;i<10;i++) f.set(process.argv[2]+i, ${JSON.stringify(NOBODYS_HASH)}, 1);`;
    const children = ["a", "b", "c"].map((name) => Bun.spawn([process.execPath, "-e", script, file.path, name]));
    expect(await Promise.all(children.map(({ exited }) => exited))).toEqual([0, 0, 0]);
    expect(parsePasswords(readFileSync(file.path, "utf8"))).toMatchObject({ passwords: { size: 30 }, faults: [] });
  }, 20_000);
});
