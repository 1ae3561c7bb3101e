import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { parseForeignJson } from "../../src/core/json.ts";
import { JSON_DEPTH_MAX } from "../../src/core/limits.ts";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe("parseForeignJson", () => {
  test.each([0, 1, JSON_DEPTH_MAX])("%p deep is read", (depth) => {
    expect(JSON.stringify(parseForeignJson(depth === 0 ? "1" : nested(depth)))).toBe(depth === 0 ? "1" : nested(depth));
  });

  test.each([JSON_DEPTH_MAX + 1, 10_000, 1_000_000])("%p deep is refused", (depth) => {
    expect(() => parseForeignJson(nested(depth))).toThrow(SyntaxError);
    expect(() => parseForeignJson('{"a":'.repeat(depth))).toThrow(SyntaxError);
  });

  test.each(["", "{", '"', '"\\', "[1,]", "{'a':1}", "NaN", "undefined", "]]]]", '{"a":1}}'])(
    "%p is a SyntaxError",
    (text) => {
      expect(() => parseForeignJson(text)).toThrow(SyntaxError);
    },
  );

  test("brackets in strings are no nesting", () => {
    const text = `"${'[{\\"'.repeat(1000)}"`;
    expect(parseForeignJson(text)).toBe('[{"'.repeat(1000));
  });

  test("brackets side by side are no nesting", () => {
    expect(parseForeignJson(`[${"[],".repeat(1000)}[]]`)).toHaveLength(1001);
  });

  test("__proto__ is a key like others, and nobody's prototype", () => {
    const value = parseForeignJson('{"__proto__":{"polluted":1}}') as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect("polluted" in {}).toBe(false);
  });

  test("reads what JSON.parse reads, as far as it is not too deep", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => expect(parseForeignJson(text)).toEqual(JSON.parse(text))),
    );
  });

  test("any text is a value or a SyntaxError", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[[\]{}",:\\1a]{0,40}$/)), (text) => {
        try {
          parseForeignJson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
    );
  });
});
