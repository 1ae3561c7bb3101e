import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { type Bucket, bucketStart, type Held, merge, planSegments, type Tier } from "../../src/core/consolidation.ts";

const number = fc.double({ min: -1e12, max: 1e12, noNaN: true });
const readings = fc.array(number, { minLength: 1, maxLength: 8 });

function bucketOf(values: readonly number[]): Bucket {
  const sum = values.reduce((a, b) => a + b, 0);
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return { avg: Math.min(max, Math.max(min, sum / values.length)), min, max, count: values.length };
}

function expectNear(a: Bucket | undefined, b: Bucket | undefined) {
  expect(a).toMatchObject({ min: b?.min, max: b?.max, count: b?.count });
  const size = Math.max(1, Math.abs(a?.min ?? 0), Math.abs(a?.max ?? 0));
  expect(Math.abs((a?.avg ?? 0) - (b?.avg ?? 0)) / size).toBeLessThan(1e-12);
}

describe("merge", () => {
  const one = bucketOf([5]);
  test.each<[string, Bucket | undefined, Bucket | undefined, Bucket | undefined]>([
    ["nothing and nothing", undefined, undefined, undefined],
    ["nothing and something", undefined, one, one],
    ["something and nothing", one, undefined, one],
    ["weighted by count", bucketOf([1]), bucketOf([3, 3, 3]), { avg: 2.5, min: 1, max: 3, count: 4 }],
    [
      "what adds up to more than a number holds",
      bucketOf([1.7e308]),
      { avg: 1.7e308, min: 1.7e308, max: 1.7e308, count: 9 },
      { avg: 1.7e308, min: 1.7e308, max: 1.7e308, count: 10 },
    ],
    [
      "what lies further apart than a number holds",
      bucketOf([-1.6e308]),
      bucketOf([1.6e308]),
      { avg: 0, min: -1.6e308, max: 1.6e308, count: 2 },
    ],
  ])("%s", (_, a, b, wanted) => {
    expect(merge(a, b)).toEqual(wanted);
  });

  test("gives what the readings together give", () => {
    fc.assert(
      fc.property(readings, readings, (a, b) => expectNear(merge(bucketOf(a), bucketOf(b)), bucketOf([...a, ...b]))),
    );
  });

  test("the order does not matter, nor the grouping", () => {
    fc.assert(
      fc.property(readings, readings, readings, (x, y, z) => {
        const [a, b, c] = [bucketOf(x), bucketOf(y), bucketOf(z)];
        expectNear(merge(a, b), merge(b, a));
        expectNear(merge(merge(a, b), c), merge(a, merge(b, c)));
      }),
    );
  });

  test("min <= avg <= max, always finite; a constant stays itself", () => {
    const any = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(any, (values) => {
        const all = values.map((n) => bucketOf([n])).reduce<Bucket | undefined>((a, b) => merge(a, b), undefined);
        expect(all && all.min <= all.avg && all.avg <= all.max && Number.isFinite(all.avg)).toBe(true);
        const [first = 0] = values;
        const constant = values.reduce<Bucket | undefined>((sum) => merge(sum, bucketOf([first])), undefined);
        expect(constant).toEqual({ avg: first, min: first, max: first, count: values.length });
      }),
    );
  });
});

test.each([
  [0, 60, 0],
  [59.9, 60, 0],
  [60, 60, 60],
  [-1, 60, -60],
  [1_700_000_123.4, 600, 1_699_999_800],
])("bucketStart(%p, %p) = %p", (time_s, bucket_s, wanted) => {
  expect(bucketStart(time_s, bucket_s)).toBe(wanted);
});

