// How history is stored: the buckets of one host in a stretch of time, item by item, in as few bytes as hold them exactly. A
// minute that was just read is a stretch of one row; rows that are old enough become stretches of many.
//
// A stretch is: a CRC-32 of the rest; the number of rows; the profiles, which are the counts of a column, for most items have
// the same; the directory: of each item its id, profile and length; then the columns. A column is its values in order of
// time, average, least and greatest, or only the average where the three are always one number. A value is a code of four
// bits and the bytes that the code says; the codes of a column stand before the bytes.

import type { Bucket } from "../core/consolidation.ts";

/** The buckets of one item, by row; undefined is a gap. */
export type Column = readonly (Bucket | undefined)[];

/** What is no stretch, or not the one that was written. */
export class DamagedStretch extends Error {
  override name = "DamagedStretch";
}

/** Rows of one stretch: more make it little smaller, and longer to read for one of them. */
export const STRETCH_ROWS = 32;
/** Rows of what is taken for a stretch. */
const ROWS_MAX = 255;
/** The stretch begins with its checksum. */
const CHECKSUM_BYTES = 4;

// Codes of a value: the same as before in its series; 1 to 8 low bytes, by which it differs from its reference; 1 to 5 high
// bytes, behind which there are but zeros; six and a half low bytes, which is what numbers of one power of two differ by, and
// two halves share a byte; the same as the average beside it. The reference of an average is the one before; that
// of a least and a greatest value is the one before too, or the average beside it, whichever would have been nearer in the last row.
const SAME = 0;
const LOW_BYTES_MAX = 8;
const HIGH_BYTES_MAX = 5;
const LOW_SIX_AND_A_HALF = 14;
const AS_AVERAGE = 15;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** A growing piece of bytes. One for all stretches: encoding gives way to nobody. */
class Bytes {
  data = new Uint8Array(64 * 1024);
  length = 0;
  /** Where a byte has room for another half; -1 where none has. */
  private half = -1;

  /** The next half byte begins a byte. */
  whole(): void {
    this.half = -1;
  }

  halfByte(value: number): void {
    if (this.half < 0) {
      this.half = this.length;
      this.data[this.length++] = value;
    } else {
      this.data[this.half] = (this.data[this.half] ?? 0) | (value << 4);
      this.half = -1;
    }
  }

  room(bytes: number): void {
    if (this.length + bytes <= this.data.length) return;
    const larger = new Uint8Array(2 * (this.length + bytes));
    larger.set(this.data.subarray(0, this.length));
    this.data = larger;
  }

  varint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.data[this.length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.data[this.length++] = rest;
  }
}

const head = new Bytes();
const body = new Bytes();

/** The last value of a series, as its two halves. */
class Series {
  high = 0;
  low = 0;
  /** The reference of the next value is the average beside it. */
  besideIsNearer = false;

  /** Becomes a value; `average` is the one beside it. */
  become(high: number, low: number, average: Series): void {
    if (average !== this) {
      const before = Math.clz32(high ^ this.high);
      const beside = Math.clz32(high ^ average.high);
      this.besideIsNearer = beside > before;
    }
    this.high = high;
    this.low = low;
  }
}

/** Encodes columns of `rows` buckets, by the ids of their items. Items without any bucket are left out. */
export function encodeStretch(rows: number, columns: ReadonlyMap<number, Column>): Uint8Array {
  head.length = 0;
  body.length = 0;
  const profiles = new Map<string, { at: number; counts: readonly number[] }>();
  const directory: number[] = [];
  let before = 0;
  for (const id of [...columns.keys()].sort((a, b) => a - b)) {
    const column = columns.get(id) ?? [];
    const counts = Array.from({ length: rows }, (_, i) => column[i]?.count ?? 0);
    const key = counts.join();
    let profile = profiles.get(key);
    if (!profile) {
      if (counts.every((count) => count === 0)) continue;
      profile = { at: profiles.size, counts };
      profiles.set(key, profile);
    }
    const plain = column.every(
      (bucket) => !bucket || (Object.is(bucket.min, bucket.avg) && Object.is(bucket.max, bucket.avg)),
    );
    const begin = body.length;
    encodeColumn(column, plain);
    directory.push(id - before, 2 * profile.at + (plain ? 1 : 0), body.length - begin);
    before = id;
  }
  head.room(CHECKSUM_BYTES + 20 + profiles.size * rows * 8 + directory.length * 8);
  head.length = CHECKSUM_BYTES;
  head.varint(rows);
  head.varint(profiles.size);
  for (const { counts } of profiles.values()) for (const count of counts) head.varint(count);
  head.varint(directory.length / 3);
  for (const value of directory) head.varint(value);
  const data = new Uint8Array(head.length + body.length);
  data.set(head.data.subarray(0, head.length));
  data.set(body.data.subarray(0, body.length), head.length);
  const sum = checksum(data);
  for (let i = 0; i < CHECKSUM_BYTES; i++) data[i] = sum >>> (8 * i);
  return data;
}

