import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import textfile, { parse, parseSample } from "../../probes/textfile.ts";
import { localHost } from "../../src/client/host.ts";
import type { SelfStats } from "../../src/core/host.ts";
import { given, probeErrorOf } from "./fake-host.ts";

const NOW_S = 1_700_000_000;

describe("samples", () => {
  test.each([
    ["a 1", { name: "a", labels: [], value: 1 }],
    ["a:b_c{} 1.5e3", { name: "a:b_c", labels: [], value: 1500 }],
    [
      'a{x="1",y="two words"} -5 1700000000000',
      {
        name: "a",
        labels: [
          ["x", "1"],
          ["y", "two words"],
        ],
        value: -5,
      },
    ],
    ['a{x="q\\"\\\\\\nz",} 1', { name: "a", labels: [["x", 'q"\\\nz']], value: 1 }],
    [
      'a { x = "}{,=" , y="" } 1',
      {
        name: "a",
        labels: [
          ["x", "}{,="],
          ["y", ""],
        ],
        value: 1,
      },
    ],
    ["a NaN", { name: "a", labels: [], value: null }],
    ["a +Inf", { name: "a", labels: [], value: null }],
    ["a -inf", { name: "a", labels: [], value: null }],
    ["a 1e999", { name: "a", labels: [], value: null }],
    ["a\t7", { name: "a", labels: [], value: 7 }],
  ])("%j", (line, sample) => expect(parseSample(line)).toEqual(sample as never));

  test.each([
    "a",
    "1a 5",
    "a{ 5",
    "a{x=1} 5",
    'a{x="1} 5',
    'a{x="1"',
    'a{x="1" y="2"} 5',
    "a 5 x",
    "a five",
    "a 0x10",
    "a-b 5",
    "a 5 6 7",
    "a{,} 5",
    "{} 5",
  ])("%j is none", (line) => expect(parseSample(line)).toBeUndefined());

  test("a megabyte of rubbish is refused in no time", () => {
    const begin = performance.now();
    for (const text of ['a{x="', 'a{x="\\', "a{", "a ", "a{ ", 'a{x="1",'])
      parseSample(text + text.slice(1).repeat(300_000));
    for (const fill of [" ", "1", "a", ",", '"', "\\"]) parseSample(`a{${fill.repeat(1e6)}`);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});

describe("a file", () => {
  const shown = (text: string) =>
    parse("/x.prom", text, NOW_S).map(({ key, reading, unit, kind, label }) => [key, reading, unit, kind, label]);

  test.each([
    ["# HELP a b\n# TYPE a gauge\n\na 5\n", ["a", 5, "", "gauge", "a"]],
    ["# TYPE a counter\na 5", ["a", 5, "1/s", "rate", "a"]],
    ["a_total 5", ["a_total", 5, "1/s", "rate", "a_total"]],
    ["# TYPE a_total gauge\na_total 5", ["a_total", 5, "", "gauge", "a_total"]],
    ["read_bytes_total 5", ["read_bytes_total", 5, "B/s", "rate", "read_bytes_total"]],
    ["used_bytes 5", ["used_bytes", 5, "B", "gauge", "used_bytes"]],
    ["job_duration_seconds 5", ["job_duration_seconds", 5, "s", "gauge", "job_duration_seconds"]],
    [
      "last_success_timestamp_seconds 1699999940",
      ["last_success_timestamp_seconds", 60, "s", "time", "last_success_timestamp_seconds"],
    ],
    ['# TYPE s summary\ns{quantile="0.5"} 2', ["s.0.5", 2, "", "gauge", "s quantile=0.5"]],
    ["# TYPE s summary\ns_count 2", ["s_count", 2, "1/s", "rate", "s_count"]],
    ["# TYPE h histogram\nh_sum 2", ["h_sum", 2, "1/s", "rate", "h_sum"]],
    ['a{mount="/var/lib",empty=""} 5', ["a./var/lib", 5, "", "gauge", "a mount=/var/lib empty="]],
    ["a NaN", ["a", null, "", "gauge", "a"]],
  ])("%j", (text, sample) => expect(shown(text)).toEqual([sample as never]));

  test("buckets of a histogram are left out", () => {
    expect(shown('# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\n')).toEqual([]);
    expect(shown("# TYPE leaky_bucket gauge\nleaky_bucket 5\n")).toHaveLength(1);
  });

  test("with a wrong line names it", async () => {
    expect(await probeErrorOf(() => shown("a 5\nb"))).toBe(
      '/x.prom, line 2: expected a sample such as name{label="x"} 5, found "b"',
    );
  });

  test("with more than can be shown", async () => {
    expect(await probeErrorOf(() => shown("a 1\n".repeat(4001)))).toContain("more than 4000 samples");
  });
});

describe("files", () => {
  const root = mkdtempSync(join(tmpdir(), "dmon-textfile-"));
  const host = localHost({ root, self: () => ({}) as SelfStats, now_s: () => NOW_S });
  const put = (name: string, text: string, age_s: number) => {
    writeFileSync(join(root, name), text);
    utimesSync(join(root, name), NOW_S - age_s, NOW_S - age_s);
  };
  mkdirSync(join(root, "jobs"));
  mkdirSync(join(root, "empty"));
  put("jobs/a.prom", "x 1\n", 60);
  put("jobs/b.prom", 'y{d="1"} 2\n', 7200);
  put("jobs/c.prom", "z", 30);
  put("jobs/.d.prom", "hidden 1\n", 30);
  put("jobs/d.prom.1234", "half", 30);
  const find = async (file: string) => {
    const { readings, found = [] } = await textfile.find(host, given(file));
    return { ...readings, found: found.map(({ key, reading, error }) => [key, error ? "error" : reading]) };
  };

  test("one", async () => {
    expect(await find("/jobs/a.prom")).toEqual({ age: 60, files: 1, found: [["x", 1]] });
    expect(await probeErrorOf(() => find("/jobs/no.prom"))).toBe("/jobs/no.prom is missing");
    expect(await probeErrorOf(() => find("/jobs/c.prom"))).toContain("/jobs/c.prom, line 1: expected a sample");
  });

  test.each(["/jobs", "/jobs/", "/jobs/*.prom"])(
    "a directory as %p: one that is wrong holds up no other",
    async (file) => {
      expect(await find(file)).toEqual({
        age: { value: 7200, text: "b.prom" },
        files: 3,
        found: [
          ["a.prom", 60],
          ["x", 1],
          ["b.prom", 7200],
          ["y.1", 2],
          ["c.prom", "error"],
        ],
      });
    },
  );

  test("a directory without any, or none", async () => {
    expect(await find("/empty")).toEqual({ age: null, files: 0, found: [] });
    expect(await probeErrorOf(() => find("/none/*.prom"))).toBe("the directory /none is missing");
  });

  test("too large to be read every minute", async () => {
    put("jobs/large.prom", "# x\n".repeat(600_000), 0);
    expect(await probeErrorOf(() => find("/jobs/large.prom"))).toBe("/jobs/large.prom: more than 2097152 bytes");
    rmSync(join(root, "jobs/large.prom"));
  });

  test("written in the future is new", async () => {
    put("jobs/a.prom", "x 1\n", -500);
    expect((await find("/jobs/a.prom")).age).toBe(0);
    rmSync(root, { recursive: true });
  });
});

test("a name of a million letters holds up nobody", () => {
  const name = "bytes".repeat(2e5);
  expect(parse("/x.prom", `${name}_ 1\n${name}_bytes_total 1\n`, 0).map(({ unit }) => unit)).toEqual(["", "B/s"]);
});

test.each([" ", "1", "1.", "\t", "\\"])("a megabyte of %j holds up nobody", (text) => {
  for (const line of [`a 1${text.repeat(1e6)}x`, `a{b="${text.repeat(1e6)}`])
    expect(() => parse("/x.prom", line, 0)).toThrow("a sample such as");
});
