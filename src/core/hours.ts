// When: days of the week and times of day, and single stretches of time, as work.conf writes them. Pure; what they mean at a
// moment needs a time zone and is the reader's.

import { formatInterval, parseInterval } from "./interval.ts";
import { TIME_S_MAX, TIME_S_MIN, TIMES_MAX } from "./limits.ts";

/** Recurring, in a time zone; without one that of the server. */
export interface Hours {
  /** 0 is Sunday. */
  days: number[];
  /** Minutes of the day, each from..to; a stretch that ends before it begins goes over midnight. */
  times: [from_min: number, to_min: number][];
  zone?: string;
}

/** Once: local times such as 2026-11-22T22:00. */
export interface Once {
  from: string;
  to: string;
  zone?: string;
}

export const HOURS_FORM =
  "days and times such as mon-fri 8-18, sat,sun 10:00-16:00, daily 22-6, and a time zone such as Europe/Berlin";
export const WHEN_FORM = `2026-11-22T22:00..2026-11-23T02:00, 2026-11-22T22:00+4h, or ${HOURS_FORM}`;

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const DAY_CHARS_MIN = 3;
const DAY_MIN = 1440;
const WEEK_MIN = 7 * DAY_MIN;
const MINUTE_MS = 60_000;

/** What was read, and how many of the words it took; or which word is wrong, and how. */
export type Parsed<T> = { value: T; used: number } | { error: string; at: number; hint?: string };

/** Reads [DAYS] [TIMES] [ZONE], of which at least one of the first two must be there. */
export function parseHours(words: readonly string[]): Parsed<Hours> {
  let used = 0;
  const days = parseDays(words[used] ?? "");
  if (days) used++;
  const times = parseTimes(words[used] ?? "");
  if (times && "error" in times) return { error: times.error, at: used };
  if (times) used++;
  if (used === 0) return { error: `"${words[0] ?? ""}" is no day and no time`, at: 0 };
  const zone = parseZone(words[used] ?? "");
  if (zone !== undefined) used++;
  const hours = { days: days ?? [0, 1, 2, 3, 4, 5, 6], times: times?.times ?? [[0, DAY_MIN] as [number, number]] };
  return { value: zone === undefined ? hours : { ...hours, zone }, used };
}

/** Whether a word looks like days, times or a date. */
export function isWhen(word: string): boolean {
  return /^\d{4}-\d\d-\d\d/.test(word) || !("error" in parseHours([word]));
}

/** Reads a single stretch, or what parseHours reads. */
export function parseWhen(words: readonly string[]): Parsed<Hours | Once> {
  const [word = "", next = ""] = words;
  if (!/^\d{4}-/.test(word)) return parseHours(words);
  const whole = wholeOnce(words);
  if (whole !== undefined) return { error: `"${word}" is not all of a time`, at: 0, hint: `${whole}, as one word` };
  const range = /^(.+?)\.\.(.+)$/.exec(word);
  const span = /^([^+]+)\+(.+)$/.exec(word);
  const from = range?.[1] ?? span?.[1] ?? word;
  const from_ms = parseLocal(from);
  if (from_ms === undefined) return { error: `"${from}" is no time such as 2026-11-22T22:00`, at: 0 };
  const span_s = span ? parseInterval(span[2] ?? "") : undefined;
  const to_ms = range ? parseLocal(range[2] ?? "") : span_s === undefined ? undefined : from_ms + span_s * 1000;
  const day = from.slice(0, 10);
  const mended = range ? `${from}..${day}T${range[2]}` : "";
  if (range && parseLocal(`${day}T${range[2]}`) !== undefined)
    return { error: `"${range[2]}" is a time without its day`, at: 0, hint: mended };
  if (to_ms === undefined && range) return { error: `"${range[2]}" is no time such as 2026-11-22T22:00`, at: 0 };
  if (to_ms === undefined) {
    return { error: span ? `"${span[2]}" is no interval` : `"${word}" does not say until when`, at: 0 };
  }
  if (to_ms <= from_ms) return { error: `"${word}" ends before it begins`, at: 0 };
  if (to_ms > TIME_S_MAX * 1000) return { error: `"${word}" ends after the year 9999`, at: 0 };
  if (to_ms % MINUTE_MS !== 0)
    return { error: `${formatInterval(span_s ?? 0)} (+${span?.[2]}) is no whole number of minutes`, at: 0 };
  const zone = parseZone(next);
  const once = { from: formatLocal(from_ms), to: formatLocal(to_ms) };
  return zone === undefined ? { value: once, used: 1 } : { value: { ...once, zone }, used: 2 };
}

/** `2026-12-01 22:00+4h`, `2026-12-01T22:00 4h`, `2026-12-01T22:00-23:00`: as it is written; undefined for what is whole. */
function wholeOnce(words: readonly string[]): string | undefined {
  const [, day, time, rest = ""] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(.*)$/.exec(words.slice(0, 3).join(" ")) ?? [];
  if (day === undefined) return undefined;
  const [, until, zone] = /^ ?-(\d\d:\d\d)( |$)/.exec(rest) ?? [];
  if (until !== undefined) return zone === undefined ? undefined : `${day}T${time}..${day}T${until}`;
  const [, span] = /^ ?\+?(\d[\d.a-z]*)( |$)/.exec(rest) ?? [];
  if (span === undefined || parseInterval(span) === undefined) return undefined;
  return words[0] === `${day}T${time}+${span}` ? undefined : `${day}T${time}+${span}`;
}

