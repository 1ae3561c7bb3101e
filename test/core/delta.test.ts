import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { applyDelta, deltaOf } from "../../src/core/delta.ts";

const line = fc.oneof(fc.constantFrom("", "</tr>", "<tr>", "a", "b"), fc.string({ maxLength: 3 }));
const text = fc.array(line, { maxLength: 40 });

test("whatever became of a text, the old one and the delta are the new one", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(applyDelta(before, deltaOf(before, after))).toEqual(after);
    }),
  );
});

test.each([
  ["nothing changed", "a b c", "a b c", [[0, 3]]],
  ["one line", "a b c", "a x c", [[0, 1], "x", [2, 1]]],
  ["a line more", "a b c", "a x b c", [[0, 1], "x", [1, 2]]],
  ["a line less", "a b c", "a c", [[0, 1], [2, 1]]], // biome-ignore format: one row
  ["a block that moved", "a b c d e", "c d e a b", [[2, 3], [0, 2]]], // biome-ignore format: one row
  ["lines that are many go on where they stood", "x / y / z /", "x / Y / z /", [[0, 2], "Y", [1, 1], [4, 2]]], // biome-ignore format: one row
])("%s", (_, before, after, delta) => {
  expect(deltaOf(before.split(" "), after.split(" "))).toEqual(delta as never);
});

test("a delta of another text is refused", () => {
  expect(applyDelta(["a"], [[0, 2]])).toBeUndefined();
  expect(applyDelta(["a"], [[-1, 1]])).toBeUndefined();
});
