// Moments as people write them: `yesterday 14:00`, `2026-11-22T14:00`, `-2h`. Pure: how far local time is from UTC, and what
// time it is, are handed in.

import { didYouMean } from "./diagnostic.ts";
import { parseInterval } from "./interval.ts";

/** Seconds that local time is ahead of UTC at a moment. */
export type OffsetAt = (time_s: number) => number;

/** The forms of a moment, for messages. */
export const MOMENT_FORM = "now, today, yesterday, 14:00, 2026-11-22, 2026-11-22T14:00, -2h or seconds since 1970";

const DAY_S = 86_400;
/** Days before today that have a name. */
const NAMED: Readonly<Record<string, number>> = { today: 0, yesterday: 1 };
const CALENDAR =
  /^(?:(today|yesterday)|(\d{4})-(\d\d)-(\d\d))?([T ](?=\d))?(?:(\d\d?):(\d\d)(?::(\d\d(?:\.\d+)?))?)?(Z|[+-]\d\d:?\d\d)?$/;

/** Seconds since the epoch of a moment; undefined for anything else, such as the 30th of February. */
export function parseMoment(text: string, now_s: number, offsetAt: OffsetAt): number | undefined {
  if (text === "now") return now_s;
  if (/^\d{9,11}$/.test(text)) return Number(text);
  const [, ago] = /^(\S+) ago$/.exec(text) ?? [];
  const back = ago === undefined ? undefined : parseInterval(ago);
  if (back !== undefined) return back >= 0 ? now_s - back : undefined;
  if (/^[+-]/.test(text)) {
    const offset = parseInterval(text);
    return offset === undefined ? undefined : now_s + offset;
  }
  return parseCalendar(text, now_s, offsetAt);
}

/** What to write for what is no moment. */
export function momentHint(text: string): string {
  if (/^\d{4}-\d\d?-\d\d?|^\d\d?:\d\d/.test(text)) return "no calendar and no clock has it; write 2026-11-22T14:00";
  if ((parseInterval(text) ?? 0) > 0) return `write -${text}`;
  return didYouMean(text, ["now", ...Object.keys(NAMED)]) ?? `give ${MOMENT_FORM}`;
}

/** The local day that a text names as a whole, `yesterday` or `2026-11-22`, from midnight to midnight. */
export function parseDay(
  text: string,
  now_s: number,
  offsetAt: OffsetAt,
): { from_s: number; to_s: number } | undefined {
  if (!Object.hasOwn(NAMED, text) && !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const midnight_s = dayOf(text, now_s, offsetAt);
  if (midnight_s === undefined) return undefined;
  return { from_s: fromLocal(midnight_s, offsetAt), to_s: fromLocal(midnight_s + DAY_S, offsetAt) };
}

function parseCalendar(text: string, now_s: number, offsetAt: OffsetAt): number | undefined {
  const match = CALENDAR.exec(text);
  if (!match || text === "") return undefined;
  const [, named, year, , , joint, hour, minute = "0", second = "0", zone] = match;
  const hasDay = named !== undefined || year !== undefined;
  if ((joint !== undefined) !== (hasDay && hour !== undefined)) return undefined;
  if (zone !== undefined && (year === undefined || hour === undefined)) return undefined;
  const clock_s = Number(hour ?? 0) * 3600 + Number(minute) * 60 + Number(second);
  if (Number(minute) > 59 || Number(second) >= 60 || clock_s > DAY_S) return undefined;
  const day_s = dayOf(hasDay ? text.slice(0, named?.length ?? 10) : "today", now_s, offsetAt);
  if (day_s === undefined) return undefined;
  if (zone === undefined) return fromLocal(day_s + clock_s, offsetAt);
  return day_s + clock_s - zoneOffset(zone);
}

/** The midnight that begins a day, as if its local time were UTC. */
function dayOf(text: string, now_s: number, offsetAt: OffsetAt): number | undefined {
  const back = Object.hasOwn(NAMED, text) ? NAMED[text] : undefined;
  if (back !== undefined) return (Math.floor((now_s + offsetAt(now_s)) / DAY_S) - back) * DAY_S;
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  const date = new Date(0); // its fields of UTC alone: the local ones would load ICU's time zones
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / 1000 : undefined;
}

function zoneOffset(zone: string): number {
  if (zone === "Z") return 0;
  const [hours, minutes] = [zone.slice(1, 3), zone.slice(-2)].map(Number) as [number, number];
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/**
 * The moment of a local time, which is given as if it were UTC. An hour that is twice, when the clocks go back, is the first
 * one; an hour that is not, when they go forward, is as much later as they jump: 02:30 is 03:30.
 */
export function fromLocal(local_s: number, offsetAt: OffsetAt): number {
  // Whatever the zone, a day before and a day behind are on both sides of a change nearby.
  const [first, second] = [local_s - offsetAt(local_s - DAY_S), local_s - offsetAt(local_s + DAY_S)];
  const fits = (time_s: number) => time_s + offsetAt(time_s) === local_s;
  return !fits(first) && fits(second) ? second : first;
}
