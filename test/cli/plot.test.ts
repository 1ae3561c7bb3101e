import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { drawOverview } from "../../src/cli/overview.ts";
import { drawPlot } from "../../src/cli/plot.ts";
import { render } from "../../src/cli/screen.ts";
import { type Point, pointsOf, summaryOf } from "../../src/cli/series.ts";
import { cellsOf } from "../../src/core/cells.ts";
import { KINDS } from "../../src/core/reading.ts";
import { expectGolden } from "../config/golden.ts";
import { drawings, seriesOf } from "./drawings.ts";

test("the pictures, as they are in Berlin", () => {
  const script = `import { drawings } from "${import.meta.dir}/drawings.ts"; process.stdout.write(drawings());`;
  const child = Bun.spawnSync([process.execPath, "-e", script], { env: { ...process.env, TZ: "Europe/Berlin" } });
  expect(child.stderr.toString()).toBe("");
  const text = child.stdout.toString();
  expectGolden("drawings.txt", text);
  expect(drawings().split("\n").length).toBe(text.split("\n").length); // and here, wherever that is
});

test("whatever the values, the texts and the width, no line is longer, and nothing is thrown", () => {
  const number = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(0, 1, -1, 100, 1e300, -1e308, 5e-324),
    fc.nat(100),
  );
  const value = fc.oneof(fc.constant(null), number, fc.record({ avg: number, min: number, max: number }));
  const change = fc.record({
    time_s: fc.double({ noNaN: true }),
    level: fc.string(),
    text: fc.string({ unit: "grapheme" }),
  });
  const series = fc
    .record({
      values: fc.array(value, { maxLength: 400 }),
      item: fc.string({ unit: "grapheme" }),
      unit: fc.constantFrom("", "%", "s", "B", "B/s", "1/s", "tasks", "°C", "日本"),
      kind: fc.constantFrom(...KINDS),
      bucket_s: fc.constantFrom(60, 600, 3600, 172_800, 691_200),
      from_s: fc.integer({ min: -6e10, max: 2.5e11 }),
      changes: fc.array(change, { maxLength: 5 }),
    })
    .map(({ values, item, ...more }) => seriesOf(item, values, more));
  const size = fc.record({ rows: fc.integer({ min: -1, max: 40 }), changes: fc.integer({ min: 0, max: 8 }) });
  const screen = fc.record({ width: fc.integer({ min: 20, max: 300 }), ascii: fc.boolean() });
  fc.assert(
    fc.property(fc.array(series, { minLength: 1, maxLength: 3 }), screen, size, (all, { width, ascii }, asked) => {
      const lines = [
        ...all.flatMap((each) => drawPlot(each, { width, ascii }, asked)),
        ...drawOverview(all, { width, ascii }),
      ];
      const text = render(lines, { width, ascii, height: 24, colour: false });
      for (const line of text.split("\n")) expect(cellsOf(line)).toBeLessThanOrEqual(width);
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
      if (ascii) expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    }),
    { numRuns: 300 },
  );
});

test("what is shown in colour is the same text", () => {
  const lines = drawPlot(seriesOf("x", [1, 2, null, 3]), { width: 60, ascii: false }, { rows: 5, changes: 0 });
  const shown = (colour: boolean) => render(lines, { width: 60, height: 24, ascii: false, colour });
  expect(shown(true)).toContain("\x1b[");
  expect(shown(true).replace(/\x1b\[\d+m/g, "")).toBe(shown(false));
});

test.each([
  ["", ""],
  ["..", ".."],
  ["xxx", "xxx"],
  ["x.x", "x.x"],
  ["x..x..x", "x..x..x"], // thrice is no rule yet
  ["x.x.x.x.", "xxxxxxxx"],
  ["x.x.x.x....x", "xxxxxxxx...x"],
  ["x.x.x.xxxx", "xxxxxxxxxx"], // a finer tier goes on
  ["xxxxx.x.x.x.", "xxxxxxxxxxxx"],
  ["xx..xx..xx..xx", "xx..xx..xx..xx"], // pairs are no rule
])("rows %s cover %s", (rows, covered) => {
  const values = rows.split("").map((row) => (row === "x" ? 1 : null));
  const cells = Array.from({ length: rows.length }, () => ".");
  for (const { from_s, to_s } of pointsOf(seriesOf("x", values, { from_s: 0 })))
    for (let i = from_s / 60; i < to_s / 60; i++) cells[i] = "x";
  expect(cells.join("")).toBe(covered);
});

test("what a series comes to: by readings, with what is missing between", () => {
  const series = seriesOf("x", [{ avg: 2, min: 1, max: 9 }, null, null, 6], { bucket_s: 600, from_s: 0 });
  const [first, last] = pointsOf(series) as [Point, Point];
  const summary = { last, isLate: false, least: first, most: first, avg: 4, missing_s: 1200 };
  expect(summaryOf(series)).toEqual(summary);
  // What it lacks at the end is missing too, but for the row that is not full yet and the one before.
  for (const [late_s, isLate] of [
    [0, false],
    [1200, false],
    [1260, true],
    [6000, true],
  ] as const) {
    const later = { ...series, to_s: series.to_s + 9000, until_s: series.to_s + late_s };
    expect(summaryOf(later)).toEqual({ ...summary, isLate, missing_s: 1200 + (isLate ? late_s : 0) });
  }
  const few = {
    ...series,
    rows: series.rows.map((row, i) => ({ ...row, count: row.avg === null ? null : i === 3 ? 1 : 3 })),
  };
  expect(summaryOf(few)?.avg).toBe(3);
  expect(summaryOf({ ...series, rows: [] })).toBeUndefined();
});
