import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { betweenDrops, median, type Point, slopeOf, trendOf } from "../../src/core/trend.ts";

const line = (slope: number, level: number, xs: readonly number[]): Point[] =>
  xs.map((x) => ({ x, y: level + slope * x }));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
/** Whole numbers, so that nothing is rounded. */
const small = fc.integer({ min: -1000, max: 1000 });
/** Places in order, with gaps between them. */
const places = fc
  .array(fc.integer({ min: 1, max: 500 }), { minLength: 5, maxLength: 60 })
  .map((gaps) => gaps.map((_, i) => gaps.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0)));
/** Noise that is the same in every run, between -1 and 1. */
const noise = (i: number) => (((i * 7919) % 201) - 100) / 100;

test("a line is its own trend, whatever gaps it has", () => {
  fc.assert(
    fc.property(small, small, places, fc.boolean(), (slope, level, xs, up) => {
      const trend = trendOf(line(slope, level, xs), up);
      expect(trend?.slope).toBeCloseTo(slope, 9);
      expect(trend?.at(0)).toBeCloseTo(level, 4);
      expect(trend?.isClear).toBe(slope !== 0);
    }),
  );
});

test("a fifth of the points may be anything, wherever they are: the slope of the others stands", () => {
  const wild = fc.array(fc.tuple(fc.nat(), fc.double({ min: -1e12, max: 1e12, noNaN: true })), { maxLength: 12 });
  fc.assert(
    fc.property(small, small, places, wild, (slope, level, xs, hits) => {
      const points = line(slope, level, xs);
      for (const [at, y] of hits.slice(0, Math.floor(xs.length / 5)))
        points[at % xs.length] = { x: xs[at % xs.length] ?? 0, y };
      expect(slopeOf([points])).toBeCloseTo(slope, 9);
    }),
  );
});

test("what is multiplied, moved or turned around has the trend so changed", () => {
  const values = fc.array(small, { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(values, small, fc.integer({ min: 1, max: 64 }), (ys, by, times) => {
      const points = ys.map((y, x) => ({ x, y }));
      const slope = slopeOf([points]) ?? Number.NaN;
      expect(slopeOf([points.map(({ x, y }) => ({ x, y: y * times + by }))])).toBeCloseTo(slope * times, 6);
      expect(slopeOf([points.map(({ x, y }) => ({ x: x + by, y }))])).toBeCloseTo(slope, 6);
      expect(slopeOf([points.map(({ x, y }) => ({ x: -x, y })).toReversed()])).toBeCloseTo(-slope, 6);
    }),
  );
});

test("no points, one, or all at one place have none", () => {
  expect(trendOf([], true)).toBeUndefined();
  expect(trendOf([{ x: 1, y: 1 }], true)).toBeUndefined();
  expect(
    trendOf(
      [
        { x: 1, y: 1 },
        { x: 1, y: 2 },
      ],
      true,
    ),
  ).toBeUndefined();
});

test("noise has no clear trend, nor has what stands still; a slope that is more than the noise has", () => {
  expect(
    trendOf(
      upTo(100).map((x) => ({ x, y: noise(x) })),
      true,
    )?.isClear,
  ).toBe(false);
  expect(trendOf(line(0, 5, upTo(100)), true)).toMatchObject({ slope: 0, isClear: false });
  const rising = trendOf(
    upTo(100).map((x) => ({ x, y: 0.1 * x + noise(x) })),
    true,
  );
  expect(rising?.isClear).toBe(true);
  expect(rising?.slope).toBeCloseTo(0.1, 2);
});

describe("drops", () => {
  /** A disk that rises by 1 and is emptied at some places. */
  const sawtooth = (drops: Readonly<Record<number, number>>, n = 144): Point[] => {
    let y = 0;
    return upTo(n).map((x) => {
      y += 1 + 0.1 * noise(x) - (drops[x] ?? 0);
      return { x, y };
    });
  };
  const lengths = (points: readonly Point[], up = true) => betweenDrops(points, up).map(({ length }) => length);

  test.each<[string, Point[], number[]]>([
    ["none", sawtooth({}), [144]],
    ["one", sawtooth({ 100: 60 }), [100, 44]],
    ["two", sawtooth({ 50: 40, 100: 60 }), [50, 50, 44]],
    ["one that is too small to matter", sawtooth({ 100: 10 }), [144]],
    ["one that was just now, and is not yet believed", sawtooth({ 143: 90 }), [144]],
    ["one that was just now", sawtooth({ 142: 90 }), [142, 2]],
    ["one of an hour and a half", sawtooth(Object.fromEntries(upTo(9).map((i) => [90 + i, 10]))), [90, 46]],
    ["one to what then stands still", upTo(144).map((x) => ({ x, y: x < 120 ? x : 20 })), [120, 24]],
    ["many: a rhythm", sawtooth({ 24: 24, 48: 24, 72: 24, 96: 24, 120: 24 }), [144]],
    ["a spike", sawtooth({ 100: -60, 102: 60 }), [144]],
    ["a dip", sawtooth({ 100: 60, 102: -60 }), [144]],
    ["a fall all the way", line(-1, 0, upTo(144)), [144]],
    ["a fall of few", line(-1, 0, upTo(6)), [6]],
    ["noise", upTo(144).map((x) => ({ x, y: noise(x) })), [144]],
  ])("%s", (_, points, expected) => {
    expect(lengths(points)).toEqual(expected);
    // What falls is looked at upside down.
    expect(
      lengths(
        points.map(({ x, y }) => ({ x, y: -y })),
        false,
      ),
    ).toEqual(expected);
  });

  test("a drop does not turn the trend, which goes on from where it fell to, at once", () => {
    for (const at of [30, 72, 100, 130, 141]) {
      const points = sawtooth({ [at]: 60 });
      const trend = trendOf(points, true);
      expect(trend?.slope).toBeCloseTo(1, 1);
      expect(Math.abs((trend?.at(143) ?? 0) - (points.at(-1)?.y ?? 0))).toBeLessThan(0.5);
    }
  });

  test("behind a drop the old trend counts until there is enough of a new one", () => {
    const flatFrom = (at: number) =>
      upTo(144).map((x) => ({ x, y: x < at ? x + 0.1 * noise(x) : 20 + 0.1 * noise(x) }));
    expect(trendOf(flatFrom(140), true)?.slope).toBeCloseTo(1, 1);
    expect(trendOf(flatFrom(120), true)?.isClear).toBe(false);
  });

  test("what drops again and again has the trend of the whole", () => {
    const trend = trendOf(sawtooth({ 24: 24, 48: 24, 72: 24, 96: 24, 120: 24 }), true);
    expect(Math.abs(trend?.slope ?? 1)).toBeLessThan(0.15);
  });

  test("whatever comes, stretches are parts of the points, in their order", () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { maxLength: 60 });
    fc.assert(
      fc.property(values, fc.boolean(), (ys, up) => {
        const points = ys.map((y, x) => ({ x, y }));
        const kept = betweenDrops(points, up);
        expect(kept.flat().map(({ x }) => x)).toEqual(
          [...new Set(kept.flat().map(({ x }) => x))].sort((a, b) => a - b),
        );
        expect(kept.at(-1)?.at(-1)).toEqual(points.at(-1));
        for (const stretch of kept) expect(points.length === 0 || stretch.length > 0).toBe(true);
      }),
    );
  });
});

test("the median of an even number is between the two in the middle", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([5]), median([])]).toEqual([2, 2.5, 5, 0]);
});
