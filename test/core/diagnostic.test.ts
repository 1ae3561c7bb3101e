import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import {
  type Diagnostic,
  didYouMean,
  formatAll,
  formatOneLine,
  formatWithSource,
  nearest,
  SourceError,
} from "../../src/core/diagnostic.ts";
import { DIAGNOSTICS_SHOWN_MAX } from "../../src/core/limits.ts";

function at(column: number, length: number, text: string): Diagnostic {
  return { severity: "error", place: { file: "f", line: 3, column, length, text }, message: "no", hint: "yes" };
}

test("one line: where, what, and what would be right", () => {
  expect(formatOneLine(at(5, 1, ""))).toBe("f:3:5: no; yes");
  const { severity, place, message } = at(5, 1, "");
  expect(formatOneLine({ severity, place, message })).toBe("f:3:5: no");
});

test.each<[string, Diagnostic, string, string]>([
  ["in the middle", at(5, 3, "get foo x"), "get foo x", "    ^^^"],
  ["in column 1", at(1, 3, "get"), "get", "^^^"],
  ["a tab is one column", at(3, 1, "a\tb"), "a b", "  ^"],
  ["no longer than the line", at(5, 99, "get foo"), "get foo", "    ^^^"],
  ["behind the end", at(4, 1, "get"), "get", "   ^"],
  ["an empty line", at(1, 1, ""), "", "^"],
  ["behind letters of two cells", at(8, 3, "get 日本 foo x"), "get 日本 foo x", "         ^^^"],
  ["below letters of two cells", at(5, 2, "get 日本 x"), "get 日本 x", "    ^^^^"],
  ["behind a letter with its accent apart", at(8, 1, "get e\u0301 x"), "get e\u0301 x", "      ^"],
  ["what a terminal would obey is not shown", at(3, 1, "a \x1b[31m\x9bx"), "a ?[31m?x", "  ^"],
])("caret: %s", (_, diagnostic, line, caret) => {
  expect(formatWithSource(diagnostic)).toBe(`f:3:${diagnostic.place.column}: no; yes\n    ${line}\n    ${caret}`);
});

test("of a long line the part that matters is shown", () => {
  const text = `get * ${"item ".repeat(2000)}wrogn ${"item ".repeat(2000)}`;
  const column = text.indexOf("wrogn") + 1;
  const [, line = "", caret = ""] = formatWithSource(at(column, 5, text)).split("\n");
  expect(line.length).toBeLessThan(130);
  expect(line.slice(caret.indexOf("^"), caret.lastIndexOf("^") + 1)).toBe("wrogn");
});

test("the caret is below the text, whatever the place", () => {
  const place = fc.tuple(fc.string({ unit: "grapheme-ascii", maxLength: 400 }), fc.nat(400), fc.nat(400));
  fc.assert(
    fc.property(place, ([text, start, length]) => {
      const column = Math.min(start, text.length) + 1;
      const [, line = "", caret = ""] = formatWithSource(at(column, length, text)).split("\n");
      expect(caret).toMatch(/^ *\^+$/);
      expect(line[caret.indexOf("^")] ?? "").toBe(text[column - 1] ?? "");
      expect(caret.length).toBeLessThanOrEqual(Math.max(line.length, caret.indexOf("^") + 1));
    }),
  );
});

test("of very many only the first are shown", () => {
  const many = Array.from({ length: DIAGNOSTICS_SHOWN_MAX + 7 }, (_, i) => ({ ...at(1, 1, "x"), message: `no ${i}` }));
  const text = formatAll(many, ({ severity }) => `[${severity}] dmon: `);
  expect(text.split("\n").filter((line) => line.startsWith("[error] dmon: f:3:1"))).toHaveLength(DIAGNOSTICS_SHOWN_MAX);
  expect(text.endsWith("… and 7 more")).toBe(true);
});

test("the same words at many places are said once, with the other places", () => {
  const place = (line: number, file = "f"): Diagnostic => {
    const each = at(1, 1, "x");
    return { ...each, place: { ...each.place, line, file } };
  };
  const other = { ...place(2), message: "other" };
  const text = (diagnostics: Diagnostic[]) => formatAll(diagnostics, () => "").replaceAll("\n    x\n    ^", "");
  expect(text([place(1), other, place(3)])).toBe("f:1:1: no; yes\nf:2:1: other; yes\nf:3:1: no; yes");
  expect(text([place(1), other, place(3), place(4), place(7, "g")])).toBe(
    "f:1:1: no; yes\n    the same in line 3, 4, g:7\nf:2:1: other; yes",
  );
  const many = Array.from({ length: 100 }, (_, i) => place(i + 1));
  expect(text(many)).toBe("f:1:1: no; yes\n    the same in line 2, 3, 4, 5, 6, 7, 8, 9 and 91 more");
});

test("a SourceError carries all of them", () => {
  const error = new SourceError([at(1, 1, "a"), at(2, 1, "a")]);
  expect(error.diagnostics).toHaveLength(2);
  expect(error.message).toBe("f:3:1: no; yes\nf:3:2: no; yes");
});

describe("nearest", () => {
  const names = ["server", "hostname", "domain", "listen", "loglvl", "PORT", "cpu_load", "cpu_load5", "mem_avail"];
  test.each([
    ["sever", "server"],
    ["servre", "server"], // neighbours swapped
    ["serverr", "server"],
    ["SERVER", "server"],
    ["port", "PORT"],
    ["CPU_LOAD", "cpu_load"], // equal but for case before what is one letter longer
    ["cpuload", "cpu_load"],
    ["cpu_laod", "cpu_load"],
    ["cpu_load", "cpu_load"], // itself before what is one letter longer
    ["mem_available", "mem_avail"],
    ["mem_availability", undefined],
    ["xyz", undefined],
    ["a", undefined],
    ["", undefined],
  ])("%p is near %p", (name, wanted) => {
    expect(nearest(name, names)).toBe(wanted);
  });

  test("as a question", () => {
    expect(didYouMean("sever", names)).toBe('did you mean "server"?');
    expect(didYouMean("quite else", names)).toBeUndefined();
  });

  test("a huge word costs nothing", () => {
    expect(nearest("x".repeat(200_000), names)).toBeUndefined();
  });

  test("one letter wrong in a word of four or more is always found", () => {
    const word = fc.stringMatching(/^[a-z]{4,12}$/);
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom("drop", "swap", "add"), (name, where, how) => {
        const i = where % (name.length - 1);
        const wrong = {
          drop: name.slice(0, i) + name.slice(i + 1),
          swap: name.slice(0, i) + (name[i + 1] ?? "") + (name[i] ?? "") + name.slice(i + 2),
          add: `${name.slice(0, i)}Q${name.slice(i)}`,
        }[how];
        expect(nearest(wrong, [name])).toBe(name);
      }),
    );
  });
});
