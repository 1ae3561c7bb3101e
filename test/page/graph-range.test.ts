import { describe, expect, test } from "bun:test";
import { assert, integer, property } from "fast-check";
import { GRAPH_SPAN_S } from "../../src/core/limits.ts";
import { rangeOf } from "../../src/page/lookup.ts";
import { columnsOf } from "../../src/page/script/graph-columns.ts";
import { bounded, ivalOf, moved, zoomed } from "../../src/page/script/graph-range.ts";
import { KEYS } from "../../src/page/script/keys.ts";
import { HUES, strokeOf } from "../../src/plot/line-styles.ts";
import { NOW_S } from "./fixture.ts";

const DAY_S = 86_400;
const day = { from_s: NOW_S - DAY_S, to_s: NOW_S };

describe("ranges of graphs", () => {
  test.each([
    ["earlier", moved(day, -1), NOW_S - 1.5 * DAY_S, NOW_S - 0.5 * DAY_S],
    ["in", zoomed(day, "in", 0.5), NOW_S - 0.75 * DAY_S, NOW_S - 0.25 * DAY_S],
    ["in, up to now", zoomed(day, "in", 1), NOW_S - 0.5 * DAY_S, NOW_S],
    ["out, up to now", zoomed(day, "out", 1), NOW_S - 2 * DAY_S, NOW_S],
  ])("%s", (_, { from_s, to_s }, begin, end) => expect([from_s, to_s]).toEqual([begin, end]));

  test.each([
    [day, "day"],
    [{ from_s: NOW_S - 3600, to_s: NOW_S }, "hour"],
    [{ from_s: NOW_S - 7000, to_s: NOW_S - 10 }, "6990s"],
    [{ from_s: NOW_S - 7200, to_s: NOW_S - 3600 }, `${NOW_S - 7200}..${NOW_S - 3600}`],
  ])("in an address: %j is %s", (span, ival) => expect(ivalOf(span, NOW_S)).toBe(ival));

  test("whatever is wished, the pages can draw it, and none of the future", () => {
    const time = integer({ min: NOW_S - 30 * 365 * DAY_S, max: NOW_S + 365 * DAY_S });
    assert(
      property(time, time, (a, b) => {
        const span = bounded({ from_s: Math.min(a, b), to_s: Math.max(a, b) }, NOW_S);
        expect(span.to_s).toBeLessThanOrEqual(NOW_S);
        const range = rangeOf(new URLSearchParams({ ival: ivalOf(span, NOW_S) }), NOW_S);
        expect(range.span_s).toBeWithin(GRAPH_SPAN_S.min, GRAPH_SPAN_S.max + 1);
      }),
    );
  });
});

test("columns: gaps are null, what only others have is undefined, a point alone is known", () => {
  const point = (mid_s: number, avg: number) => ({ from_s: mid_s - 30, mid_s, avg, min: avg, max: avg });
  const lines = [[[point(30, 1), point(90, 2)], [point(270, 3)]], [[point(90, 7)]]];
  const found = columnsOf(lines, "gauge");
  expect(found.times).toEqual([30, 90, 180, 270]);
  expect(found.lines.map(({ avg }) => avg)).toEqual([
    [1, 2, null, 3],
    [undefined, 7, undefined, undefined],
  ]);
  expect(found.lines.map(({ alone }) => alone)).toEqual([[3], [1]]);
});

test("the last state holds to the end of its row", () => {
  const run = [{ from_s: 0, mid_s: 30, avg: 1, min: 1, max: 1 }];
  expect(columnsOf([[run]], "state")).toMatchObject({ times: [0, 60], lines: [{ avg: [1, 1] }] });
});

test("no two lines of a graph look the same", () => {
  const looks = Array.from({ length: 12 }, (_, i) => strokeOf(i));
  expect(new Set(looks.map(({ name }) => name)).size).toBe(12);
  for (const [i, { hue }] of looks.slice(1, HUES).entries()) expect(hue).not.toBe(looks[i]?.hue ?? -1);
});

test("each key is declared once", () => {
  expect(new Set(KEYS.map(({ key }) => key)).size).toBe(KEYS.length);
});
