import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { finishInstall, InstallError, installChanges, planChanges, type WorkChange } from "../../src/work/install.ts";
import { stageMoves, workFile } from "../../src/work/journal.ts";
import { HOSTS, works } from "./fixture.ts";

let vardir = "";
beforeEach(() => {
  vardir = mkdtempSync(`${tmpdir()}/dmon-install-`);
});
afterEach(() => rmSync(vardir, { recursive: true }));

const write = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 });
const BEFORE = `${HOSTS}get * uptime root_usage\n`;
const AFTER = `${HOSTS.replace(/host www2.*\n/, "")}host db.example.org db\nget mars,ups,db uptime root_usage\nget www1 uptime\n`;

function install(text: string): string[] {
  const changes: WorkChange[] = [];
  installChanges(
    planChanges(works(text), vardir, (change) => changes.push(change)),
    vardir,
    write,
  );
  return changes.map(
    ({ kind, host, before, after }) =>
      `${kind} ${host} ${before === undefined ? "new" : after === undefined ? "removed" : "changed"}`,
  );
}

/** All files below vardir with their contents. */
function tree(): Record<string, string> {
  const files = readdirSync(vardir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => [
      `${entry.parentPath}/${entry.name}`,
      readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"),
    ]),
  );
}

describe("installChanges", () => {
  test("the first time: one file a client, one for the server, one for the pagemaker", () => {
    expect(install(BEFORE)).toEqual([
      "client mars.example.org new",
      "client www1.example.org new",
      "client www2.example.org new",
      "server mars.example.org new",
      "pmaker mars.example.org new",
    ]);
    expect(Object.keys(tree()).sort()).toEqual([
      workFile(vardir, "client", "mars.example.org"),
      workFile(vardir, "client", "www1.example.org"),
      workFile(vardir, "client", "www2.example.org"),
      workFile(vardir, "pmaker", "mars.example.org"),
      workFile(vardir, "server", "mars.example.org"),
    ]);
    expect(existsSync(`${vardir}/works.tmp`)).toBe(false);
  });

  test("a plan alone changes nothing", () => {
    planChanges(works(BEFORE), vardir);
    expect(readdirSync(vardir)).toEqual([]);
  });

  test("a second time there is nothing to do, and what did not change keeps its time", () => {
    install(BEFORE);
    const old = new Date(1_600_000_000_000);
    for (const file of Object.keys(tree())) utimesSync(file, old, old);
    expect(install(BEFORE)).toEqual([]);
    expect(install(AFTER)).toEqual([
      "client www1.example.org changed",
      "client db.example.org new",
      "server mars.example.org changed",
      "client www2.example.org removed",
    ]);
    expect(statSync(workFile(vardir, "client", "mars.example.org")).mtimeMs).toBe(old.getTime());
    expect(statSync(workFile(vardir, "client", "www1.example.org")).mtimeMs).toBeGreaterThan(old.getTime());
    expect(existsSync(workFile(vardir, "client", "www2.example.org"))).toBe(false);
  });

  test("the server moves: the old one's file goes", () => {
    install(BEFORE);
    const changes = planChanges(works(BEFORE, "www1.example.org"), vardir);
    installChanges(changes, vardir, write);
    expect(readdirSync(`${vardir}/works/server`)).toEqual(["www1.example.org.txt"]);
  });

  test.each([1, 2, 3, 4])("a disk that is full at file %p changes nothing, and leaves nothing behind", (nth) => {
    install(BEFORE);
    const before = tree();
    let written = 0;
    const full = (path: string, text: string) => {
      if (++written === nth) {
        writeFileSync(path, text.slice(0, 10));
        throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      }
      write(path, text);
    };
    expect(() => installChanges(planChanges(works(AFTER), vardir), vardir, full)).toThrow(
      new InstallError(`nothing is changed, for ${vardir} (vardir) cannot be written: no space left on device`),
    );
    expect(tree()).toEqual(before);
    expect(install(AFTER)).toHaveLength(4);
  });

  test("half way it says how much is changed; readers are told too, and the rest follows when it can", () => {
    install(BEFORE);
    const changes = planChanges(works(AFTER), vardir);
    const inTheWay = workFile(vardir, "server", "mars.example.org");
    rmSync(inTheWay);
    mkdirSync(`${inTheWay}/full`, { recursive: true }); // a rename of a file over it fails
    expect(() => installChanges(changes, vardir, write)).toThrow(
      /^only 1 of 4 work-files are changed yet, for \S+ \(vardir\) cannot be written: .*(EISDIR|directory)/,
    );
    expect(() => finishInstall(vardir)).toThrow(
      /^new work-files cannot be moved from works.tmp to works: .*(EISDIR|directory)/,
    );
    rmSync(inTheWay, { recursive: true });
    finishInstall(vardir);
    expect(existsSync(`${vardir}/works.tmp`)).toBe(false);
    expect(planChanges(works(AFTER), vardir)).toEqual([]);
  });

  test("what a mk-work that was killed left in works.tmp is no obstacle", () => {
    install(BEFORE);
    Bun.spawnSync(["mkdir", "-p", `${vardir}/works.tmp/client`]);
    writeFileSync(`${vardir}/works.tmp/client/stray.example.org.txt`, "{");
    install(AFTER);
    expect(existsSync(`${vardir}/works.tmp`)).toBe(false);
    expect(Object.keys(tree()).some((file) => file.includes("stray"))).toBe(false);
  });

  test("nor is it left there when nothing changes", () => {
    install(BEFORE);
    mkdirSync(`${vardir}/works.tmp/new-x/client`, { recursive: true });
    expect(install(BEFORE)).toEqual([]);
    expect(existsSync(`${vardir}/works.tmp`)).toBe(false);
  });

  test("only the owner reads what may hold a community", () => {
    install(BEFORE);
    expect(statSync(`${vardir}/works/client`).mode & 0o777).toBe(0o700);
  });
});