/** As parseWhen reads it. */
export function formatWhen(when: Hours | Once): string {
  const zone = when.zone === undefined ? "" : ` ${when.zone}`;
  if ("from" in when) return `${when.from}..${when.to}${zone}`;
  const isDaily = when.days.length === DAYS.length;
  const times = when.times.map(([from, to]) => `${formatMinute(from)}-${formatMinute(to)}`).join(",");
  return `${isDaily ? "daily" : formatDays(when.days)} ${times}${zone}`;
}

/** `mon-fri,sun`. */
function formatDays(days: readonly number[]): string {
  const name = (day: number) => (DAYS[day] ?? "").slice(0, DAY_CHARS_MIN);
  const runs: [first: number, last: number][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run && run[1] === day - 1) run[1] = day;
    else runs.push([day, day]);
  }
  return runs.map(([first, last]) => (first === last ? name(first) : `${name(first)}-${name(last)}`)).join(",");
}

/** `8`, `22:30`. */
function formatMinute(minute: number): string {
  const rest = minute % 60;
  return `${Math.floor(minute / 60)}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

function parseDays(word: string): number[] | undefined {
  const text = word.toLowerCase();
  if (text === "daily") return [0, 1, 2, 3, 4, 5, 6];
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [first = "", last = first, more] = part.split("-");
    const [from, to] = [dayOf(first), dayOf(last)];
    if (from < 0 || to < 0 || more !== undefined) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === to) break;
    }
  }
  return [...found].sort((a, b) => a - b);
}

// `mon` and `monday`, and what lies between.
function dayOf(text: string): number {
  return text.length < DAY_CHARS_MIN ? -1 : DAYS.findIndex((day) => day.startsWith(text));
}

function parseTimes(word: string): { times: [number, number][] } | { error: string } | undefined {
  if (!/^\d/.test(word)) return undefined;
  const times: [number, number][] = [];
  const parts = word.split(",");
  if (parts.length > TIMES_MAX) return { error: `${parts.length} times of day in a list; at most ${TIMES_MAX}` };
  for (const part of parts) {
    const match = /^(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?$/.exec(part);
    const from = Number(match?.[1]) * 60 + Number(match?.[2] ?? 0);
    const to = Number(match?.[3]) * 60 + Number(match?.[4] ?? 0);
    const whole = match && Number(match[2] ?? 0) < 60 && Number(match[4] ?? 0) < 60;
    if (!whole || from >= DAY_MIN || to > DAY_MIN)
      return { error: `"${part}" is no time of day such as 8-18 or 22:30-6` };
    if (from === to) return { error: `"${part}" is no time at all; the whole day is 0-24` };
    times.push([from, to]);
  }
  return { times };
}

// Names as the tz database has them; that the server knows one is checked where it is used.
function parseZone(word: string): string | undefined {
  return /^(UTC|[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*){1,2})$/.test(word) ? word : undefined;
}

// As if it were UTC: only differences and the order are of interest here.
function parseLocal(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?$/.exec(text);
  if (!match) return undefined;
  const ms = Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4] ?? "00"}:${match[5] ?? "00"}:00Z`);
  if (Number.isNaN(ms) || ms < TIME_S_MIN * 1000) return undefined;
  return formatLocal(ms).slice(0, 10) === text.slice(0, 10) ? ms : undefined;
}

function formatLocal(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}

/** Whether there is a moment that both are about. Those in different time zones are not compared: false. */
export function overlap(a: Hours | Once, b: Hours | Once): boolean {
  if (a.zone !== b.zone) return false;
  if ("from" in a && "from" in b) return a.from < b.to && b.from < a.to;
  const [first, second] = [weekly(a), weekly(b)];
  return first.some(([from, to]) => second.some(([start, end]) => from < end && start < to));
}

/** Stretches in minutes of the week. */
function weekly(when: Hours | Once): [number, number][] {
  if ("from" in when) {
    const from_ms = Date.parse(`${when.from}:00Z`);
    const minutes = Math.min(WEEK_MIN, (Date.parse(`${when.to}:00Z`) - from_ms) / 60_000);
    const date = new Date(from_ms);
    return wrapped(date.getUTCDay() * DAY_MIN + date.getUTCHours() * 60 + date.getUTCMinutes(), minutes);
  }
  return when.days.flatMap((day) =>
    when.times.flatMap(([from, to]) => wrapped(day * DAY_MIN + from, to > from ? to - from : to - from + DAY_MIN)),
  );
}

function wrapped(from: number, minutes: number): [number, number][] {
  const to = from + minutes;
  return to <= WEEK_MIN
    ? [[from, to]]
    : [
        [from, WEEK_MIN],
        [0, to - WEEK_MIN],
      ];
}
