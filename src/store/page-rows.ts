// The rows of a page of a SQLite file, as they are stored (https://www.sqlite.org/fileformat2.html#record_format). What does not
// read as a row is left out and counted; nothing that stands in a page is believed.

import type { PageFile } from "./page-file.ts";

export type Value = number | string | Uint8Array | null;

export interface StoredRow {
  /** Of a table; rows of an index have none. */
  rowid?: number;
  values: Value[];
}

export interface PageRows {
  rows: StoredRow[];
  /** Rows that there are and that do not read. */
  damaged: number;
  /** It is no page of rows at all, though it should be one. */
  isLost: boolean;
}

const INNER_INDEX = 2;
const INNER_TABLE = 5;
const LEAF_INDEX = 10;
const LEAF_TABLE = 13;
/** A stretch of 4,000 items whose numbers are noise has 4 MiB; doubled. */
const ROW_BYTES_MAX = 8 * 1024 * 1024;

class Unreadable extends Error {}

/** The number of the first row of a page of a table; undefined where there is none. */
export function firstRowid(file: PageFile, page: number): number | undefined {
  const bytes = file.page(page);
  if (bytes?.[0] !== LEAF_TABLE) return undefined;
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint16(3) === 0) return undefined;
    const reader = new Reader(bytes, view.getUint16(8));
    reader.varint();
    return reader.varint();
  } catch (error) {
    if (error instanceof Unreadable || error instanceof RangeError) return undefined;
    throw error;
  }
}

export function rowsOf(file: PageFile, page: number): PageRows {
  const bytes = file.page(page);
  const at = page === 1 ? 100 : 0;
  const kind = bytes?.[at];
  if (!bytes || (kind !== LEAF_TABLE && kind !== LEAF_INDEX && kind !== INNER_INDEX))
    return { rows: [], damaged: 0, isLost: kind !== INNER_TABLE };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cells = view.getUint16(at + 3);
  const pointers = at + (kind === INNER_INDEX ? 12 : 8);
  if (pointers + 2 * cells > bytes.length) return { rows: [], damaged: 0, isLost: true };
  const rows: StoredRow[] = [];
  for (let i = 0; i < cells; i++) {
    try {
      const cell = view.getUint16(pointers + 2 * i);
      if (cell < pointers + 2 * cells) throw new Unreadable();
      rows.push(rowAt(file, bytes, kind === INNER_INDEX ? cell + 4 : cell, kind === LEAF_TABLE));
    } catch (error) {
      if (!(error instanceof Unreadable) && !(error instanceof RangeError)) throw error;
    }
  }
  return { rows, damaged: cells - rows.length, isLost: false };
}

function rowAt(file: PageFile, bytes: Uint8Array, cell: number, isTable: boolean): StoredRow {
  const reader = new Reader(bytes, cell);
  const length = reader.varint();
  const rowid = isTable ? reader.varint() : undefined;
  if (length < 1 || length > ROW_BYTES_MAX) throw new Unreadable();
  const values = valuesIn(payload(file, bytes, reader.at, length, isTable));
  return rowid === undefined ? { values } : { rowid, values };
}

/** The bytes of a row: those in its page, and what had no room there, page by page. */
function payload(file: PageFile, bytes: Uint8Array, at: number, length: number, isTable: boolean): Uint8Array {
  const usable = file.pageBytes;
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (length <= most) return part(bytes, at, length);
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((length - least) % (usable - 4));
  const here = fitting <= most ? fitting : least;
  const whole = new Uint8Array(length);
  whole.set(part(bytes, at, here));
  let filled = here;
  let next = numberAt(bytes, at + here);
  while (filled < length) {
    const more = next > 1 && next <= file.pages ? file.page(next) : undefined;
    if (!more) throw new Unreadable();
    whole.set(part(more, 4, Math.min(usable - 4, length - filled)), filled); // a circle ends where the row is full
    filled += usable - 4;
    next = numberAt(more, 0);
  }
  return whole;
}

function valuesIn(record: Uint8Array): Value[] {
  const head = new Reader(record, 0);
  const headBytes = head.varint();
  if (headBytes > record.length) throw new Unreadable();
  const kinds: number[] = [];
  while (head.at < headBytes) kinds.push(head.varint());
  const body = new Reader(record, headBytes);
  const values = kinds.map((kind) => body.value(kind));
  if (head.at !== headBytes || body.at !== record.length) throw new Unreadable();
  return values;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
/** Bytes of the numbers of each kind. */
const NUMBER_BYTES = [0, 1, 2, 3, 4, 6, 8];
const FLOAT = 7;
const ZERO = 8;
const ONE = 9;
const FIRST_BLOB = 12;

class Reader {
  at: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  /** One to nine bytes, of which the ninth counts whole. Beyond 2^53 no number of ours is. */
  varint(): number {
    let value = 0;
    for (let i = 0; i < 8; i++) {
      const byte = this.view.getUint8(this.at++);
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
      if (value > Number.MAX_SAFE_INTEGER / 128) throw new Unreadable();
    }
    throw new Unreadable();
  }

  value(kind: number): Value {
    if (kind === 0) return null;
    if (kind === ZERO || kind === ONE) return kind - ZERO;
    if (kind === FLOAT) {
      this.at += 8;
      return this.view.getFloat64(this.at - 8);
    }
    if (kind < FLOAT) return this.integer(NUMBER_BYTES[kind] ?? 0);
    if (kind < FIRST_BLOB) throw new Unreadable();
    const length = Math.floor((kind - FIRST_BLOB) / 2);
    const bytes = part(this.bytes, this.at, length);
    this.at += length;
    if (kind % 2 === 0) return bytes;
    try {
      return utf8.decode(bytes);
    } catch {
      throw new Unreadable();
    }
  }

  /** With its sign in the first byte. */
  private integer(length: number): number {
    let value = this.view.getInt8(this.at++);
    for (let i = 1; i < length; i++) value = value * 256 + this.view.getUint8(this.at++);
    return value;
  }
}

function part(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (at + length > bytes.length) throw new Unreadable();
  return bytes.subarray(at, at + length);
}

function numberAt(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new Unreadable();
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}
