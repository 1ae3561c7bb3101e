import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { boolean, list, nullable, number, object, record, type Shape, ShapeError, text } from "../../src/core/shape.ts";

const small = text(5);
const lower = text(5, { test: (each) => /^[a-z]+$/.test(each), name: "small letters" });
const point = object({ x: number, y: nullable(number) }, { name: small });
const byName = record((key) => /^[a-z]+$/.test(key), point, 3);

test.each<[string, Shape<unknown>, unknown, unknown]>([
  ["text", small, "abcde", "abcde"],
  ["no text", small, "", ""],
  ["text of a form", lower, "abc", "abc"],
  ["a number", number, -1.5, -1.5],
  ["true", boolean, true, true],
  ["null where it may be", nullable(number), null, null],
  ["a list", list(number, 3), [1, 2, 3], [1, 2, 3]],
  ["an empty list", list(number, 3), [], []],
  ["an object", point, { x: 1, y: null }, { x: 1, y: null }],
  ["what may be there", point, { x: 1, y: 2, name: "n" }, { x: 1, y: 2, name: "n" }],
  ["what a newer peer says beside is left out", point, { x: 1, y: 2, z: 3 }, { x: 1, y: 2 }],
  ["a record", byName, { a: { x: 1, y: 2 } }, { a: { x: 1, y: 2 } }],
  ["a record of nothing", byName, {}, {}],
])("%s passes", (_, shape, value, wanted) => {
  expect(shape(value, "")).toEqual(wanted);
});

test.each<[string, Shape<unknown>, unknown, string]>([
  ["a number for text", small, 5, "p: text of at most 5 characters wanted"],
  ["too long", small, "abcdef", "p: text of at most 5 characters wanted"],
  ["not of the form", lower, "ABC", "p: small letters wanted"],
  ["text for a number", number, "5", "p: a number wanted"],
  ["NaN", number, Number.NaN, "p: a number wanted"],
  ["infinite", number, Number.POSITIVE_INFINITY, "p: a number wanted"],
  ["null for a number", number, null, "p: a number wanted"],
  ["1 for true", boolean, 1, "p: true or false wanted"],
  ["an object for a list", list(number, 3), { length: 0 }, "p: a list of at most 3 wanted"],
  ["a list too long", list(number, 3), [1, 2, 3, 4], "p: a list of at most 3 wanted"],
  ["a bad entry", list(number, 3), [1, "2"], "p[1]: a number wanted"],
  ["a list for an object", point, [], "p: an object wanted"],
  ["null for an object", point, null, "p: an object wanted"],
  ["a key that is missing", point, { x: 1 }, "p.y: a number wanted"],
  ["a bad optional one", point, { x: 1, y: 2, name: 7 }, "p.name: text of at most 5 characters wanted"],
  [
    "an optional one that is undefined",
    point,
    { x: 1, y: 2, name: undefined },
    "p.name: text of at most 5 characters wanted",
  ],
  ["a record's bad key", byName, { A: { x: 1, y: 2 } }, 'p: a name, not "A", wanted'],
  ["a record's bad entry", byName, { a: { x: 1 } }, "p.a.y: a number wanted"],
  ["too many in a record", byName, { a: 1, b: 2, c: 3, d: 4 }, "p: at most 3 entries wanted"],
  ["a list for a record", byName, [], "p: an object wanted"],
])("%s does not", (_, shape, value, message) => {
  expect(() => shape(value, "p")).toThrow(ShapeError);
  expect(() => shape(value, "p")).toThrow(message);
});

test("the top has a name too", () => {
  expect(() => number("x", "")).toThrow("the whole: a number wanted");
});

describe("keys that mean more than themselves", () => {
  const any = record(() => true, number, 9);
  test("are keys and nothing else", () => {
    const out = any(JSON.parse('{"__proto__":1,"constructor":2,"toString":3}'), "");
    expect(Object.entries(out)).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
      ["toString", 3],
    ]);
    expect(Object.getPrototypeOf(out)).toBeNull();
  });

  test("what a prototype has is not there", () => {
    const needs = object({ constructor: number });
    expect(() => needs({}, "")).toThrow("constructor: a number wanted");
  });
});

test("whatever comes, it is its type or a ShapeError", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      for (const shape of [small, number, boolean, list(point, 3), byName, point]) {
        try {
          shape(value, "");
        } catch (error) {
          expect(error).toBeInstanceOf(ShapeError);
        }
      }
    }),
    { numRuns: 300 },
  );
});