describe("planSegments", () => {
  const TIERS: Held[] = [
    { bucket_s: 60, from_s: 998_880, until_s: Number.POSITIVE_INFINITY },
    { bucket_s: 600, from_s: 988_800, until_s: 999_600 },
    { bucket_s: 3600, from_s: 900_000, until_s: 997_200 },
  ];
  const plan = (from_s: number, to_s: number, wanted_s: number) =>
    planSegments(TIERS, from_s, to_s, wanted_s).map((s) => [s.bucket_s, s.from_s, s.to_s]);

  test.each<[string, [number, number, number], number[][]]>([
    ["the finest for its own", [999_600, 1_000_020, 60], [[60, 999_600, 1_000_020]]],
    [
      "the coarsest that is not coarser than wanted, and finer ones for what it has not yet",
      [996_000, 1_000_200, 600],
      [
        [600, 996_000, 999_600],
        [60, 999_600, 1_000_200],
      ],
    ],
    [
      "three tiers",
      [990_000, 1_000_200, 3600],
      [
        [3600, 990_000, 997_200],
        [600, 997_200, 999_600],
        [60, 999_600, 1_000_200],
      ],
    ],
    [
      // Ten minutes are kept from 988,800 on, inside the hour that begins at 986,400: the hour is whole, so they begin at 990,000.
      "coarser ones for what no finer one keeps, cut where a coarse bucket ends",
      [980_000, 1_000_200, 600],
      [
        [3600, 982_800, 990_000],
        [600, 990_000, 999_600],
        [60, 999_600, 1_000_200],
      ],
    ],
    [
      "a tier that is finer than the cut of the next one gives way to it",
      [998_400, 1_000_200, 60],
      [
        [600, 998_400, 999_000],
        [60, 999_000, 1_000_200],
      ],
    ],
    ["nothing before the beginning of all", [0, 1000, 60], []],
    ["nothing asked", [5000, 5000, 60], []],
  ])("%s", (_, [from_s, to_s, wanted_s], wanted) => {
    expect(plan(from_s, to_s, wanted_s)).toEqual(wanted);
  });

  // Any tiers whose buckets are multiples, any state of closing, any question.
  const setting = fc
    .record({
      factors: fc.array(fc.integer({ min: 2, max: 6 }), { maxLength: 3 }),
      keeps: fc.array(fc.integer({ min: 2, max: 50 }), { minLength: 4, maxLength: 4 }),
      lags: fc.array(fc.nat(20), { minLength: 4, maxLength: 4 }),
      now_s: fc.integer({ min: 1e6, max: 2e6 }),
      back_s: fc.nat(3e5),
      span_s: fc.nat(3e5),
      wanted: fc.nat(3),
    })
    .map(({ factors, keeps, lags, now_s, back_s, span_s, wanted }) => {
      const tiers: Tier[] = [{ bucket_s: 60, keep_s: 60 * (keeps[0] ?? 2) }];
      for (const [i, factor] of factors.entries()) {
        const finer = tiers[i] ?? { bucket_s: 60, keep_s: 0 };
        const bucket_s = finer.bucket_s * factor;
        finer.keep_s = Math.max(finer.keep_s, 2 * bucket_s);
        tiers.push({ bucket_s, keep_s: Math.max(finer.keep_s, bucket_s * (keeps[i + 1] ?? 2)) });
      }
      const held: Held[] = [];
      let limit = now_s;
      for (const [i, { bucket_s, keep_s }] of tiers.entries()) {
        limit = bucketStart(limit, bucket_s) - (i === 0 ? 0 : (lags[i] ?? 0) * bucket_s);
        const until_s = i === 0 ? Number.POSITIVE_INFINITY : limit;
        held.push({ bucket_s, from_s: bucketStart(now_s - keep_s, bucket_s), until_s });
      }
      const wanted_s = tiers[wanted % tiers.length]?.bucket_s ?? 60;
      const from_s = bucketStart(now_s - back_s, wanted_s);
      return { held, from_s, to_s: from_s + bucketStart(span_s, wanted_s), wanted_s };
    });

  test("segments are in order, disjoint, inside the question, each tier where it is kept and closed", () => {
    fc.assert(
      fc.property(setting, ({ held, from_s, to_s, wanted_s }) => {
        const segments = planSegments(held, from_s, to_s, wanted_s);
        let end = from_s;
        for (const { bucket_s, from_s: a, to_s: b } of segments) {
          const tier = held.find((each) => each.bucket_s === bucket_s);
          expect(a).toBeGreaterThanOrEqual(end);
          expect(b).toBeGreaterThan(a);
          expect(a).toBeGreaterThanOrEqual(tier?.from_s ?? 0);
          expect(b).toBeLessThanOrEqual(tier?.until_s ?? 0);
          end = b;
        }
        expect(end).toBeLessThanOrEqual(Math.max(from_s, to_s));
      }),
      { numRuns: 500 },
    );
  });

  test("a coarse row that begins before the question drives out no finer one", () => {
    const three = [60, 300, 900].map((bucket_s, i) => ({
      bucket_s,
      from_s: i === 0 ? 999_360 : 990_600,
      until_s: i === 0 ? Number.POSITIVE_INFINITY : 999_900,
    }));
    const segments = planSegments(three, 990_540, 990_900, 60);
    expect(segments).toEqual([{ bucket_s: 300, from_s: 990_600, to_s: 990_900 }]);
  });

  test("what any tier can give is given, and no reading twice", () => {
    fc.assert(
      fc.property(setting, ({ held, from_s, to_s, wanted_s }) => {
        const segments = planSegments(held, from_s, to_s, wanted_s);
        const given = new Map<number, number>(); // the start of a minute -> in how many rows it is
        for (const { bucket_s, from_s: a, to_s: b } of segments) {
          for (let row = Math.ceil(a / bucket_s) * bucket_s; row < b; row += bucket_s) {
            for (let t = row; t < row + bucket_s; t += 60) given.set(t, (given.get(t) ?? 0) + 1);
          }
        }
        for (const [minute_s, times] of given) if (times > 1) throw new Error(`${minute_s} is in ${times} rows`);
        for (const tier of held) {
          const oldest = Math.max(from_s, tier.from_s);
          const newest = Math.min(to_s, tier.until_s);
          for (
            let row = Math.ceil(oldest / tier.bucket_s) * tier.bucket_s;
            row + tier.bucket_s <= newest;
            row += tier.bucket_s
          ) {
            for (let t = row; t < row + tier.bucket_s; t += 60)
              if (!given.has(t)) throw new Error(`${tier.bucket_s} has ${t}, and nobody gives it`);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
