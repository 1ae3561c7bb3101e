import { describe, expect, test } from "bun:test";
import { TEXT_CHARS_MAX } from "../../src/core/limits.ts";
import { complaint, cutShort, PLUGIN_OPTIONS, pluginProgram, tellingLine } from "../../src/core/plugin.ts";

const traceback = (error: string) =>
  `Traceback (most recent call last):\n  File "/x", line 3, in <module>\n    x = bytearray(3 << 30)\n${error}\n`;

describe("the line that tells most", () => {
  test.each([
    ["", ""],
    [" \n\n", ""],
    ["\n  no database \nmore\n", "no database"],
    [traceback("KeyError: 'x'"), "KeyError: 'x'"],
    [`DeprecationWarning: old\n${traceback("OSError: gone")}\n \n`, "OSError: gone"],
    [
      "  File \"/x\", line 1\n    foo(\n       ^\nSyntaxError: '(' was never closed\n",
      "SyntaxError: '(' was never closed",
    ],
  ])("%j", (text, line) => expect(tellingLine(text)).toBe(line));
});

const program = { argv: ["x"], timeout_s: 5 };
const ended = { code: 1, signal: null, stdout: "" };
const hint = "(a program may take 1 GiB of memory; memory= gives more)";

test.each([
  [traceback("MemoryError"), `MemoryError ${hint}`],
  ["Out of memory!\n", `Out of memory! ${hint}`],
  ["x: can't allocate region\n", `x: can't allocate region ${hint}`],
  ["fork: Cannot allocate memory\n", `fork: Cannot allocate memory ${hint}`],
  [
    "fatal error: cannot map pages in arena address space\n",
    `fatal error: cannot map pages in arena address space ${hint}`,
  ],
  [
    "Error occurred during initialization of VM\nCould not reserve enough space for heap\n",
    `Error occurred during initialization of VM ${hint}`,
  ],
  ["cannot map it: no such key in the Room\n", `cannot map it: no such key in the Room ${hint}`],
  [
    "x: commit_memory failed; error='Not enough space' (errno=12)\n",
    `x: commit_memory failed; error='Not enough space' (errno=12) ${hint}`,
  ],
  ["no memory of that host\n", "no memory of that host"],
  ["", ""],
])("where the bound of memory may be the reason, it is said: %j", (stderr, said) => {
  expect(complaint({ ...ended, stderr }, program)).toBe(said);
});

test("what a signal ended may have said why", () => {
  const stderr = "terminate called after throwing an instance of 'std::bad_alloc'\n";
  const finished = { code: null, signal: "SIGABRT", stdout: "" };
  expect(cutShort({ ...finished, stderr }, program)).toBe(`it was ended by SIGABRT: ${stderr.trim()} ${hint}`);
});

test.each([
  [{ signal: "SIGSEGV" }, {}, "it was ended by SIGSEGV; a program may take 1 GiB of memory; memory= gives more"],
  [{ signal: "SIGSEGV" }, { memory_bytes_max: 2 ** 31 }, expect.stringContaining("may take 2 GiB of memory")],
  [{ signal: "SIGTERM" }, {}, "it was ended by SIGTERM"],
  [{ ended: "flood" as const }, {}, "it printed more than the 1 MiB that are read, and was killed"],
  [{ ended: "flood" as const }, { output_bytes_max: 4096 }, expect.stringContaining("the 4 KiB that are read")],
])("what is bounded names its bound: %j %j", (end, more, said) => {
  const finished = { code: null, signal: null, stdout: "", stderr: "", ...end };
  expect(cutShort(finished, { ...program, ...more })).toEqual(said as string);
});

test("a long complaint leaves room for the bound of memory", () => {
  const stderr = `pthread_create failed (EAGAIN) ${"x".repeat(200)}`;
  const said = complaint({ ...ended, stderr }, program);
  expect(said).toEndWith(`x… ${hint}`);
  expect(said.length).toBeLessThan(TEXT_CHARS_MAX - 24); // what munin and checkmk put before it
});

test("what an item gives of memory is its program's bound", () => {
  const bound = (memory?: string) => {
    const options: Record<string, string> = memory ? { memory } : {};
    return pluginProgram({ args: [], options, target: { host: "h" }, timeout_s: 5 }, { argv: [] }).memory_bytes_max;
  };
  expect([bound(), bound("2GiB"), bound("512M")]).toEqual([undefined, 2 ** 31, 512e6]);
});

test.each([
  ["2", '"2" is no size; write one such as 512MiB or 2GiB'],
  ["2GiBs", '"2GiBs" is no size; '],
  ["-2G", '"-2G" is too small; write a size, 32MiB to 64GiB'],
  ["1T", '"1T" is too large; write a size, 32MiB to 64GiB'],
])("memory=%s is told", (word, said) => expect(() => PLUGIN_OPTIONS.memory.form.parse(word)).toThrow(said));
