// Which stretch of the past is asked for, and in rows of what size: the original's table, a wished number of rows, FROM..TO.

import { bucketStart } from "./consolidation.ts";
import { parseInterval } from "./interval.ts";
import { HIST_ROWS_MAX, TIME_S_MAX, TIME_S_MIN } from "./limits.ts";
import { momentHint, type OffsetAt, parseDay, parseMoment } from "./moment.ts";

export interface Range {
  /** Aligned to bucket_s; `to_s` is exclusive. */
  from_s: number;
  to_s: number;
  bucket_s: number;
}

/** The original's intervals: only the first letter counts. */
const TABLE = [
  { name: "hour", bucket_s: 60, rows: 60 },
  { name: "day", bucket_s: 600, rows: 145 },
  { name: "week", bucket_s: 3600, rows: 168 },
  { name: "month", bucket_s: 14_400, rows: 186 },
  { name: "year", bucket_s: 172_800, rows: 184 },
] as const;

/** Sizes of rows that people can read off an axis; beyond them each is twice the last one, as the last ones are. */
const SIZES_S = [
  60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 172_800, 345_600, 691_200, 1_382_400,
];
/** Rows of a FROM..TO when no number is wished. */
const ROWS_DEFAULT = 150;

export const RANGE_FORM =
  "hour, day, week, month, year, an interval (36h), a day (2026-11-22, yesterday, monday), or FROM..TO (ISO time, epoch, -36h, 14:00, today, yesterday, now)";

/** A stretch of time from when to when; `span_s` where it is so much up to now. */
export interface Stretch {
  from_s: number;
  to_s: number;
  span_s?: number;
}

/** Reads an interval, a day or FROM..TO; an error says what is wrong. Times without a zone are local. */
export function parseStretch(ival: string, now_s: number, offsetAt: OffsetAt): Stretch | { error: string } {
  const day = parseDay(ival, now_s, offsetAt);
  if (day) return day;
  // By its grammar a date would be 2026 s less some. `-36h` is since when.
  const span_s = /^\d{4}-\d\d?-/.test(ival) ? 0 : Math.abs(parseInterval(ival) ?? 0);
  if (span_s > 0) return { from_s: now_s - span_s, to_s: now_s, span_s };
  const [from = "", to, more] = ival.split("..");
  if (to === undefined || more !== undefined) return { error: `"${ival}" is no range; give ${RANGE_FORM}` };
  const from_s = parseMoment(from, now_s, offsetAt);
  const to_s = to === "" ? now_s : (clockBehind(from, from_s, to, offsetAt) ?? parseMoment(to, now_s, offsetAt));
  if (from_s === undefined || to_s === undefined) {
    const wrong = from_s === undefined ? from : to;
    return { error: `"${ival}" is no range: "${wrong}" is no time; ${momentHint(wrong)}` };
  }
  return from_s < to_s ? { from_s, to_s } : { error: `the range ${ival} ends before it begins` };
}

/** `yesterday 14:00..16:00`, `monday 22:00..06:00`: behind a day with a time, a time alone is the next one. */
function clockBehind(from: string, from_s: number | undefined, to: string, offsetAt: OffsetAt): number | undefined {
  const isDayWithTime = /^(?:[a-z]+|\d{4}-\d\d-\d\d)[ t]\s*\d/i.test(from);
  const isTime = /^\d\d?:\d\d(?::\d\d(?:\.\d+)?)?$|^(?:0?[1-9]|1[0-2])(?::\d\d)? ?[ap]m$|^noon$|^midnight$/i.test(to);
  if (from_s === undefined || !isDayWithTime || !isTime) return undefined;
  const sameDay_s = parseMoment(to, from_s, offsetAt);
  if (sameDay_s === undefined || sameDay_s > from_s) return sameDay_s;
  return parseMoment(to, sameDay_s + 26 * 3600, offsetAt); // also where the clocks go back; it is the same time of day
}

/** Reads the `ival` and `pnts` of HIST; an error says what is wrong. Times without a zone are local. */
export function parseRange(
  ival: string,
  points: number | undefined,
  now_s: number,
  offsetAt: OffsetAt,
): Range | { error: string } {
  const isWord = /^[a-z]+$/i.test(ival) && !parseDay(ival, now_s, offsetAt); // `yesterday` is no year
  const row = isWord ? TABLE.find(({ name }) => name.startsWith(ival[0]?.toLowerCase() ?? "-")) : undefined;
  if (row) {
    if (points === undefined) {
      const to_s = bucketStart(now_s, row.bucket_s) + row.bucket_s;
      return { from_s: to_s - row.rows * row.bucket_s, to_s, bucket_s: row.bucket_s };
    }
    return inRows(now_s - row.rows * row.bucket_s, now_s, points);
  }
  const stretch = parseStretch(ival, now_s, offsetAt);
  return "error" in stretch ? stretch : inRows(stretch.from_s, stretch.to_s, points ?? ROWS_DEFAULT);
}

function inRows(from_s: number, to_s: number, points: number): Range | { error: string } {
  if (points < 1) return { error: "at least one row" };
  if (from_s < TIME_S_MIN || to_s > TIME_S_MAX) return { error: "a range is within the years 1 to 9999" };
  const bucket_s = sizeNear((to_s - from_s) / points);
  const start_s = bucketStart(from_s, bucket_s);
  const end_s = bucketStart(to_s - 0.001, bucket_s) + bucket_s;
  if ((end_s - start_s) / bucket_s > HIST_ROWS_MAX)
    return { error: `more than ${HIST_ROWS_MAX} rows; ask for fewer or a shorter range` };
  return { from_s: start_s, to_s: end_s, bucket_s };
}

/** The size that gives the number of rows nearest to the wished one, by ratio. */
function sizeNear(wanted_s: number): number {
  const sizes = [...SIZES_S];
  for (let size = sizes.at(-1) ?? 60; size < wanted_s; size *= 2) sizes.push(size * 2);
  const ratio = (size: number) => Math.abs(Math.log(size / wanted_s));
  return sizes.reduce((best, size) => (ratio(size) < ratio(best) ? size : best));
}

/** The smallest size in which a stretch has at most so many rows. */
export function sizeFor(span_s: number, rows: number): number {
  let size = SIZES_S.find((each) => each * rows >= span_s) ?? SIZES_S.at(-1) ?? 60;
  while (size * rows < span_s) size *= 2;
  return size;
}
