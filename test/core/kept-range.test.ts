import { describe, expect, test } from "bun:test";
import type { Held } from "../../src/core/consolidation.ts";
import { asKept, bucketAt, withoutFillers } from "../../src/core/kept-range.ts";

describe("a range as it is kept", () => {
  const HOUR = 3600;
  const DAY = 24 * HOUR;
  const TODAY = 20_000 * DAY;
  const until = (bucket_s: number) => (bucket_s === 60 ? Number.POSITIVE_INFINITY : TODAY - bucket_s);
  const held: Held[] = [
    [60, 2 * DAY],
    [600, 14 * DAY],
    [HOUR, 70 * DAY],
    [4 * HOUR, 730 * DAY],
  ].map(([bucket_s = 0, keep_s = 0]) => ({ bucket_s, from_s: TODAY - keep_s, until_s: until(bucket_s) }));
  const asked = (from_s: number, to_s: number, bucket_s: number) =>
    asKept({ from_s: TODAY + from_s, to_s: TODAY + to_s, bucket_s }, held);
  const shown = ({ range, coarser }: ReturnType<typeof asKept>) => [
    [range.from_s - TODAY, range.to_s - TODAY, range.bucket_s],
    ...coarser.map((part) => [part.from_s - TODAY, part.to_s - TODAY, part.bucket_s]),
  ];

  test.each<[string, number[], number[][]]>([
    ["what is kept as asked stays", [-HOUR, 0, 60], [[-HOUR, 0, 60]]],
    ["coarser rows are no trouble to anybody", [-DAY, 0, HOUR], [[-DAY, 0, HOUR]]],
    [
      "half an hour of long ago is the row of four hours that it is in",
      [-200 * DAY + 3 * HOUR, -200 * DAY + 3.5 * HOUR, 60],
      [[-200 * DAY, -200 * DAY + 4 * HOUR, 4 * HOUR]],
    ],
    ["a day of last month in rows of an hour", [-40 * DAY, -39 * DAY, 600], [[-40 * DAY, -39 * DAY, HOUR]]],
    [
      "where finer rows begin in the middle, the older part is told",
      [-3 * DAY + 300, -DAY, 60],
      [
        [-3 * DAY, -DAY, 60],
        [-3 * DAY, -2 * DAY, 600],
      ],
    ],
    ["what is to come", [0, DAY, 600], [[0, DAY, 600]]],
    ["what was before all", [-900 * DAY, -800 * DAY, 600], [[-900 * DAY, -800 * DAY, 600]]],
  ])("%s", (_, [from_s = 0, to_s = 0, bucket_s = 0], wanted) => {
    expect(shown(asked(from_s, to_s, bucket_s))).toEqual(wanted);
  });

  test("of a host without history", () => {
    const range = { from_s: 0, to_s: 600, bucket_s: 60 };
    expect(asKept(range, [])).toEqual({ range, coarser: [] });
  });
});

test("of longer rows the empty ones between are left out, and each knows its length", () => {
  const coarser = [{ from: 0, to: 1200, bucket: 600 }];
  const rows = [
    [0, 5],
    ...Array.from({ length: 9 }, (_, i) => [60 * (i + 1), null]),
    [600, null], // a gap of its own
    ...Array.from({ length: 9 }, (_, i) => [660 + 60 * i, null]),
    [1200, 7],
    [1260, null],
  ];
  expect(withoutFillers(rows, 60, coarser)).toEqual([
    [0, 5],
    [600, null],
    [1200, 7],
    [1260, null],
  ]);
  expect([0, 1199, 1200].map((time_s) => bucketAt(time_s, 60, coarser))).toEqual([600, 600, 60]);
});
