// What stretch of the past --ival, --from and --to ask for, as HIST takes it. Times are local to who types them, wherever the
// host is that they are about.

import { didYouMean } from "../core/diagnostic.ts";
import { INTERVAL_FORM, intervalHint, parseInterval } from "../core/interval.ts";
import { TIME_S_MAX, TIME_S_MIN } from "../core/limits.ts";
import { momentHint, type OffsetAt, parseDay, parseMoment } from "../core/moment.ts";
import { UsageError } from "./command.ts";

export const IVAL_FORM = `hour, day, week, month, year, ${INTERVAL_FORM}, a day such as yesterday or 2026-11-22, or FROM..TO`;

const DAY_S = 86_400;
/** The original's intervals, and how long they are beside --from or --to. */
const NAMED: Readonly<Record<string, number>> = {
  hour: 3600,
  day: DAY_S,
  week: 7 * DAY_S,
  month: 31 * DAY_S,
  year: 365 * DAY_S,
};

export interface AskedWords {
  ival?: string;
  from?: string;
  to?: string;
}

/** The `ival` of HIST. Throws UsageError. */
export function askedIval(words: AskedWords, now_s: number, offsetAt: OffsetAt): string {
  const { ival, from, to } = words;
  if (from === undefined && to === undefined) return ivalAlone(ival ?? "hour", now_s, offsetAt);
  if (ival !== undefined && from !== undefined && to !== undefined)
    throw new UsageError("--from, --to and --ival are one too many; two of them say it all");
  const moment = (option: string, text: string) => momentOf(`--${option} "${text}"`, text, now_s, offsetAt);
  const from_s = from === undefined ? undefined : moment("from", from);
  const to_s = to === undefined ? undefined : moment("to", to);
  const span_s = ival === undefined && from_s !== undefined ? undefined : spanOf(ival ?? "hour", now_s, offsetAt);
  const end_s = to_s ?? (from_s !== undefined && span_s !== undefined ? from_s + span_s : now_s);
  const begin_s = from_s ?? end_s - (span_s ?? 0);
  if (begin_s >= end_s && to === undefined)
    throw new UsageError(`--from "${from}" is still to come${aDayBefore(from)}`);
  if (begin_s >= end_s)
    throw new UsageError(`--from "${from}" is not before --to "${to}"${begin_s > end_s ? "; swap them" : ""}`);
  return between(begin_s, end_s);
}

/** Who asks in the morning for what was in the evening means that of yesterday. */
function aDayBefore(from = ""): string {
  return /^(\d\d?:\d\d|\d\d?(:\d\d)? ?[ap]m$|noon$|midnight$)/i.test(from) ? `; write --from "yesterday ${from}"` : "";
}

function ivalAlone(ival: string, now_s: number, offsetAt: OffsetAt): string {
  const name = nameOf(ival);
  if (name) return name;
  const day = parseDay(ival, now_s, offsetAt);
  if (day) return between(day.from_s, day.to_s);
  const [from, to, more] = ival.split("..");
  if (from !== undefined && to !== undefined && more === undefined) {
    const what = `--ival "${ival}": `;
    const from_s = momentOf(`${what}"${from}"`, from, now_s, offsetAt);
    const to_s = to === "" ? now_s : momentOf(`${what}"${to}"`, to, now_s, offsetAt);
    if (from_s >= to_s) throw new UsageError(`--ival "${ival}" ends before it begins`);
    return between(from_s, to_s);
  }
  return `${spanOf(ival, now_s, offsetAt)}s`;
}

/** The seconds of an interval. Throws UsageError. */
function spanOf(ival: string, now_s: number, offsetAt: OffsetAt): number {
  const named = NAMED[nameOf(ival) ?? ""];
  if (named !== undefined) return named;
  if (ival.includes("..") || parseDay(ival, now_s, offsetAt))
    throw new UsageError(`--ival "${ival}" says from when to when; leave --from and --to out`);
  const isDate = /^\d{4}-\d\d?-/.test(ival); // by the grammar of intervals 2026 s less some
  const span_s = isDate ? undefined : parseInterval(ival);
  if (span_s !== undefined && span_s > 0) return span_s;
  throw new UsageError(`--ival "${ival}" is no interval; ${isDate ? "no calendar has it" : hintFor(ival)}`);
}

/** `1m` for `minute`, day for `dya`. */
function hintFor(ival: string): string {
  const hint = intervalHint(ival);
  if (hint.startsWith("write")) return hint;
  return didYouMean(ival, [...Object.keys(NAMED), "today", "yesterday"]) ?? `give ${IVAL_FORM}`;
}

/** `h`, `Hour`, `hours` -> hour. On the wire any word is known by its first letter [seed]; nobody types `yesterday` for a year. */
function nameOf(ival: string): string | undefined {
  const lower = ival.toLowerCase();
  return lower === "" ? undefined : Object.keys(NAMED).find((name) => `${name}s`.startsWith(lower));
}

function momentOf(what: string, text: string, now_s: number, offsetAt: OffsetAt): number {
  const time_s = parseMoment(text, now_s, offsetAt);
  if (time_s === undefined) throw new UsageError(`${what} is no time; ${momentHint(text)}`);
  if (time_s < TIME_S_MIN || time_s > TIME_S_MAX) throw new UsageError(`${what} is not within the years 1 to 9999`);
  return time_s;
}

function between(from_s: number, to_s: number): string {
  const iso = (time_s: number) => new Date(time_s * 1000).toISOString();
  return `${iso(from_s)}..${iso(Math.min(to_s, TIME_S_MAX))}`;
}
