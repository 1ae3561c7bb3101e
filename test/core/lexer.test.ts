import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { type Diagnostic, SourceError } from "../../src/core/diagnostic.ts";
import { lex } from "../../src/core/lexer.ts";
import { CONFIG_BYTES_MAX, CONFIG_LINE_CHARS_MAX } from "../../src/core/limits.ts";

function read(text: string): { statements: string[][]; errors: string[] } {
  const diagnostics: Diagnostic[] = [];
  const good = lex("f", text, diagnostics).filter(({ broken }) => !broken);
  const statements = good.map(({ key, words }) => [key, ...words].map((word) => word.text));
  return { statements, errors: diagnostics.map(({ place, message }) => `${place.line}:${place.column} ${message}`) };
}

describe("statements", () => {
  test.each<[string, string, string[][]]>([
    ["nothing", "", []],
    ["blank lines", "\n \n\t\n", []],
    ["comments, also indented", "# a\n   # b\na 1", [["a", "1"]]],
    ["a comment inside a statement", "a 1\n# c\n  2\n\n  3", [["a", "1", "2", "3"]]],
    [
      "glue",
      "somekey part1\n part2\n\tpart3\nother x",
      [
        ["somekey", "part1", "part2", "part3"],
        ["other", "x"],
      ],
    ],
    ["tabs are blanks", "a\t1\t\t2", [["a", "1", "2"]]],
    ["trailing blanks", "a 1  \t", [["a", "1"]]],
    ["CRLF", "a 1\r\n 2\r\nb\r\n", [["a", "1", "2"], ["b"]]],
    ["no newline at the end", "a 1", [["a", "1"]]],
    ["a byte order mark", "\ufeffa 1", [["a", "1"]]],
    ["quotes hold blanks", 'a "two words" x', [["a", "two words", "x"]]],
    ["quotes hold #", 'a "#1"', [["a", "#1"]]],
    ["an empty word", 'a ""', [["a", ""]]],
    ["quotes inside a word", 'a label="room for data"x', [["a", "label=room for datax"]]],
    ["# inside a word", "a b#c", [["a", "b#c"]]],
    ["blanks of all kinds in quotes", 'a "5\xa0km" "👩\u200d🔧"', [["a", "5\xa0km", "👩\u200d🔧"]]],
    ["quotes hold what else is none", `a "'b'" "c\\\\"`, [["a", "'b'", "c\\\\"]]],
    ["an apostrophe", "a Anna's", [["a", "Anna's"]]],
    ["any script", "a größe 主机", [["a", "größe", "主机"]]],
  ])("%s", (_, text, wanted) => {
    expect(read(text)).toEqual({ statements: wanted, errors: [] });
  });
});

