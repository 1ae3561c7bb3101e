// Rows of history as text: a table for people and awk, CSV (RFC 4180), JSON.

import { localTime, stamp } from "../process/localtime.ts";
import type { Found, Hist } from "./hist-source.ts";

const TIME_CELLS = 19;
const VALUE_CELLS = 10;

/** A line for each row, as wide as it must be. The unit stands at the name, so that values are numbers. */
export function* tableOf({ cols, units, rows }: Hist): Generator<string> {
  const heads = cols.map((name, i) => (units[i] && i > 0 && !name.includes(":") ? `${name}(${units[i]})` : name));
  // An hour that is twice is told apart by its offset.
  const changes = offset(rows[0]?.[0] ?? 0) !== offset(rows.at(-1)?.[0] ?? 0);
  const timeCells = TIME_CELLS + (changes ? 6 : 0);
  const widths = heads.map((head, i) => (i === 0 ? timeCells : Math.max(head.length, VALUE_CELLS)));
  const line = (cells: readonly string[]) =>
    `${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}\n`;
  yield line(heads);
  for (const [time, ...values] of rows) {
    const cells = values.map((value) => (value === null ? "-" : String(Number(value.toPrecision(6)))));
    const at = stamp(time ?? 0) + (changes ? offset(time ?? 0) : "");
    yield line([at, ...cells]);
  }
}

/** The columns of items that have any value, and the other items; all where none has. */
export function withoutEmpty<T extends Hist>(hist: T): { shown: T; empty: string[] } {
  const { cols, units, kinds, rows } = hist;
  const full = cols.map((_, i) => i === 0 || rows.some((row) => (row[i] ?? null) !== null));
  if (full.filter(Boolean).length < 2) return { shown: hist, empty: [] };
  const kept = <V>(values: readonly V[]) => values.filter((_, i) => full[i]);
  return {
    shown: { ...hist, cols: kept(cols), units: kept(units), kinds: kept(kinds), rows: rows.map(kept) },
    empty: cols.filter((name, i) => !full[i] && !name.includes(":")),
  };
}

/** With CRLF, as the RFC has it; times are ISO 8601, local with their offset, a gap is nothing. */
export function* csvOf({ cols, rows }: Hist): Generator<string> {
  yield `${["time", ...cols.slice(1)].map(quoted).join(",")}\r\n`;
  for (const [time, ...values] of rows) {
    const at = time ?? 0;
    yield `${[stamp(at).replace(" ", "T") + offset(at), ...values.map((value) => value ?? "")].join(",")}\r\n`;
  }
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

export function jsonOf({ host, bucket, cols, units, kinds, rows, changes, coarser, changes_cut }: Found): string {
  const more = { ...(coarser.length > 0 ? { coarser } : {}), ...(changes_cut ? { changes_cut } : {}) };
  return `${JSON.stringify({ host, bucket, cols, units, kinds, rows, changes, ...more })}\n`;
}

/** `+01:00` */
function offset(time_s: number): string {
  const minutes = Math.round(localTime(time_s).offset_s / 60);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}
