// When a value will be at a limit, by its trend: what a forecast says, and where it says nothing. Pure.

import { type NoTest, parseTest } from "./fitness.ts";
import { type Form, quoted, WordError } from "./form.ts";
import { formatAge, formatInterval } from "./interval.ts";
import { mendNumber } from "./mend-test.ts";
import { goesOn, nearTrend } from "./near-trend.ts";
import { type Looked, noValue, pointsOf, type Stretch } from "./past.ts";
import type { Reading } from "./reading.ts";
import { median, type Trend, trendOf } from "./trend.ts";
import { ANY_UNIT, formatValue } from "./units.ts";

/** What a value is not to come to: from below (`above` it is bad) or from above. */
export interface Limit {
  value: number;
  bad: "above" | "below";
}

/**
 * A trend says nothing beyond so many of its windows: what is further away is not in sight. That is a value and not no data, so
 * that a fit like `sick <1d` ends where the danger does; and not so large that it flattens all else in a graph.
 */
const SIGHT_WINDOWS = 100;
/** Fewer rows have no trend, nor have some that are from less than this share of the window. */
const ROWS_LEAST = 5;
const KNOWN_SHARE = 1 / 10;
/** When nothing came for so many times as long as usual, nobody knows where the value stands. */
const SILENT_TIMES = 3;
/** Of what is nearer than the window, so much of it must go on. */
const RECENT_SHARE = 1 / 6;
/** A shorter window is told of where it sees the limit in less than this share of the time. */
const SOONER = 0.9;
/** A trend is shown by the hour where it comes to its end within two days, else by the day. */
const SOON_S = 2 * 86_400;

/** Reads a limit in the unit of an item: `90%`, `>90%`, `<10Gi`. What is 0 is come to from above, all others from below. */
export function parseLimit(word: string, unit: string, item?: string): Limit | NoTest {
  const [, sign = "", number = ""] = /^([<>]?)=?(.*)$/.exec(word) ?? [];
  const test = parseTest(`${sign || ">"}${number}`, unit, item);
  if ("error" in test) return test;
  if (!("value" in test)) return { error: `"${word}" is no limit`, hint: `use ${LIMIT_FORM}` };
  return { value: test.value, bad: sign === "<" || (sign === "" && test.value === 0) ? "below" : "above" };
}

/** The word that parseLimit reads as this limit, whatever the unit. */
export function limitWord({ value, bad }: Limit): string {
  return `${bad === "above" ? ">" : "<"}${value}`;
}

const LIMIT_FORM = "a number in the item's unit, such as 90% or 10Gi, with < before it where the item falls to it";

/** A limit in a unit that is not known yet: then a suffix that is none is the unit. */
export const LIMIT: Form<Limit> = {
  is: LIMIT_FORM,
  parse: (word) => {
    const bare = /^([<>]?=?[+-]?\d*\.?\d+)[^\d\s.,;:<>=-]{1,20}$/.exec(word)?.[1] ?? word;
    const known = parseLimit(word, ANY_UNIT);
    const limit = "error" in known ? parseLimit(bare, ANY_UNIT) : known;
    if (!("error" in limit)) return limit;
    const mended = mendNumber(word.replace(/^[<>]=?/, ""), ANY_UNIT);
    const right = mended ?? "a number such as 90, 5%, 10Gi, or <10Gi for one that it falls to";
    throw new WordError(`${quoted(word)} is no limit`, `write ${right}`);
  },
};

/**
 * How long it takes an item to come to a limit, in seconds; or why nobody can tell. The soonest counts of what the whole window and
 * the shorter ones see.
 */
