import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { KeyDecoder } from "../../../src/cli/top/decode.ts";

const keysOf = (...parts: string[]) => {
  const decoder = new KeyDecoder();
  return [...parts.flatMap((part) => decoder.take(Buffer.from(part, "latin1"))), ...decoder.end()];
};
const utf8 = (text: string) => Buffer.from(text).toString("latin1");

test.each([
  [["jk"], ["j", "k"]],
  [["\x1b[A\x1b[B\x1bOA\x1bOB"], ["Up", "Down", "Up", "Down"]],
  [["\x1b[5~\x1b[6~\x1b[1~\x1b[4~\x1b[H\x1bOF"], ["PageUp", "PageDown", "Home", "End", "Home", "End"]],
  [["\x1b[1;5A"], ["Up"]],
  [["\x1b"], ["Escape"]],
  [["\x1b\x1b"], ["Escape", "Escape"]],
  [["\x1b", "[A"], ["Up"]],
  [
    ["\x1b[", "6", "~j"],
    ["PageDown", "j"],
  ],
  [["\r\n\t\x7f\b"], ["Enter", "Enter", "Tab", "Backspace", "Backspace"]],
  [["\x03\x0c\x1a"], ["Ctrl-C", "Ctrl-L", "Ctrl-Z"]],
  [["\x1bq"], []],
  [["\x1b[15~\x1b[?62;4c\x1b[<0;3;4M"], []],
  [[utf8("ü日")], ["ü", "日"]],
  [[utf8("日").slice(0, 1), utf8("日").slice(1)], ["日"]],
])("%j are %j", (parts, keys) => expect(keysOf(...parts)).toEqual(keys));

test("bytes in any pieces are the same keys", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 40 }), (bytes, at) => {
      const whole = new KeyDecoder();
      const parts = new KeyDecoder();
      const inParts = [...parts.take(bytes.slice(0, at)), ...parts.take(bytes.slice(at)), ...parts.end()];
      expect(inParts).toEqual([...whole.take(bytes), ...whole.end()]);
      expect(inParts.every((key) => !/[\0-\x1f]/.test(key))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
