import { describe, expect, test } from "bun:test";
import { complaint, cutShort, tellingLine } from "../../src/core/plugin.ts";

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

const ended = { code: 1, signal: null, stdout: "" };
const hint = "(a program may take 1 GiB of memory)";

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
  ["no memory of that host\n", "no memory of that host"],
  ["", ""],
])("where the bound of memory may be the reason, it is said: %j", (stderr, said) => {
  expect(complaint({ ...ended, stderr })).toBe(said);
});

test("what a signal ended may have said why", () => {
  const program = { argv: ["x"], timeout_s: 5 };
  const stderr = "terminate called after throwing an instance of 'std::bad_alloc'\n";
  const finished = { code: null, signal: "SIGABRT", stdout: "" };
  expect(cutShort({ ...finished, stderr }, program)).toBe(`it was ended by SIGABRT: ${stderr.trim()} ${hint}`);
  expect(cutShort({ ...finished, stderr: "" }, program)).toBe("it was ended by SIGABRT");
});
