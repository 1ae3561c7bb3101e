import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { folded, paperOf, rowsAsLines } from "../../src/cli/rows.ts";
import { render } from "../../src/cli/screen.ts";
import { cellsOf } from "../../src/core/cells.ts";
import { expectGolden } from "../config/golden.ts";
import { pictures } from "./alerting-pictures.ts";

const screen = (width: number) => ({ width, height: 24, ascii: false, colour: false });
const shown = (rows: readonly string[][], width: number) => render(rowsAsLines(rows, width), screen(width));

test("the pictures of alerts, events and trials, as they are in Berlin at 80 columns", () => {
  const script = `import { pictures } from "${import.meta.dir}/alerting-pictures.ts"; process.stdout.write(pictures());`;
  const child = Bun.spawnSync([process.execPath, "-e", script], { env: { ...process.env, TZ: "Europe/Berlin" } });
  expect(child.stderr.toString()).toBe("");
  expectGolden("alerting.txt", child.stdout.toString());
  expect(Math.max(...pictures().split("\n").map(cellsOf))).toBeLessThanOrEqual(80);
});

describe("rows", () => {
  test("columns are as wide as they must be, the last one wraps in the room that is left", () => {
    const rows = [
      ["a", "long name", "one two three four five six"],
      ["bcd", "x", ""],
    ];
    expect(shown(rows, 80)).toBe("a    long name  one two three four five six\nbcd  x\n");
    expect(shown(rows, 40)).toBe("a    long name  one two three four five\n                six\nbcd  x\n");
    expect(shown(rows, 30)).toBe("a    long name\n    one two three four five\n    six\nbcd  x\n");
  });

  test("what is longer than a line is broken, and nothing of it is lost", () => {
    expect(folded("abcdefgh ij", 3)).toEqual(["abc", "def", "gh", "ij"]);
  });

  test("whatever the words and the width, no line is longer; on wide paper a row is a line, and whole", () => {
    const word = fc.string({ unit: "grapheme", maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, word, fc.lorem()), { maxLength: 6 }),
        fc.integer({ min: 20, max: 120 }),
        (rows, width) => {
          for (const line of shown(rows, width).split("\n")) expect(cellsOf(line)).toBeLessThanOrEqual(width);
          const whole = shown(rows, Number.POSITIVE_INFINITY).split("\n").slice(0, -1);
          expect(whole).toHaveLength(rows.length);
          for (const [i, [, , last]] of rows.entries()) expect(whole[i]).toEndWith(last.trimEnd());
        },
      ),
    );
  });
});

test.each([
  ["a terminal", { isTTY: true, columns: 100 }, {}, 100],
  ["one that does not say", { isTTY: true }, {}, 80],
  ["a pipe", {}, {}, Number.POSITIVE_INFINITY],
  ["a pipe where somebody says", {}, { COLUMNS: "60" }, 60],
])("how wide %s is", (_, stdout, env, width) => {
  expect(paperOf(stdout, env)).toMatchObject({ width, isTerminal: "isTTY" in stdout });
});
