// Moments as people write them: `yesterday 14:00`, `2026-11-22T14:00`, `-2h`. Pure: how far local time is from UTC, and what
// time it is, are handed in.

import { didYouMean } from "./diagnostic.ts";
import { parseInterval, unitOfWord } from "./interval.ts";

/** Seconds that local time is ahead of UTC at a moment. */
export type OffsetAt = (time_s: number) => number;

/** The forms of a moment, for messages. */
export const MOMENT_FORM =
  "now, today, yesterday, monday (the last one), 14:00, 7am, noon, 2026-11-22, 2026-11-22T14:00, -2h, 2h ago or seconds since 1970";

const DAY_S = 86_400;
/** Days before today that have a name. */
const NAMED: Readonly<Record<string, number>> = { today: 0, yesterday: 1, tomorrow: -1 };
export const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const DAY_WORD = [...Object.keys(NAMED), ...WEEKDAYS].join("|");
const CALENDAR = new RegExp(
  String.raw`^(?:(${DAY_WORD})|(\d{4})-(\d\d)-(\d\d))?([t ](?=\d))?(?:(\d\d?):(\d\d)(?::(\d\d(?:\.\d+)?))?)?(z|[+-]\d\d:?\d\d)?$`,
);

/** Seconds since the epoch of a moment; undefined for anything else, such as the 30th of February. */
export function parseMoment(typed: string, now_s: number, offsetAt: OffsetAt): number | undefined {
  const text = typed.toLowerCase();
  if (text === "now") return now_s;
  if (/^\d{9,11}$/.test(text)) return Number(text);
  const [, ago] = /^(\S+|\S+ \S+) ago$/.exec(text) ?? [];
  if (ago !== undefined) {
    const back = parseInterval(inLetters(ago) ?? ago);
    return back !== undefined && back >= 0 ? now_s - back : undefined;
  }
  if (/^[+-]/.test(text)) {
    const offset = parseInterval(text);
    return offset === undefined ? undefined : now_s + offset;
  }
  const plain = in24Hours(text);
  const [clock, day, more] = plain.split(" ");
  const swapped = clock?.includes(":") && day !== undefined && more === undefined ? `${day} ${clock}` : plain;
  return parseCalendar(swapped, now_s, offsetAt);
}

/** `2h` of `2 hours`. */
function inLetters(text: string): string | undefined {
  const [, number, word = ""] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/.exec(text) ?? [];
  const unit = unitOfWord(word);
  return unit && `${number}${unit}`;
}

/** `yesterday 19:30` of `yesterday 7:30 pm`, `12:00` of `noon`. */
function in24Hours(text: string): string {
  return text
    .replace(/(?<![^ ])noon(?![^ ])/, "12:00")
    .replace(/(?<![^ ])midnight(?![^ ])/, "00:00")
    .replace(
      /(?<![^ ])(1[0-2]|0?[1-9])(:\d\d)? ?([ap])m(?![^ ])/,
      (_, hour: string, minute = ":00", half) => `${(Number(hour) % 12) + (half === "p" ? 12 : 0)}${minute}`,
    );
}

/** What to write for what is no moment. */
export function momentHint(typed: string): string {
  const text = typed.toLowerCase();
  const meant = meantBy(text).filter((each) => parseMoment(each, 0, () => 0) !== undefined);
  if (meant.length > 0) return `write ${meant.join(" or ")}`;
  const [, seconds, more = ""] = /^(\d{10})((?:\d{3}){1,3})$/.exec(text) ?? [];
  if (seconds !== undefined)
    return `that looks like ${["milli", "micro", "nano"][more.length / 3 - 1]}seconds; write ${seconds}`;
  if (/^\d{4}-\d\d-\d\d(?:[t ]?\d.*)?$|^\d\d?:\d\d(?::\d\d)?$/.test(text))
    return "no calendar and no clock has it; write 2026-11-22T14:00";
  return didYouMean(text, ["now", ...Object.keys(NAMED), ...WEEKDAYS]) ?? `give ${MOMENT_FORM}`;
}

/** What people mean who write hours alone, other marks between numbers or none, a time that is no time ago, half a weekday. */
function meantBy(text: string): string[] {
  const two = (digits = "") => digits.padStart(2, "0");
  const [, hour, minute = "00"] = /^(\d\d?)(?:[.h]?(\d\d))?$/.exec(text) ?? [];
  if (hour !== undefined) {
    const isYear = text.length === 4 && Number(text) >= 1970 && Number(text) < 2100;
    return [...(isYear ? [`${text}-01-01`] : []), `${two(hour)}:${minute}`];
  }
  const [, y1, m1, d1, rest = ""] = /^(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?:[t ](.*))?$/.exec(text) ?? [];
  const [, d2, m2, y2] = /^(\d\d?)\.(\d\d?)\.(\d{4})$/.exec(text) ?? [];
  const [, y3, m3, d3, packed = ""] = /^(\d{4})(\d\d)(\d\d)t?((?:\d{4}|\d{6})?)$/.exec(text) ?? [];
  const date = [y1 ?? y2 ?? y3, two(m1 ?? m2 ?? m3), two(d1 ?? d2 ?? d3)].join("-");
  const clock = rest.replace(/^\d\d?$/, "$&:00").replace(/^\d:/, "0$&") || packed.replace(/(\d\d)(?=\d)/g, "$1:");
  if (y1 ?? y2 ?? y3) return [clock ? `${date}T${clock}` : date];
  const ago = /^\d+$/.test(text) ? undefined : parseInterval(inLetters(text) ?? text);
  if (ago !== undefined && ago > 0) return [`-${inLetters(text) ?? text}`];
  return text.length >= 3 ? WEEKDAYS.filter((day) => day.startsWith(text)) : [];
}

/** The local day that a text names as a whole, `yesterday` or `2026-11-22`, from midnight to midnight. */
export function parseDay(
  text: string,
  now_s: number,
  offsetAt: OffsetAt,
): { from_s: number; to_s: number } | undefined {
  const day = text.toLowerCase();
  if (day === "tomorrow" || (!isDayWord(day) && !/^\d{4}-\d\d-\d\d$/.test(day))) return undefined;
  const midnight_s = dayOf(day, now_s, offsetAt);
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
  if (isDayWord(text)) {
    const today = Math.floor((now_s + offsetAt(now_s)) / DAY_S);
    const weekday = (((today + 4) % 7) + 7) % 7; // 1970 began on a Thursday
    const back = NAMED[text] ?? ((weekday - WEEKDAYS.indexOf(text) + 6) % 7) + 1;
    return (today - back) * DAY_S;
  }
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  const date = new Date(0); // its fields of UTC alone: the local ones would load ICU's time zones
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / 1000 : undefined;
}

function isDayWord(text: string): boolean {
  return Object.hasOwn(NAMED, text) || WEEKDAYS.includes(text);
}

function zoneOffset(zone: string): number {
  if (zone === "z") return 0;
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
