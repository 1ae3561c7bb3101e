// The table of `dmon probe`: a row for each item that a reading supplied.

import type { HostState, ItemState } from "../core/report.ts";
import { formatValue } from "../core/units.ts";

/** Item, value, level, time, programs, and what there is to say. */
export type Row = readonly string[];

/** Why there is no data is told in so many characters. */
const NODATA_CHARS_MAX = 120;

/**
 * The rows of one reading's items and of what they found. What it costs is the whole reading's; an error that several share,
 * and why several have no data, is told once.
 */
export function rowsOf(
  names: readonly string[],
  state: HostState,
  cost: readonly string[],
  nodata: string | undefined,
): Row[] {
  const found = Object.keys(state).filter((item) => names.some((name) => item.startsWith(`${name}.`)));
  const told = new Set<string>();
  return [...new Set([...names, ...found])].flatMap((item) => {
    const shown = state[item];
    if (!shown) return [];
    const { error } = shown;
    if (error === undefined) {
      const text = note(shown, names.includes(item) ? nodata : "");
      const isRepeated = text === nodata && told.has(text);
      told.add(text);
      return [[item, ...cells(shown), ...cost, isRepeated ? "" : text === nodata ? short(text) : text]];
    }
    const again = told.has(error);
    told.add(error);
    return [[item, "failed", shown.level, ...cost, again ? "the same error" : error]];
  });
}

/** Value and level; without a value there is a level only where a rule asks for one. */
export function cells({ error, value, unit, level, rule }: ItemState): [value: string, level: string] {
  const isMissing = value === null && error === undefined;
  return [error ?? (isMissing ? "no data" : formatValue(value, unit)), isMissing && rule === undefined ? "-" : level];
}

function note({ value, text, rule, label }: ItemState, nodata = ""): string {
  return text ?? rule ?? (value === null && !nodata.startsWith("nowhere") ? nodata : label) ?? "";
}

function short(text: string): string {
  return text.length > NODATA_CHARS_MAX ? `${text.slice(0, NODATA_CHARS_MAX - 1).trimEnd()}…` : text;
}

/** Rows below each other, as wide as they must be. */
export function columns(rows: readonly Row[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
