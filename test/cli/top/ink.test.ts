import { expect, test } from "bun:test";
import { cell, coloursOf, drawLine, fit, isPlain, type Line } from "../../../src/cli/top/ink.ts";
import { changed } from "../../../src/cli/top/terminal.ts";

test.each([
  [{ TERM: "xterm-256color" }, 256],
  [{ TERM: "xterm", COLORTERM: "truecolor" }, 256],
  [{ TERM: "xterm" }, 16],
  [{ TERM: "linux" }, 16],
  [{ TERM: "xterm-256color", NO_COLOR: "1" }, 0],
  [{ TERM: "xterm-256color", NO_COLOR: "" }, 256],
  [{ TERM: "dumb" }, 0],
  [{ TERM: "vt220" }, 0],
  [{ TERM: "xterm-mono" }, 0],
  [{}, 0],
] as const)("%j has %d colours", (env, colours) => expect(coloursOf(env)).toBe(colours));

test("Linux' own console has letters of its own for none of the signs", () => {
  expect([isPlain(false, { TERM: "linux" }), isPlain(false, { TERM: "xterm" }), isPlain(true, {})]).toEqual([
    true,
    false,
    true,
  ]);
});

test.each([
  ["abc", 5, "abc"],
  ["abcdef", 4, "abc…"],
  ["日本語", 5, "日本…"],
  ["a\x1b[2J\nb\u202ec", 9, "a [2J b c"],
  ["abc", 0, ""],
  ["abc", 1, "…"],
])("%j in %d cells is %j", (text, cells, shown) => expect(fit(text, cells)).toBe(shown));

test("a column is as wide as it is, on either side", () => {
  expect([cell("日", 4), cell("5 %", 5, "right"), cell("toolong", 4)]).toEqual(["日  ", "  5 %", "too…"]);
});

const LINE: Line = [["● fine", "fine"], "  ", ["日本", "bold"], " 5 %  "];
test.each([
  [{ ascii: false, colours: 256 }, "\x1b[38;5;71m● fine\x1b[0m  \x1b[1m日本\x1b[0m\x1b[13G 5 %"],
  [{ ascii: false, colours: 16 }, "\x1b[32m● fine\x1b[0m  \x1b[1m日本\x1b[0m\x1b[13G 5 %"],
  [{ ascii: true, colours: 0 }, ". fine  \x1b[1m????\x1b[0m 5 %"],
] as const)("with %j a line is %j", (ink, drawn) => expect(drawLine(LINE, 20, ink)).toBe(drawn));

test("what is chosen is inverse up to the edge, and nothing goes beyond that, nor is half a number shown as one", () => {
  const ink = { ascii: false, colours: 0 } as const;
  expect(drawLine(["ab"], 4, ink, true)).toBe("\x1b[7mab\x1b[0m\x1b[7m  \x1b[0m");
  expect(drawLine(["abcd", "ef"], 5, ink)).toBe("abcd…");
  expect(drawLine(["abcd", "1012  "], 8, ink)).toBe("abcd1012");
  expect(drawLine(["abcd", "1012"], 7, { ...ink, ascii: true })).toBe("abcd10~");
});

test("only lines that are others are written; one up to the edge is not erased behind", () => {
  expect(changed(["a", "b", "c"], ["a", "x", "c"], 5)).toBe("\x1b[2;1Hx\x1b[K");
  expect(changed(["a"], ["abcde"], 5)).toBe("\x1b[1;1Habcde");
  expect(changed([], ["", "b"], 5)).toBe("\x1b[2;1Hb\x1b[K");
  expect(changed(["a"], ["a"], 5)).toBe("");
});