function checksum(data: Uint8Array): number {
  return Bun.hash.crc32(data.subarray(CHECKSUM_BYTES));
}

function encodeColumn(column: Column, plain: boolean): void {
  let values = 0;
  for (const bucket of column) if (bucket) values += plain ? 1 : 3;
  body.room(Math.ceil(values / 2) + values * LOW_BYTES_MAX);
  body.whole();
  const codes = body.length;
  body.data.fill(0, codes, codes + Math.ceil(values / 2));
  body.length += Math.ceil(values / 2);
  let at = 0;
  const note = (code: number) => {
    const byte = codes + (at >> 1);
    body.data[byte] = (body.data[byte] ?? 0) | (at & 1 ? code << 4 : code);
    at++;
  };
  const avg = new Series();
  const min = new Series();
  const max = new Series();
  for (const bucket of column) {
    if (!bucket) continue;
    note(encodeValue(bucket.avg, avg, avg));
    if (plain) continue;
    note(encodeValue(bucket.min, min, avg));
    note(encodeValue(bucket.max, max, avg));
  }
}

/** Appends the bytes of a value and returns its code; `series` becomes the value. */
function encodeValue(value: number, series: Series, average: Series): number {
  double[0] = value;
  const low = halves[0] ?? 0;
  const high = halves[1] ?? 0;
  const same = high === series.high && low === series.low;
  const reference = series.besideIsNearer ? average : series;
  const otherHigh = (high ^ reference.high) >>> 0;
  const otherLow = (low ^ reference.low) >>> 0;
  series.become(high, low, average);
  if (same) return SAME;
  if (high === average.high && low === average.low && average !== series) return AS_AVERAGE;
  const lowBytes = otherHigh !== 0 ? 8 - (Math.clz32(otherHigh) >> 3) : 4 - (Math.clz32(otherLow) >> 3);
  const highBytes = low !== 0 ? 8 - (zeroBits(low) >> 3) : Math.max(1, 4 - (zeroBits(high) >> 3));
  if (highBytes <= HIGH_BYTES_MAX && highBytes < lowBytes) {
    for (let i = 0; i < highBytes; i++) {
      body.data[body.length++] = i < 4 ? high >>> (24 - 8 * i) : low >>> (56 - 8 * i);
    }
    return LOW_BYTES_MAX + highBytes;
  }
  const isHalf = lowBytes === 7 && otherHigh < 2 ** 20;
  if (isHalf) body.halfByte(otherHigh >>> 16);
  for (let i = isHalf ? 5 : lowBytes - 1; i >= 0; i--) {
    body.data[body.length++] = i < 4 ? otherLow >>> (8 * i) : otherHigh >>> (8 * i - 32);
  }
  return isHalf ? LOW_SIX_AND_A_HALF : lowBytes;
}

/** How many low bits of a half are zero; 32 of 0. */
function zeroBits(half: number): number {
  return half === 0 ? 32 : 31 - Math.clz32(half & -half);
}

/** Reads single columns of a stretch without decoding the others. */
export class StretchReader {
  readonly rows: number;
  private readonly data: Uint8Array;
  private readonly profiles: (readonly number[])[] = [];
  private readonly directory = new Map<number, { profile: number; plain: boolean; from: number; to: number }>();
  private at = CHECKSUM_BYTES;

  /** Throws DamagedStretch. */
  constructor(data: Uint8Array) {
    this.data = data;
    if (data.length < CHECKSUM_BYTES + 3) throw new DamagedStretch("too short");
    const sum = checksum(data);
    for (let i = 0; i < CHECKSUM_BYTES; i++) {
      if (data[i] !== ((sum >>> (8 * i)) & 255)) throw new DamagedStretch("not as it was written");
    }
    this.rows = this.varint();
    if (this.rows < 1 || this.rows > ROWS_MAX) throw new DamagedStretch(`${this.rows} rows`);
    for (let left = this.varint(); left > 0; left--) {
      this.profiles.push(Array.from({ length: this.rows }, () => this.varint()));
    }
    let id = 0;
    let from = 0;
    for (let left = this.varint(); left > 0; left--) {
      id += this.varint();
      const mark = this.varint();
      const to = from + this.varint();
      this.directory.set(id, { profile: mark >> 1, plain: (mark & 1) === 1, from, to });
      from = to;
    }
    if (this.at + from !== data.length) throw new DamagedStretch("not its length");
  }

