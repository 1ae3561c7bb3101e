import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { TEXT_CHARS_MAX } from "../../src/core/limits.ts";
import { counted } from "../../src/core/reading.ts";

test.each<[string[], string | undefined, ReturnType<typeof counted>]>([
  [[], undefined, 0],
  [["a"], undefined, { value: 1, text: "a" }],
  [["a", "b"], ", ", { value: 2, text: "a, b" }],
  [
    Array<string>(50).fill("ten chars_"),
    undefined,
    { value: 50, text: `${"ten chars_ ".repeat(16).trim()} and 34 more` },
  ],
  [["x".repeat(500), "b"], undefined, { value: 2, text: `${"x".repeat(500)} and 1 more`.slice(0, TEXT_CHARS_MAX) }],
])("%p", (names, separator, reading) => {
  expect(counted(names, separator)).toEqual(reading);
});

test("a text has room, whatever the names", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 300 }), (names) => {
      const reading = counted(names);
      expect(typeof reading === "object" && reading ? reading.text.length : 0).toBeLessThanOrEqual(TEXT_CHARS_MAX);
    }),
  );
});
