import { describe, expect, test } from "bun:test";
import checkmk, { parseLocal } from "../../probes/checkmk.ts";
import type { Finished } from "../../src/core/host.ts";
import { fakeHost, given, probeErrorOf } from "./fake-host.ts";

const shown = (line: string) => parseLocal(line).found.map(({ key, reading }) => [key, reading]);

describe("lines", () => {
  test.each([
    ['0 "My service" - All is well', [["My service", { value: 0, text: "All is well" }]]],
    ["1 Backup - two days old", [["Backup", { value: 1, text: "two days old" }]]],
    ["2 'it is' -", [["it is", 2]]],
    ["3 x - a\\nmore of it", [["x", { value: 3, text: "a" }]]],
    [
      '0 "q" a=40;30;50|b=2 text',
      [
        ["q", { value: 0, text: "text" }],
        ["q.a", 40],
        ["q.b", 2],
      ],
    ],
    [
      "P q a=40;30;50;0;100 text",
      [
        ["q", { value: 1, text: "text" }],
        ["q.a", 40],
      ],
    ],
    [
      "P q a=50;30;50 text",
      [
        ["q", { value: 2, text: "text" }],
        ["q.a", 50],
      ],
    ],
    [
      "P q a=29.9;30;50 text",
      [
        ["q", { value: 0, text: "text" }],
        ["q.a", 29.9],
      ],
    ],
    [
      "P q a=5;10:80;1:90 low",
      [
        ["q", { value: 1, text: "low" }],
        ["q.a", 5],
      ],
    ],
    [
      "P q a=0.5;10:80;1:90 low",
      [
        ["q", { value: 2, text: "low" }],
        ["q.a", 0.5],
      ],
    ],
    [
      "P q a=5|b=7;1;9 worst",
      [
        ["q", { value: 1, text: "worst" }],
        ["q.a", 5],
        ["q.b", 7],
      ],
    ],
    ["P q -", [["q", 0]]],
    [
      "0 q a=-1e3s;; -",
      [
        ["q", { value: 0, text: "-" }],
        ["q.a", -1000],
      ],
    ],
    ["\n  \n", []],
  ])("%j", (line, found) => {
    expect(shown(line)).toEqual(found as never);
    expect(parseLocal(line).faults).toBe(0);
  });

  test.each([
    "4 x - y",
    "0 x",
    "x",
    '0 "open - x',
    "0 x a= y",
    "0 x a=b y",
    "0 x =5 y",
    "<<<local>>>",
    "0  ",
    "\ufffd",
  ])("%j is none, and the others count", (line) => {
    const { services, faults, fault } = parseLocal(`0 a - fine\n${line}\n1 b -\n`);
    expect({ services, faults, fault }).toEqual({ services: 2, faults: 1, fault: line.trim() });
  });

  test("levels, the worst last", () => {
    expect(parseLocal("0 a m=1 x").found.map(({ fit }) => fit?.map(({ level, text }) => level + text))).toEqual([
      ["soso=1", "sick=3", "crit=2"],
      undefined,
    ]);
  });
});

describe("a check", () => {
  const find = (finished: Partial<Finished>) => {
    const run = async () => ({ code: 0, signal: null, stdout: "", stderr: "", ...finished });
    return checkmk.find(fakeHost({}, { run }), given("/x"));
  };
  test("tells of lines that are none", async () => {
    expect((await find({ stdout: "0 a - b\nTraceback\n" })).readings).toEqual({
      faults: { value: 1, text: "not understood: Traceback" },
      services: 1,
    });
    expect((await find({})).readings).toEqual({ faults: 0, services: 0 });
  });
  test("that failed", async () => {
    expect(await probeErrorOf(() => find({ code: 1, stderr: "no python\n" }))).toBe(
      "it ended with status 1: no python",
    );
    expect(await probeErrorOf(() => find({ code: null, signal: "SIGKILL", ended: "late" }))).toBe(
      "it did not end within 29 s and was killed",
    );
  });
  test("is suggested where it is", () => {
    const host = fakeHost({ "/usr/lib/check_mk_agent/local/backup": "", "/usr/lib/check_mk_agent/local/300/x": "" });
    expect(
      checkmk.suggest?.({ ...host, stat: (path) => (path.endsWith("300") ? undefined : host.stat(path)) }),
    ).toEqual(["checkmk_backup checkmk /usr/lib/check_mk_agent/local/backup"]);
  });
});
