import { expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Bucket } from "../../src/core/consolidation.ts";
import { encodeRow, RowReader } from "../../src/store/row.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const single: fc.Arbitrary<Bucket> = finite.map((value) => ({ avg: value, min: value, max: value, count: 1 }));
const many: fc.Arbitrary<Bucket> = fc.record({
  avg: finite,
  min: finite,
  max: finite,
  count: fc.integer({ min: 2, max: 2 ** 32 - 1 }),
});
const gap = fc.constant(undefined);

test("what is encoded reads back, gaps as gaps", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(single, many, gap), { maxLength: 80 }), (buckets) => {
      const reader = new RowReader(encodeRow(buckets));
      expect(buckets.map((_, column) => reader.bucket(column))).toEqual(buckets);
      expect(reader.bucket(buckets.length)).toBeUndefined();
    }),
  );
});

test("a plain minute is eight bytes an item", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(single, gap), { maxLength: 80 }), (buckets) => {
      const { avg, spread } = encodeRow(buckets);
      expect([avg.byteLength, spread]).toEqual([8 * buckets.length, null]);
    }),
  );
});

test("reads from any place in memory, as SQLite gives it", () => {
  const row = encodeRow([{ avg: 2, min: 1, max: 3, count: 4 }]);
  const shifted = new Uint8Array([0, ...row.avg]).subarray(1);
  const spread = new Uint8Array([0, ...(row.spread ?? [])]).subarray(1);
  expect(new RowReader({ avg: shifted, spread }).bucket(0)).toEqual({ avg: 2, min: 1, max: 3, count: 4 });
});