export function forecast({ whole, shorter, last }: Looked, limit: Limit, item: string): Reading {
  const { rows, unit, window_s } = whole;
  const why = unknown(whole, item);
  const newest = last ?? rows.at(-1)?.avg;
  if (why !== undefined || newest === undefined) return { value: null, text: why ?? "" };
  const now = formatValue(newest, unit);
  const never_s = window_s * SIGHT_WINDOWS;
  const far = { ...farTrend(whole, limit, never_s), within: "" };
  const near = shorter.flatMap((stretch) => {
    const seen = nearTrend(stretch, whole, shorter.at(-1) ?? stretch, limit);
    const within = ` in the last ${formatInterval(stretch.window_s)}`;
    return seen ? [{ left_s: timeTo(limit, seen, never_s), trend: seen, within }] : [];
  });
  // A short look sees not far, and is no news where the long one sees as much.
  const sooner = near.filter(({ left_s }) => left_s <= window_s && left_s < far.left_s * SOONER);
  const soonest = [far, ...sooner].reduce((best, each) => (each.left_s < best.left_s ? each : best));
  const { left_s } = soonest;
  if (isThere(newest, limit) || left_s === 0) return { value: 0, text: thereWords(whole, limit, newest) };
  const pace = soonest.trend?.isClear
    ? `, ${paceWords(soonest.trend.slope, left_s, unit)}${soonest.within}`
    : ", no clear trend";
  const text = `${now} now${pace}`;
  return left_s < never_s ? { value: left_s, text } : { value: left_s, text: `not in sight: ${text}` };
}

/** What the whole window says. What is near by it, but has come to rest hours ago, is the past of a swing or of a burst. */
function farTrend(whole: Stretch, limit: Limit, never_s: number): { left_s: number; trend: Trend | undefined } {
  const trend = trendOf(pointsOf(whole), limit.bad === "above");
  const left_s = trend ? timeTo(limit, trend, never_s) : never_s;
  if (!trend || left_s === 0 || left_s > whole.window_s || goesOn(whole, trend, RECENT_SHARE)) return { left_s, trend };
  return { left_s: never_s, trend: undefined };
}

/** Why nothing can be told; undefined where there is enough to tell by. */
function unknown({ rows, now_s, bucket_s, window_s }: Stretch, item: string): string | undefined {
  const [oldest, newest] = [rows[0], rows.at(-1)];
  if (!oldest || !newest) return noValue(item, window_s).text;
  const gaps = rows.slice(1).map(({ time_s }, i) => time_s - (rows[i]?.time_s ?? time_s));
  const silent_s = now_s - (newest.time_s + bucket_s);
  if (silent_s > SILENT_TIMES * Math.max(bucket_s, median(gaps)))
    return `${item} has had no value for ${formatAge(silent_s)}`;
  const known_s = newest.at_s - oldest.at_s;
  const needed_s = Math.max(window_s * KNOWN_SHARE, (ROWS_LEAST - 1) * bucket_s);
  if (known_s < needed_s || rows.length < ROWS_LEAST)
    return `too little is known of ${item}: ${formatAge(known_s)}, and a trend needs ${formatAge(needed_s)}`;
  return undefined;
}

/** What is said of a value that is at its limit. One that always was has a limit for the other side, perhaps. */
function thereWords({ rows, unit }: Stretch, limit: Limit, newest: number): string {
  const [now, at] = [newest, limit.value].map((value) => formatValue(value, unit));
  if (!isThere(newest, limit) || rows.some(({ avg }) => avg === limit.value || !isThere(avg, limit)))
    return `${now} now, the limit is ${at}`;
  const other = limit.bad === "above" ? `falls to it write <${at}` : `rises to it write >${at}`;
  return `${now} now, and always beyond the limit of ${at}; for what ${other.replace(/ (?=[^ ]*$)/, "")}`;
}

/** Whether a value is at a limit. */
export function isThere(value: number, { value: limit, bad }: Limit): boolean {
  return bad === "above" ? value >= limit : value <= limit;
}

/** Seconds from now until a trend is at a limit; of one that leads away from it, or to no place, `never_s`. */
function timeTo(limit: Limit, trend: Trend, never_s: number): number {
  const now = trend.at(0);
  if (isThere(now, limit)) return 0;
  if (!trend.isClear) return never_s;
  const left_s = (limit.value - now) / trend.slope;
  return left_s >= 0 && left_s < never_s ? left_s : never_s;
}

/** `+1.2 %/h` */
function paceWords(slope: number, left_s: number, unit: string): string {
  const per = left_s < SOON_S ? "h" : "d";
  const by = slope * (per === "h" ? 3600 : 86_400);
  return `${by > 0 ? "+" : ""}${formatValue(by, unit)}/${per}`;
}
