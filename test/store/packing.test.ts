import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Bucket } from "../../src/core/consolidation.ts";
import { type Column, DamagedStretch, encodeStretch, STRETCH_ROWS, StretchReader } from "../../src/store/packing.ts";

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(0, -0, 1, 0.1, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 53 - 1, 4096 * 12_345_678),
);
const spread = fc.record({ avg: number, min: number, max: number, count: fc.integer({ min: 1, max: 2 ** 32 }) });
const same = number.map((avg) => ({ avg, min: avg, max: avg, count: 1 }));
const bucket = fc.option(fc.oneof(spread, same), { nil: undefined });
const anyStretch = fc
  .tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 31 }), { maxLength: 6 }),
    fc.array(fc.array(bucket, { minLength: 40, maxLength: 40 }), { minLength: 6, maxLength: 6 }),
  )
  .map(([rows, ids, cells]) => ({
    rows,
    columns: new Map(ids.map((id, i): [number, Column] => [id, (cells[i] ?? []).slice(0, rows)])),
  }));

const isGap = (column: Column) => column.every((each) => each === undefined);

test("what was written is read, bit by bit", () => {
  fc.assert(
    fc.property(anyStretch, ({ rows, columns }) => {
      const reader = new StretchReader(encodeStretch(rows, columns));
      expect(reader.rows).toBe(rows);
      const known = [...columns].filter(([, column]) => !isGap(column));
      expect([...reader.items()]).toEqual(known.map(([id]) => id).sort((a, b) => a - b));
      for (const [id, column] of columns) {
        const read = reader.column(id);
        // toEqual takes -0 for 0.
        const exact = (each: Column | undefined) =>
          each?.map((b) => b && [b.count, ...[b.avg, b.min, b.max].map((n) => (Object.is(n, -0) ? "-0" : n))]);
        expect(exact(read)).toEqual(isGap(column) ? undefined : exact(column));
      }
      const filled = Array.from({ length: rows }, (__, row) => row).filter((row) => known.some(([, c]) => c[row]));
      expect(reader.filledRows()).toEqual(filled);
    }),
    { numRuns: 300 },
  );
});

test("no changed byte goes unnoticed, and none leads astray", () => {
  fc.assert(
    fc.property(anyStretch, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ rows, columns }, at, flip) => {
      const data = encodeStretch(rows, columns);
      const place = at % data.length;
      data[place] = (data[place] ?? 0) ^ flip;
      expect(() => new StretchReader(data)).toThrow(DamagedStretch);
    }),
    { numRuns: 300 },
  );
});

test("whatever has the right checksum is read to its end or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (rest) => {
      const data = new Uint8Array(4 + rest.length);
      data.set(rest, 4);
      new DataView(data.buffer).setUint32(0, Bun.hash.crc32(rest), true);
      try {
        const reader = new StretchReader(data);
        for (const id of reader.items()) expect(reader.column(id)).toHaveLength(reader.rows);
      } catch (error) {
        expect(error).toBeInstanceOf(DamagedStretch);
      }
    }),
    { numRuns: 3000 },
  );
});

describe("a row of 60 items takes", () => {
  /** Bytes for each bucket of 60 items of a stretch. */
  function bytes(value: (item: number, minute: number) => number, minutes: number): number {
    const columns = new Map<number, (Bucket | undefined)[]>();
    for (let item = 1; item <= 60; item++) {
      const column = Array.from({ length: STRETCH_ROWS }, (__, row) => {
        const values = Array.from({ length: minutes }, (_, i) => value(item, row * minutes + i));
        const avg = values.reduce((a, b) => a + b) / minutes;
        return { avg, min: Math.min(...values), max: Math.max(...values), count: minutes };
      });
      columns.set(item, column);
    }
    return encodeStretch(STRETCH_ROWS, columns).length / 60 / STRETCH_ROWS;
  }
  // Numbers without any pattern; of real hosts most are shares of whole numbers, sizes, and what never changes.
  const noise = (item: number, minute: number) => 50 + 40 * Math.sin((minute * 60) / 10_000 + item) + Math.random();
  const size = (item: number, minute: number) => 4096 * Math.round(2e6 + 1e5 * Math.sin(minute / 700 + item));

  test.each<[string, number, (item: number, minute: number) => number, number]>([
    ["a minute of noise", 7, noise, 1],
    ["ten minutes of noise", 21.2, noise, 10],
    ["four hours of noise", 22.7, noise, 240],
    ["ten minutes of sizes", 19, size, 10],
    ["ten minutes of what never changes", 0.8, () => 97.25, 10],
  ])("%s: at most %d bytes", (_, most, value, minutes) => {
    expect(bytes(value, minutes)).toBeLessThan(most);
  });
});
