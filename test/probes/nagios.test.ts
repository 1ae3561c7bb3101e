import { describe, expect, test } from "bun:test";
import nagios, { evaluate, parsePerfdata, splitOutput } from "../../probes/nagios.ts";
import { localHost } from "../../src/client/host.ts";
import type { Finished, SelfStats } from "../../src/core/host.ts";
import type { Reading } from "../../src/core/reading.ts";
import { given, probeErrorOf } from "./fake-host.ts";

const shown = (text: string) =>
  parsePerfdata(text).map(({ key, reading, unit, kind }) => [key, reading, kind === "rate" ? `${unit} rate` : unit]);

test("a Python traceback is told by its last line, wherever it went", () => {
  const program = { argv: ["x"], timeout_s: 5 };
  const traceback = "Traceback (most recent call last):\n  File \"/x\", line 1\nKeyError: 'x'\n";
  const ended = { code: 1, signal: null };
  for (const [stdout, stderr] of [
    [traceback, ""],
    ["", traceback],
  ] as const)
    expect(evaluate({ ...ended, stdout, stderr }, program).readings.state).toEqual({ value: 1, text: "KeyError: 'x'" });
});

describe("perfdata", () => {
  const rows: [string, ...[string, Reading, string][]][] = [
    ["a=1", ["a", 1, ""]],
    ["time=0.5s;1;2;0;10", ["time", 0.5, "s"]],
    ["rta=250ms;100.000;200.000;; pl=5%;50;80;0;", ["rta", 0.25, "s"], ["pl", 5, "%"]],
    ["a=12us b=3µs", ["a", 12e-6, "s"], ["b", 3e-6, "s"]],
    ["/=2643MB;5948;5958;0;5968", ["/", 2643 * 2 ** 20, "B"]],
    [
      "a=1B b=1KB c=1kB d=1GB e=2TB f=1KiB",
      ["a", 1, "B"],
      ["b", 1024, "B"],
      ["c", 1024, "B"],
      ["d", 2 ** 30, "B"],
      ["e", 2 ** 41, "B"],
      ["f", 1024, "B"],
    ],
    ["octets=4294967295c", ["octets", 4294967295, "1/s rate"]],
    ["'a b'=1 'it''s'=2", ["a b", 1, ""], ["it's", 2, ""]],
    ["'C:\\ %'=37%;80;90", ["C:\\ %", 37, "%"]],
    ["'a=b'=1", ["a=b", 1, ""]],
    ["free space=5 c=1", ["free space", 5, ""], ["c", 1, ""]],
    ["a=U b=;1;2 c=x d=-", ["a", null, ""], ["b", null, ""], ["c", null, ""], ["d", null, ""]],
    ["load1=0,51;5,0;9,0 big=1,234.5", ["load1", 0.51, ""], ["big", 1234.5, ""]],
    ["a=-3.5C;~:10;@5:7 b=1e3 c=1.5E-2W", ["a", -3.5, "C"], ["b", 1000, ""], ["c", 0.015, "W"]],
    ["a=1;;;; b=2;", ["a", 1, ""], ["b", 2, ""]],
    ["a=1e999 b=1.2.3", ["a", null, ""], ["b", null, ""]],
    [""],
    ["   \n "],
    ["no perfdata at all"],
    ["=5 a=1", ["a", 1, ""]],
    ["'open=3 b=1", ["'open", 3, ""], ["b", 1, ""]],
    ["a=5 trailing words", ["a", 5, ""]],
  ];
  test.each(rows)("%j", (text, ...all) => expect(shown(text)).toEqual(all));

  test("a megabyte of it, or of what is none, is through in no time", () => {
    const begin = performance.now();
    expect(parsePerfdata("a=1 ".repeat(250_000))).toHaveLength(4000);
    for (const text of [" ", "'", "''", "=", "'a=", "a''=1 'b", "1,"]) parsePerfdata(text.repeat(500_000));
    parsePerfdata(`a=${"1".repeat(1e6)}`);
    expect(performance.now() - begin).toBeLessThan(2000);
  });
});

