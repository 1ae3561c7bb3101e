// Patterns against JavaScript's own regular expressions, and what those cannot do: an end in time.

import { describe, expect, test } from "bun:test";
import { assert, constantFrom, letrec, oneof, property, string, tuple } from "fast-check";
import { Pattern, PatternError } from "../../src/core/pattern.ts";

describe("patterns", () => {
  test.each([
    ["error", "an error here", true],
    ["^error", "an error", false],
    ["^error$", "first\nerror\nlast", true],
    ["a.c", "a\nc", false],
    ["fail(ed|ure)?\\b", "failed.", true],
    ["\\bok\\b", "token", false],
    ["\\Bok", "token", true],
    ["[[:digit:]]{3}", "a12 345", true],
    ["[^a-c]", "abc", false],
    ["[]x]", "]", true],
    ["[a-]", "-", true],
    ["(?i)ERROR [é]", "Error É", true],
    ["a{2,3}b", "ab", false],
    ["x{", "x{", true],
    ["", "", true],
    ["a||b", "c", true],
    ["(?:a|b)+?c", "abac", true],
    ["\\x41\\u00e9\\.", "Aé.", true],
    ["😀+", "😀", true],
    ["(a*)*b", "aaac", false],
    ["()*a", "a", true],
  ])("%p in %p: %p", (pattern, text, found) => {
    expect(new Pattern(pattern).test(text)).toBe(found);
    const search = new Pattern(pattern).search();
    expect(text.split("").some((piece) => search.feed(piece)) || search.end()).toBe(found);
  });

  test.each([
    ["(a", '"(" is never closed'],
    ["a)", 'a ")" too many'],
    ["[a", '"[" is never closed'],
    ["*a", 'nothing before "*"'],
    ["(a)\\1", "\\1 is not to be had"],
    ["a(?=b)", "(?=b is not to be had"],
    ["a{3,2}", "upside down"],
    ["[z-a]", "upside down"],
    ["\\q", "\\q means nothing"],
    ["((a{500}){500})", "too large"],
    ["(".repeat(500), "nested deeper"],
    ["a".repeat(1001), "longer than"],
    ["a\\", 'ends with a "\\"'],
  ])("%p is none", (pattern, message) => {
    expect(() => new Pattern(pattern)).toThrow(PatternError);
    expect(() => new Pattern(pattern)).toThrow(message);
  });

  test("they match what RegExp matches", () => {
    const atom = constantFrom("a", "b", ".", "[ab]", "[^a]", "\\w", "\\d", "\\s", "^", "$", "\\b", "\\B", "-");
    const { pattern } = letrec<{ pattern: string }>((tie) => ({
      pattern: oneof(
        { maxDepth: 4, withCrossShrink: true },
        atom,
        tuple(tie("pattern"), tie("pattern")).map(([a, b]) => a + b),
        tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `(${a}|${b})`),
        tuple(tie("pattern"), constantFrom("*", "+", "?", "{2}", "{1,3}", "{0,}")).map(([a, b]) => `(?:${a})${b}`),
      ),
    }));
    const text = string({ unit: constantFrom("a", "b", "-", " ", "1", "\n", "é"), maxLength: 12 });
    assert(
      property(pattern, text, (source, subject) => {
        expect({ source, subject, found: new Pattern(source).test(subject) }).toEqual({
          source,
          subject,
          found: new RegExp(source, "m").test(subject),
        });
      }),
      { numRuns: 2000 },
    );
  });

  const random = [...new Uint8Array(50_000).keys()].map((i) => (Math.sin(i * i) > 0 ? "a" : "b")).join("");
  test.each([
    ["(a+)+c", random],
    ["(a|a)*b", "a".repeat(50_000)],
    ["(.*)*x(.*)*y", random],
    ["(a|b)*a(a|b){100}c", random],
  ])(
    "%p comes to an end in a long text",
    (pattern, text) => {
      expect(new Pattern(pattern).test(text)).toBe(false); // one that tried all ways would be at it for ever
    },
    60_000,
  );
});
