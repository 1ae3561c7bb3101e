// The answer of HIST as it is made: columns, rows, changes. However many items, hosts or years are asked for, it is made in
// pieces between which others have their turn.

import type { Segment } from "../../core/consolidation.ts";
import type { CoarserPart } from "../../core/kept-range.ts";
import type { ClientDesk, HistoryOf } from "./desk.ts";

/** Changes of one answer: what a person or a plot can use; of more the newest ones. */
export const CHANGES_MAX = 1000;
/** Characters that are made between two looks at the clock: 200 numbers, half a millisecond where the code is still cold. */
const PIECE_CHARS = 2048;

type Desk = Pick<ClientDesk, "history" | "changes" | "measures">;

/** `{"resp":"ok rows 60","data":{"bucket":60,"cols":["TIME",…],"units":[…],"kinds":[…],"rows":[[time,value,…],…],"coarser":[…],"changes":[…]}}` */
export function* histBody(
  desk: Desk,
  query: HistoryOf,
  { minMax, changes, coarser }: { minMax: boolean; changes: boolean; coarser: readonly Segment[] },
): Generator<string> {
  const count = Math.round((query.to_s - query.from_s) / query.bucket_s);
  yield `{"resp":"ok rows ${count}","data":{"bucket":${query.bucket_s},${columns(desk, query, minMax)},"rows":[`;
  yield* rows(desk, query, minMax);
  yield "]";
  if (coarser.length > 0) yield `,"coarser":${JSON.stringify(coarser.map(shownPart))}`;
  if (changes) yield* changesOf(desk, query);
  yield "}}\n";
}

/** Where the rows are further apart than the others: for what is so old, nothing finer is kept. */
function shownPart({ from_s, to_s, bucket_s }: Segment): CoarserPart {
  return { from: from_s, to: to_s, bucket: bucket_s };
}

/** What the columns are called, and their units and kinds as far as they are known: not of what is measured no more. */
function columns(desk: Desk, { host, items }: HistoryOf, minMax: boolean): string {
  const measures = desk.measures(host);
  const cols = ["TIME"];
  const units: (string | null)[] = ["s"];
  const kinds: (string | null)[] = ["time"];
  for (const item of items) {
    const { unit = null, kind = null } = (Object.hasOwn(measures, item) && measures[item]) || {};
    for (const part of minMax ? ["", ":min", ":max"] : [""]) {
      cols.push(item + part);
      units.push(unit);
      kinds.push(kind);
    }
    if (!minMax) continue;
    cols.push(`${item}:count`);
    units.push("readings");
    kinds.push("gauge");
  }
  return `"cols":${JSON.stringify(cols)},"units":${JSON.stringify(units)},"kinds":${JSON.stringify(kinds)}`;
}

function* rows(desk: Desk, query: HistoryOf, minMax: boolean): Generator<string> {
  const none = minMax ? ",null,null,null,null" : ",null";
  const gap = none.repeat(query.items.length);
  let piece = "";
  let next_s = query.from_s;
  const begin = (time_s: number) => `${time_s === query.from_s ? "" : ","}[${time_s}`;
  function* gaps(until_s: number): Generator<string> {
    for (; next_s < until_s; next_s += query.bucket_s) {
      piece += `${begin(next_s)}${gap}]`;
      if (piece.length >= PIECE_CHARS) yield* take();
    }
  }
  function* take(): Generator<string> {
    yield piece;
    piece = "";
  }
  for (const found of desk.history(query)) {
    if (!found) {
      yield* take();
      continue;
    }
    yield* gaps(found.time_s);
    piece += begin(found.time_s);
    next_s = found.time_s + query.bucket_s;
    for (const b of found.buckets) {
      if (!b) piece += none;
      else if (minMax) piece += `,${shown(b.avg)},${shown(b.min)},${shown(b.max)},${b.count}`;
      else piece += `,${shown(b.avg)}`;
      if (piece.length >= PIECE_CHARS) yield* take();
    }
    piece += "]";
    if (piece.length >= PIECE_CHARS) yield* take();
  }
  yield* gaps(query.to_s);
  yield piece;
}

/** Oldest first, as the rows; `changes_cut` says that there are older ones. */
function* changesOf(desk: Desk, { host, items, from_s, to_s }: HistoryOf): Generator<string> {
  const found = desk.changes({ host, items, from_s, to_s }, CHANGES_MAX + 1);
  const list = found.slice(-CHANGES_MAX).map(({ time_s, item, level, text, isLevel }) => ({
    time: time_s,
    item,
    level,
    ...(text === undefined ? {} : { text }),
    of: isLevel ? "level" : "text",
  }));
  yield `,"changes":${JSON.stringify(list)}${found.length > CHANGES_MAX ? ',"changes_cut":true' : ""}`;
}

const DIGITS = 9;
/** Powers of ten that a double has exactly, so that what is multiplied and divided by one is rounded once. */
const POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);

/**
 * A number of an answer: whole ones as they are, others with nine digits, which tell a byte in a gigabyte, and never less than
 * their whole part. The rest is noise of the averaging and three times the bytes. A day of sixty items with their min and max has
 * 26,000: toPrecision would take twice as long.
 */
export function shown(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const decimals = Math.max(0, DIGITS - 1 - Math.floor(Math.log10(Math.abs(value))));
  const power = POWERS[decimals];
  if (power === undefined) return String(Number(value.toPrecision(DIGITS)));
  return String(Math.round(value * power) / power);
}
