import { expect, test } from "bun:test";
import { cutCells, render, screenOf } from "../../src/cli/screen.ts";

test.each([
  [{ LC_ALL: "C.UTF-8" }, false],
  [{ LC_ALL: "", LANG: "de_DE.utf8" }, false],
  [{ LC_CTYPE: "en_US.UTF-8", LANG: "C" }, false],
  [{ LC_ALL: "C", LANG: "de_DE.UTF-8" }, true],
  [{ LANG: "de_DE.ISO-8859-1" }, true],
  [{}, true],
])("with %j the terminal has ASCII alone: %p", (env, ascii) => {
  expect(screenOf({}, env).ascii).toBe(ascii);
});

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { NO_COLOR: "" }, true],
  [{ isTTY: true }, { NO_COLOR: "1" }, false],
  [{ isTTY: true }, { TERM: "dumb" }, false],
  [{}, {}, false],
])("%j with %j has colour: %p", (stdout, env, colour) => {
  expect(screenOf(stdout, env).colour).toBe(colour);
});

test.each([
  [{ columns: 132, rows: 50 }, {}, 132, 50],
  [{}, { COLUMNS: "100", LINES: "30" }, 100, 30],
  [{ columns: 0, rows: 0 }, { COLUMNS: "wide" }, 80, 24],
  [{ columns: 5, rows: 1 }, {}, 20, 1],
  [{ columns: 99_999, rows: 9 }, {}, 500, 9],
])("%j with %j is %d by %d", (stdout, env, width, height) => {
  expect(screenOf(stdout, env)).toMatchObject({ width, height });
});

test.each([
  ["abc", 5, "abc"],
  ["abcdef", 3, "abc"],
  ["日本語", 5, "日本"],
  ["éé", 1, "é"],
  ["", 3, ""],
])("%p in %d cells is %p", (text, cells, shown) => expect(cutCells(text, cells)).toBe(shown));

test("no blanks at the end, no control characters, ASCII where there is no more", () => {
  const screen = { width: 20, height: 9, ascii: true, colour: true };
  expect(render([[["− µ ░ 日", "dim"], "\x1b]0;x\x07  ", ["   ", "bold"]], []], screen)).toBe(
    "\x1b[2m- u : ?\x1b[0m?]0;x?\n\n",
  );
});