test.each([
  ["OK - fine|a=1\n", "OK - fine", "a=1"],
  ["OK\n", "OK", ""],
  ["", "", ""],
  ["\n\nlate words\n", "late words", ""],
  ["DISK OK | /=1MB\nlong text\nmore | /boot=2MB\n/home=3MB\n", "DISK OK", "/=1MB /boot=2MB /home=3MB"],
  ["OK\nlong | a=1", "OK", "a=1"],
  ["OK | a=1 | b=2", "OK", "a=1 b=2"],
])("output %j", (stdout, text, perfdata) => {
  const split = splitOutput(stdout);
  expect({ ...split, perfdata: split.perfdata.replace(/\s+/g, " ").trim() }).toEqual({ text, perfdata });
});

describe("state", () => {
  const end = (more: Partial<Finished>) =>
    evaluate({ code: 0, signal: null, stdout: "words|a=1", stderr: "", ...more }, { argv: [], timeout_s: 29 });
  test.each([
    [{ code: 0 }, 0, "words"],
    [{ code: 1 }, 1, "words"],
    [{ code: 2 }, 2, "words"],
    [{ code: 3 }, 3, "words"],
    [{ code: 4 }, 3, "(exit status 4) words"],
    [{ code: 127, stdout: "", stderr: "nice: x: No such file" }, 3, "(exit status 127) nice: x: No such file"],
    [{ code: 2, stdout: "" }, 2, "the plugin printed nothing"],
    [
      { code: null, signal: "SIGSEGV" },
      3,
      "it was ended by SIGSEGV; a program may take 1 GiB of memory; memory= gives more",
    ],
    [{ code: null, signal: "SIGKILL", ended: "late" as const }, 3, "it did not end within 29 s and was killed"],
    [
      { code: null, signal: "SIGKILL", ended: "flood" as const },
      3,
      "it printed more than the 1 MiB that are read, and was killed",
    ],
  ])("%j", (more, value, text) => {
    const { readings, found } = end(more);
    expect(readings.state).toEqual({ value, text });
    expect(found).toHaveLength("stdout" in more ? 0 : 1);
  });
});

const started = '[0.024s][warning][os,thread] Failed to start thread "G1" - pthread_create failed (EAGAIN)';
test.each([
  [`${started}\n`, 1, started],
  [`${started} for attributes: stacksize: 1024k, guardsize: 4k\n`, 1, `${started} for attrib…`],
  ["#\n# There is insufficient memory for the Java Runtime\n", 1, "There is insufficient memory for the Java Runtime"],
  ["Error occurred during initialization of VM\n", 1, "Error occurred during initialization of VM"],
])("where a runtime gets no memory its bound is said: %j", (stdout, code, said) => {
  const { readings } = evaluate({ code, signal: null, stdout, stderr: "" }, { argv: [], timeout_s: 29 });
  const text = `${said} (a program may take 1 GiB of memory; memory= gives more)`;
  expect(readings.state).toEqual({ value: code, text });
});

test.each([
  ["CRITICAL - 3 processes were killed: out of memory", 2],
  ["(3) < Exception in thread main: java.lang.OutOfMemoryError", 2],
  ["OK - no OutOfMemoryError in the log", 0],
])("what a plugin says of others' memory is its text: %s", (text, code) => {
  const finished = { code, signal: null, stdout: `${text}\n`, stderr: "" };
  expect(evaluate(finished, { argv: [], timeout_s: 29 }).readings.state).toEqual({ value: code, text });
});

test("one that hangs is ended before its reading is, and its state is unknown", async () => {
  const host = localHost({ root: "", self: () => ({}) as SelfStats });
  const reading = nagios.find(host, { ...given("sh", "-c", "echo 'so far|a=1'; sleep 1000"), timeout_s: 0.5 });
  expect(await Promise.race([reading, Bun.sleep(500)])).toMatchObject({
    readings: { state: { value: 3, text: "it did not end within 0.5 s and was killed" } },
    found: [{ key: "a", reading: 1 }],
  });
});

test("one that is not there is an error", async () => {
  const host = localHost({ root: "", self: () => ({}) as SelfStats });
  const message = await probeErrorOf(() => nagios.find(host, given("check_nothing")));
  expect(message).toMatch(/^check_nothing is not installed: there is none in \/usr\/\S+ or the PATH/);
});
