// The smaller parts of logging in: turns, programs' passwords, where to go on, ended sessions.

import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as fc from "fast-check";
import { BASIC_KEPT_MAX, BASIC_KEPT_S, ENDED_PER_USER_MAX, SESSION_LASTS_S } from "../../../src/core/limits.ts";
import { credentialsOf, KnownCredentials } from "../../../src/page/session/basic.ts";
import { EndedSessions } from "../../../src/page/session/ended.ts";
import { safeReturn } from "../../../src/page/session/return.ts";
import { newNonce } from "../../../src/page/session/signing.ts";
import { Busy, Turns } from "../../../src/page/session/turns.ts";

test("so many at a time, so many wait, others are told", async () => {
  const turns = new Turns(2, 3);
  let running = 0;
  let most = 0;
  const open = Promise.withResolvers<void>();
  const work = async () => {
    most = Math.max(most, ++running);
    await open.promise;
    running--;
  };
  const all = Array.from({ length: 7 }, () =>
    turns.take(work).then(
      () => "done",
      (error) => error,
    ),
  );
  open.resolve();
  const ends = await Promise.all(all);
  expect(ends.slice(0, 5)).toEqual(Array(5).fill("done"));
  expect(ends.slice(5).every((each) => each instanceof Busy)).toBe(true);
  expect(most).toBe(2);
  expect(await turns.take(() => Promise.reject(new Error("no"))).catch(({ message }) => message)).toBe("no");
  expect(await turns.take(() => Promise.resolve(1))).toBe(1); // what failed gives its turn back
});

describe("where to go on", () => {
  test.each([
    ["host/mars", "./host/mars"],
    ["host/mars?x=%2F&y=1", "./host/mars?x=%2F&y=1"],
    ["do/ack?host=mars&item=root_usage", "./do/ack?host=mars&item=root_usage"],
    ["host/m%C3%A4rs", "./host/m%C3%A4rs"],
    ["", "./"],
    [null, "./"],
    ["//evil.example", "./"],
    ["/evil.example", "./"],
    ["\\\\evil.example", "./"],
    ["\\evil.example", "./"],
    ["/\\evil.example", "./"],
    ["%2F%2Fevil.example", "./"],
    ["a/..//evil.example", "./"],
    ["host/%00", "./"],
    ["host/%zz", "./"],
    ["login", "./"],
    ["logout", "./"],
    ["act/ticket", "./"],
    ["x".repeat(5000), "./"],
    ["\t//evil", "./"],
    ["\n/evil", "./"],
  ])("%p is %p", (to, wanted) => expect(safeReturn(to)).toBe(wanted));

  test("is ours, whatever it is", () => {
    const words = fc.array(
      fc.constantFrom(
        "/",
        "\\",
        "..",
        ".",
        "http:",
        "https://evil",
        "@",
        "evil",
        ":",
        "?",
        "#",
        "%2f",
        "\t",
        "\n",
        "javascript:",
        "//",
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          words.map((list) => list.join("")),
          fc.string(),
          fc.webUrl(),
        ),
        (to) => {
          const found = safeReturn(to);
          expect(found).toStartWith("./");
          for (const base of ["http://pages/login", "http://pages/below/login"]) {
            const url = new URL(found, base);
            expect(url.origin).toBe("http://pages");
            expect(url.pathname).toStartWith(new URL(".", base).pathname);
            expect(url.pathname).not.toStartWith("//");
          }
        },
      ),
    );
  });
});

describe("a program's password", () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

  test.each([
    [basic("anna:s:x"), { user: "anna", password: "s:x" }],
    [basic("anna:grün").replace("Basic", "basic "), { user: "anna", password: "grün" }],
    [basic("anna:"), { user: "anna", password: "" }],
    [basic("anna"), undefined],
    ["Basic", undefined],
    ["Basic !!!!", undefined],
    ["Bearer abc", undefined],
    [null, undefined],
    [basic(`a:${"x".repeat(5000)}`), undefined],
  ])("%p", (header, wanted) => expect(credentialsOf(header)).toEqual(wanted));

  test("is known for some minutes, under this generation", () => {
    let now_s = 0;
    const known = new KnownCredentials(() => now_s);
    const anna = { user: "anna", password: "x" };
    known.add(anna, "g1");
    expect([known.has(anna, "g1"), known.has(anna, "g2"), known.has({ ...anna, password: "y" }, "g1")]).toEqual([
      true,
      false,
      false,
    ]);
    now_s = BASIC_KEPT_S;
    expect(known.has(anna, "g1")).toBe(false);
    for (let i = 0; i <= BASIC_KEPT_MAX; i++) known.add({ user: `u${i}`, password: "x" }, "g");
    expect([known.has({ user: "u0", password: "x" }, "g"), known.has({ user: "u1", password: "x" }, "g")]).toEqual([
      false,
      true,
    ]);
  });
});

describe("sessions that were ended", () => {
  test("stay so over a restart, for as long as their cookies last; too many of one user are all", () => {
    const dir = mkdtempSync(`${tmpdir()}/dmon-ended-`);
    try {
      const said: string[] = [];
      const say = (text: string) => void said.push(text);
      const session = () => ({ user: "anna", nonce: newNonce(), generation: "g", issued_s: 0 });
      const first = session();
      const ended = new EndedSessions(`${dir}/ended`, say);
      expect(ended.add(first, 1000)).toBe(true);
      expect(statSync(`${dir}/ended`).mode & 0o777).toBe(0o600);
      const again = new EndedSessions(`${dir}/ended`, say);
      expect([again.has(first.nonce), again.has(newNonce())]).toEqual([true, false]);
      for (let i = 1; i < ENDED_PER_USER_MAX; i++) expect(again.add(session(), 1000)).toBe(true);
      expect(again.add(session(), 1000)).toBe(false);
      expect(again.add({ ...session(), user: "ben" }, 1000)).toBe(true);
      again.forget("anna");
      expect(again.has(first.nonce)).toBe(false);
      expect(ended.add(session(), 1001 + SESSION_LASTS_S)).toBe(true); // the first is forgotten
      expect(ended.has(first.nonce)).toBe(false);
      writeFileSync(`${dir}/ended`, "nonsense\n\0\n");
      expect(new EndedSessions(`${dir}/ended`, say).has("nonsense")).toBe(false);
      expect(said).toEqual([]);
      const unwritable = new EndedSessions(`${dir}/none/ended`, say);
      expect(unwritable.add(first, 1)).toBe(true);
      expect(unwritable.has(first.nonce)).toBe(true);
      expect(said[0]).toContain("known until the next start");
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
