// The probe log on real files: growth, rotation, truncation, floods, and patterns that would hang others.

import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync, copyFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import log from "../../probes/log.ts";
import { localHost } from "../../src/client/host.ts";
import type { Host, SelfStats } from "../../src/core/host.ts";
import { fakeHost, given, probeErrorOf } from "./fake-host.ts";

const root = mkdtempSync(`${tmpdir()}/dmon-log-`);
afterAll(() => rmSync(root, { recursive: true, force: true }));
const LOG = `${root}/log`;

let now_s = 1000;
let host: Host;
beforeEach(() => {
  now_s = 1000;
  host = localHost({ root, self: () => ({}) as SelfStats, now_s: () => now_s });
  rmSync(`${LOG}.1`, { force: true });
  writeFileSync(LOG, "error before\n");
});

async function look(pattern = "error", options: Record<string, string> = {}) {
  const { rate, last } = await log.read(host, { ...given("/log", pattern), options });
  const lines = (typeof rate === "object" ? (rate?.value ?? Number.NaN) : (rate ?? Number.NaN)) / 60;
  return { lines, text: typeof rate === "object" ? rate?.text : undefined, last };
}

describe("log", () => {
  test("begins at the end, then counts what matches; the last one is the text", async () => {
    expect(await look()).toEqual({ lines: 0, text: undefined, last: null });
    appendFileSync(LOG, "fine\nerror 1\nerror 2 \r\nfine\n");
    expect(await look()).toEqual({ lines: 2, text: "error 2", last: { value: 0, text: "error 2" } });
    now_s += 60;
    expect(await look()).toEqual({ lines: 2, text: undefined, last: { value: 60, text: "error 2" } });
  });

  test("what is ignored, and two patterns of one file", async () => {
    await look("(?i)ERROR", { ignore: "harmless$" });
    await look("fine");
    appendFileSync(LOG, "an Error\nerror, harmless\nfine\n");
    expect(await look("(?i)ERROR", { ignore: "harmless$" })).toMatchObject({ lines: 1, text: "an Error" });
    expect(await look("fine")).toMatchObject({ lines: 1 });
  });

  test("a line counts when it is whole", async () => {
    await look();
    appendFileSync(LOG, "an er");
    expect(await look()).toMatchObject({ lines: 0 });
    appendFileSync(LOG, "ror\n");
    expect(await look()).toMatchObject({ lines: 1, text: "an error" });
  });

  test.each([".1", "-20261122"])("rotation to log%s: the end of the old file and the new one", async (ending) => {
    await look();
    appendFileSync(LOG, "error last\n");
    renameSync(LOG, `${LOG}${ending}`);
    writeFileSync(LOG, "error first\nerror second\n");
    expect(await look()).toMatchObject({ lines: 3, text: "error second" });
    renameSync(LOG, `${LOG}.old`);
    expect(await probeErrorOf(() => look())).toBe("/log is missing");
    writeFileSync(LOG, "error again\n");
    expect(await look()).toMatchObject({ lines: 4 });
  });

  test("one that comes later is read from its beginning", async () => {
    rmSync(LOG);
    expect(await probeErrorOf(() => look())).toBe("/log is missing");
    writeFileSync(LOG, "error at once\n");
    expect(await look()).toMatchObject({ lines: 1, text: "error at once" });
  });

  test("truncation, as copytruncate does it", async () => {
    await look();
    copyFileSync(LOG, `${LOG}.1`);
    truncateSync(LOG);
    appendFileSync(LOG, "error\n");
    expect(await look()).toMatchObject({ lines: 1 });
  });

  test("truncation, and more written than there was before", async () => {
    appendFileSync(LOG, "fine 1\n");
    await look();
    appendFileSync(LOG, "fine 2\n");
    expect(await look()).toMatchObject({ lines: 0 });
    copyFileSync(LOG, `${LOG}.1`);
    truncateSync(LOG);
    appendFileSync(LOG, "error 1\nerror 2\nerror 3\nerror 4\nerror 5\n");
    expect(await look()).toMatchObject({ lines: 5 });
    expect(await look()).toMatchObject({ lines: 5 });
    appendFileSync(LOG, "error 6\n");
    expect(await look()).toMatchObject({ lines: 6 });
  });

  test("a flood: the newest is read, and it says what was skipped", async () => {
    await look();
    appendFileSync(LOG, "error 0123456789\n".repeat(400_000));
    appendFileSync(LOG, "error at the end\n");
    const { lines, text } = await look();
    expect(lines).toBeWithin(240_000, 250_000);
    expect(text).toMatch(/^26057\d\d bytes were skipped: more than 4194304 a look; error at the end$/);
    expect(await look()).toMatchObject({ lines, text: undefined });
  });

  test("bytes that are no text, and lines without an end", async () => {
    await look();
    appendFileSync(LOG, Buffer.concat([Buffer.from([0, 255, 254, 128]), Buffer.from("error\xe9\n", "latin1")]));
    appendFileSync(LOG, `${"x".repeat(200_000)} error\nerror end\n`);
    expect(await look()).toMatchObject({ lines: 3, text: "error end" });
    appendFileSync(LOG, `${"y".repeat(20_000)} error\n`); // far behind the beginning of the line
    expect(await look()).toMatchObject({ lines: 3 });
  });

  test("others have their turn while much is read", async () => {
    await look("(x+x+)+y");
    appendFileSync(LOG, `${"x".repeat(10_000)}\n`.repeat(400));
    let longest_ms = 0;
    let before_ms = performance.now();
    const timer = setInterval(() => {
      longest_ms = Math.max(longest_ms, performance.now() - before_ms);
      before_ms = performance.now();
    }, 1);
    expect(await look("(x+x+)+y")).toMatchObject({ lines: 0 });
    clearInterval(timer);
    expect(longest_ms).toBeLessThan(100);
  });

  test("what cannot be followed", async () => {
    const read = (...words: string[]) => probeErrorOf(() => log.read(host, given(...words)));
    expect(await read("/nosuch", "x")).toBe("/nosuch is missing");
    expect(await read("/", "x")).toBe('"/" is a directory; write the path of a file in it');
    expect(await read("log", "x")).toBe('"log" does not begin with /; write the whole path');
    expect(await read("/log", "(x")).toBe(
      '"(x" is no regular expression: a "(" is never closed; the character itself is \\(',
    );
    expect(await probeErrorOf(() => look("x", { ignore: "[" }))).toBe(
      '"[" is no regular expression: a "[" is never closed; the character itself is \\[',
    );
    expect(await log.read(fakeHost({ "/a": "x\n" }), given("/a", "x"))).toEqual({ rate: 0, last: null });
  });
});