  /** The ids of the items that have any bucket. */
  items(): Iterable<number> {
    return this.directory.keys();
  }

  /** The indexes of its rows that have any bucket. */
  filledRows(): number[] {
    const filled: number[] = [];
    for (let row = 0; row < this.rows; row++) if (this.profiles.some((counts) => counts[row] !== 0)) filled.push(row);
    return filled;
  }

  /** The buckets of an item; undefined when it has none. Throws DamagedStretch. */
  column(id: number): (Bucket | undefined)[] | undefined {
    const entry = this.directory.get(id);
    if (!entry) return undefined;
    const counts = this.profiles[entry.profile];
    if (!counts) throw new DamagedStretch("no such profile");
    const { plain } = entry;
    let values = 0;
    for (const count of counts) if (count > 0) values += plain ? 1 : 3;
    const decoder = new ColumnDecoder(this.data, this.at + entry.from, this.at + entry.to, values);
    const avg = new Series();
    const min = new Series();
    const max = new Series();
    const column: (Bucket | undefined)[] = [];
    for (const count of counts) {
      if (count === 0) {
        column.push(undefined);
        continue;
      }
      const mean = decoder.next(avg, avg);
      column.push(
        plain
          ? { avg: mean, min: mean, max: mean, count }
          : { avg: mean, min: decoder.next(min, avg), max: decoder.next(max, avg), count },
      );
    }
    return column;
  }

  private varint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 49; factor *= 128) {
      const byte = this.data[this.at++];
      if (byte === undefined) throw new DamagedStretch("ends within a number");
      if (byte < 128) return value + byte * factor;
      value += (byte - 128) * factor;
    }
    throw new DamagedStretch("a number without end");
  }
}

class ColumnDecoder {
  private readonly data: Uint8Array;
  private readonly codes: number;
  private readonly end: number;
  private at: number;
  private index = 0;
  /** Where a byte has another half; -1 where none has. */
  private half = -1;

  constructor(data: Uint8Array, from: number, to: number, values: number) {
    this.data = data;
    this.codes = from;
    this.at = from + Math.ceil(values / 2);
    this.end = to;
  }

  /** The next value of a series; `average` is the one beside it. */
  next(series: Series, average: Series): number {
    const pair = this.data[this.codes + (this.index >> 1)] ?? 0;
    const code = this.index & 1 ? pair >> 4 : pair & 15;
    this.index++;
    if (code === AS_AVERAGE) series.become(average.high, average.low, average);
    else if (code === SAME) series.become(series.high, series.low, average);
    else if (code > LOW_BYTES_MAX && code !== LOW_SIX_AND_A_HALF) {
      const [high, low] = this.highBytes(code - LOW_BYTES_MAX);
      series.become(high, low, average);
    } else {
      const { high: refHigh, low: refLow } = series.besideIsNearer ? average : series;
      const top = code === LOW_SIX_AND_A_HALF ? this.halfByte() << 16 : 0;
      const [rest, low] = this.lowBytes(code === LOW_SIX_AND_A_HALF ? 6 : code);
      const high = rest | top;
      series.become((high ^ refHigh) >>> 0, (low ^ refLow) >>> 0, average);
    }
    if (this.at > this.end) throw new DamagedStretch("a column ends too early");
    halves[0] = series.low;
    halves[1] = series.high;
    return double[0] ?? 0;
  }

  private highBytes(count: number): [high: number, low: number] {
    let high = 0;
    let low = 0;
    for (let i = 0; i < count; i++) {
      const byte = this.data[this.at++] ?? 0;
      if (i < 4) high |= byte << (24 - 8 * i);
      else low |= byte << (56 - 8 * i);
    }
    return [high >>> 0, low >>> 0];
  }

  private halfByte(): number {
    if (this.half < 0) {
      this.half = this.at++;
      return (this.data[this.half] ?? 0) & 15;
    }
    const value = (this.data[this.half] ?? 0) >> 4;
    this.half = -1;
    return value;
  }

  private lowBytes(count: number): [high: number, low: number] {
    let high = 0;
    let low = 0;
    for (let i = count - 1; i >= 0; i--) {
      const byte = this.data[this.at++] ?? 0;
      if (i < 4) low |= byte << (8 * i);
      else high |= byte << (8 * i - 32);
    }
    return [high >>> 0, low >>> 0];
  }
}