describe("a mk-work that is killed", () => {
  const moves = () => planChanges(works(AFTER), vardir);
  const wanted = () => {
    const before = tree();
    installChanges(moves(), vardir, write);
    const after = tree();
    return { before, after };
  };
  const again = () => {
    rmSync(`${vardir}/works`, { recursive: true });
    install(BEFORE);
  };
  /** What the journal lists, as paths of the staging and where they go. */
  const staged = () => {
    const [name = ""] = readdirSync(`${vardir}/works.tmp`);
    return `${vardir}/works.tmp/${name}`;
  };

  test("while it stages leaves the old files, and the next one drops what it staged", () => {
    install(BEFORE);
    const { before, after } = wanted();
    again();
    let written = 0;
    const total = moves().filter(({ text }) => text).length + 1; // and the journal
    for (let nth = 1; nth <= total; nth++) {
      written = 0;
      const killed = (path: string, text: string) => {
        if (++written === nth) throw new Error("killed");
        write(path, text);
      };
      expect(() => stageMoves(moves(), vardir, killed)).toThrow("killed");
      finishInstall(vardir);
      const seen = Object.fromEntries(Object.entries(tree()).filter(([path]) => !path.includes("works.tmp")));
      expect(seen).toEqual(before);
    }
    install(AFTER);
    expect(tree()).toEqual(after);
  });

  test.each([0, 1, 2, 3])("behind the journal, after %p moves: whoever reads does the rest", (done) => {
    install(BEFORE);
    const { after } = wanted();
    again();
    stageMoves(moves(), vardir, write);
    for (const [kind, host] of (
      [
        ["client", "db"],
        ["client", "www1"],
        ["server", "mars"],
      ] as const
    ).slice(0, done))
      renameSync(`${staged()}/${kind}/${host}.example.org.txt`, workFile(vardir, kind, `${host}.example.org`));
    finishInstall(vardir);
    expect(tree()).toEqual(after);
    expect(existsSync(`${vardir}/works.tmp`)).toBe(false);
  });

  test("two who do the rest at once: one that lags behind does no harm to what is newer", () => {
    install(BEFORE);
    stageMoves(moves(), vardir, write);
    const old = readFileSync(`${staged()}/ready`, "utf8");
    const name = staged();
    finishInstall(vardir);
    install(BEFORE); // www2 is there again
    const newer = tree();
    // What the one that lags behind still knows of: its journal and its directory are gone.
    mkdirSync(name, { recursive: true, mode: 0o700 });
    writeFileSync(`${name}/ready`, old, { mode: 0o600 });
    finishInstall(vardir);
    expect(tree()).toEqual(newer);
  });

  test("a journal that others may have written moves nothing", () => {
    install(BEFORE);
    const { before } = wanted();
    again();
    stageMoves(moves(), vardir, write);
    chmodSync(`${vardir}/works.tmp`, 0o770);
    finishInstall(vardir);
    const seen = Object.fromEntries(Object.entries(tree()).filter(([path]) => !path.includes("works.tmp")));
    expect(seen).toEqual(before);
  });

  test("a journal leads nowhere else", () => {
    install(BEFORE);
    stageMoves(moves(), vardir, write);
    writeFileSync(`${staged()}/ready`, '{"moves":[],"removals":[{"kind":"client","host":"../../secret"}]}');
    writeFileSync(`${vardir}/secret.txt`, "");
    finishInstall(vardir);
    expect(existsSync(`${vardir}/secret.txt`)).toBe(true);
  });
});
