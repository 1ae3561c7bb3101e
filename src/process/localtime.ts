// Local time by libc. The first local field of a JavaScript Date loads ICU's time zones: 2 MiB of private memory on
// every host, a quarter of what dmon may take, for the hour in a log line.

import { DAYS, type LocalTime, MONTHS } from "../core/local-time.ts";
import { localtime, mktime } from "./libc.ts";

/** The local time of seconds since the epoch. */
export function localTime(time_s: number): LocalTime {
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0, weekday = 0, , , , offset_s = 0] =
    localtime(time_s);
  return { year: year + 1900, month, day, hour, minute, second, weekday, offset_s };
}

/** Seconds that local time is ahead of UTC at a moment. */
export function offsetAt(time_s: number): number {
  return localTime(time_s).offset_s;
}

/** Seconds since the epoch of a local time; day 32 or hour 25 are those of the next month or day. */
export function fromLocalTime(year: number, month: number, day: number, second = 0): number {
  // As hours and minutes, so that noon stays noon on a day of 23 hours.
  return mktime([second % 60, Math.floor(second / 60) % 60, Math.floor(second / 3600), day, month, year - 1900]);
}

/** `2026-11-22 17:40:31`, local. */
export function stamp(time_s: number): string {
  const t = localTime(time_s);
  return `${t.year}-${two(t.month + 1)}-${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
}

/** `Sat Feb 13 18:45:39 2016`, local: ctime(3), as the original shows times. */
export function ctime(time_s: number): string {
  const t = localTime(time_s);
  return `${DAYS[t.weekday]} ${MONTHS[t.month]} ${String(t.day).padStart(2)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} ${t.year}`;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