describe("errors, and the rest is still read", () => {
  test.each<[string, string, string[], string[][]]>([
    ["an indented first line", "  a 1\nb", ["1:1 an indented line with nothing above it to belong to"], [["b"]]],
    ["said once", " a\n b\nc", ["1:1 an indented line with nothing above it to belong to"], [["c"]]],
    ["NUL", "a 1\nb \0x\nc", ["2:3 a NUL (U+0000)"], [["a", "1"], ["c"]]],
    ["escape", "a \x1b[31m", ["1:3 an ESC (U+001B)"], []],
    ["a control character of 8 bits", "a \x9b31m", ["1:3 a control character (U+009B)"], []],
    ["a form feed", "a\f", ["1:2 a form feed (U+000C)"], []],
    ["a lonely CR", "a\rb", ["1:2 a carriage return (U+000D)"], []],
    ["lonely CRs behind a comment", "# a\rb\r", ["1:4 a carriage return (U+000D)"], []],
    ["bad UTF-8", "a gr\ufffd\ufffde", ["1:5 bytes that are no UTF-8"], []],
    ["bad UTF-8 in quotes", 'a "\ufffd"', ["1:4 bytes that are no UTF-8"], []],
    ["a no-break space", "a b\xa0c", ["1:4 a no-break space (U+00A0)"], []],
    ["a zero-width space", "a \u200bb", ["1:3 a zero-width space (U+200B)"], []],
    ["a blank that is none", "a\u2003b", ["1:2 an unusual blank (U+2003)"], []],
    ["what turns the writing round", "a b\u202ec", ["1:4 an invisible character (U+202E)"], []],
    ["a byte order mark in the middle", "a 1\n\ufeffb", ["2:1 a byte order mark (U+FEFF)"], [["a", "1"]]],
    ["an open quote", 'a x "b c\nd', ["1:5 a quote that is never closed"], [["d"]]],
    ["an open quote in a word", 'a x=y"b', ["1:6 a quote that is never closed"], []],
    ["an open quote in front", 'a\n"b c\n d\ne', ["2:1 a quote that is never closed"], [["a"], ["e"]]],
    ["an open quote in an indented line", 'a\n "b\nc', ["2:2 a quote that is never closed"], [["c"]]],
    ["a quote and more", 'a "b"c', ["1:6 a quoted word must be followed by a blank"], []],
    ["single quotes", "a x='b c'\nd", ["1:5 a single quote"], [["d"]]],
    ["a single quote", "a 'b c", ["1:3 a single quote"], []],
    ["a comment behind", "a b # c d", ["1:5 a comment behind a statement"], [["a", "b"]]],
    ["a line that goes on as in a shell", "a b \\\nc\nd", ["1:5 a backslash at the end of a line"], [["d"]]],
    ["the same in a word", "a b\\\n  c", ["1:4 a backslash at the end of a line"], []],
  ])("%s", (_, text, errors, statements) => {
    expect(read(text)).toEqual({ statements, errors });
  });

  test("a statement that is too long, also when glued", () => {
    const long = `a ${"x".repeat(CONFIG_LINE_CHARS_MAX)}`;
    expect(read(`${long}\nb`)).toEqual({
      statements: [["b"]],
      errors: [`1:1 a statement of more than ${CONFIG_LINE_CHARS_MAX} characters`],
    });
    const half = "x".repeat(CONFIG_LINE_CHARS_MAX / 2);
    const glued = read(`a ${half}\n ${half}\n c\n d\ne`);
    expect(glued.statements.at(-1)).toEqual(["e"]);
    expect(glued.errors).toEqual([`2:1 a statement of more than ${CONFIG_LINE_CHARS_MAX} characters`]);
  });

  test("a file that is too large is not read at all", () => {
    expect(() => lex("f", "x".repeat(CONFIG_BYTES_MAX + 1), [])).toThrow(SourceError);
  });

  test("the longest statement that is allowed is read in a moment", () => {
    const text = `a ${"x ".repeat(CONFIG_LINE_CHARS_MAX / 2 - 1)}`;
    expect(read(text).statements[0]).toHaveLength(CONFIG_LINE_CHARS_MAX / 2);
  });
});

describe("places", () => {
  test("of words, by line and column", () => {
    const [statement] = lex("f", 'key one\n\t"two words" three', []);
    expect(
      statement?.words.map(({ text, quoted, place }) => [text, quoted, place.line, place.column, place.length]),
    ).toEqual([
      ["one", false, 1, 5, 3],
      ["two words", true, 2, 2, 11],
      ["three", false, 2, 14, 5],
    ]);
    expect(statement?.words[1]?.place.text).toBe('\t"two words" three');
  });

  test("point at the real text, whatever it is", () => {
    const line = fc.array(fc.constantFrom("a", " ", "\t", '"', "=", "#", "ß", "x=", "\r", "\0", "b c"), {
      maxLength: 12,
    });
    const text = fc
      .array(
        line.map((parts) => parts.join("")),
        { maxLength: 8 },
      )
      .map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(text, (source) => {
        const diagnostics: Diagnostic[] = [];
        const lines = source.split("\n").map((each) => each.replace(/\r$/, ""));
        for (const { key, words } of lex("f", source, diagnostics)) {
          for (const word of [key, ...words]) {
            const { line: at, column, length } = word.place;
            expect(word.place.text).toBe(lines[at - 1] ?? "none");
            const written = (lines[at - 1] ?? "").slice(column - 1, column - 1 + length);
            expect(written.replaceAll('"', "")).toBe(word.text);
          }
        }
        for (const { place } of diagnostics) {
          expect(place.column + place.length - 1).toBeLessThanOrEqual((lines[place.line - 1] ?? "").length);
        }
      }),
    );
  });

  test("no text throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => void lex("f", text, [])));
  });
});
