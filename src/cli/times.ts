// Times of commands for people: as they type them, and as they read them. All are local to who sits there.

import { comingHint, parseComing } from "../core/coming.ts";
import { INTERVAL_FORM } from "../core/interval.ts";
import { DAYS, MONTHS } from "../core/local-time.ts";
import { MOMENT_FORM, momentHint, parseMoment } from "../core/moment.ts";
import { localTime, offsetAt, stamp } from "../process/localtime.ts";
import { UsageError } from "./command.ts";

export const PAST_FORM = `${INTERVAL_FORM} ago, or a moment: ${MOMENT_FORM}`;

/** A moment to come, as text that the server takes for the same whatever its time zone. Throws UsageError. */
export function comingMoment(option: string, typed: string, now_s: number): { at_s: number; wire: string } {
  const at_s = parseComing(typed, now_s, offsetAt);
  if (at_s === undefined) throw new UsageError(`${option} "${typed}" is no time; ${comingHint(typed)}`);
  if (at_s <= now_s) throw new UsageError(`${option} "${typed}" (${stamp(at_s)}) is over already`);
  return { at_s, wire: new Date(at_s * 1000).toISOString() };
}

function bareHint(typed: string): string | undefined {
  if (!/^\d{1,4}$/.test(typed)) return undefined;
  return Number(typed) < 24 ? `write ${typed}:00, or ${typed}h` : `write ${typed}m, or ${typed}h`;
}

/** Since when, for --since: `2h`, `-2h` and `2h ago` are the same. Throws UsageError. */
export function pastMoment(option: string, typed: string, now_s: number): number {
  const isSpan = /^\d/.test(typed) && !/^\d{9,11}$/.test(typed);
  const at_s = parseMoment(typed, now_s, offsetAt) ?? (isSpan ? parseMoment(`-${typed}`, now_s, offsetAt) : undefined);
  if (at_s === undefined || /^\d{1,8}$/.test(typed))
    throw new UsageError(`${option} "${typed}" is no time; ${bareHint(typed) ?? momentHint(typed)}`);
  if (at_s >= now_s) throw new UsageError(`${option} "${typed}" (${stamp(at_s)}) is still to come`);
  return at_s;
}

/** `03:12:45` of today, `Nov 22 03:12` of this year, else `2025-11-22`. */
export function shortTime(time_s: number, now_s: number): string {
  const [then, now] = [localTime(time_s), localTime(now_s)];
  if (then.year !== now.year) return stamp(time_s).slice(0, 10);
  if (then.month === now.month && then.day === now.day) return stamp(time_s).slice(11);
  return `${MONTHS[then.month]} ${String(then.day).padStart(2)} ${stamp(time_s).slice(11, 16)}`;
}

/** `14:02` of today, `tomorrow 08:00`, `Wed 08:00` within a week, else `2026-12-01 08:00`. */
export function comingTime(time_s: number, now_s: number): string {
  const [then, now] = [localTime(time_s), localTime(now_s)];
  const dayOf = (time: typeof then) => Math.floor(Date.UTC(time.year, time.month, time.day) / 86_400_000);
  const days = dayOf(then) - dayOf(now);
  const clock = stamp(time_s).slice(11, 16);
  if (days === 0) return clock;
  if (days === 1) return `tomorrow ${clock}`;
  return days > 1 && days < 7 ? `${DAYS[then.weekday]} ${clock}` : stamp(time_s).slice(0, 16);
}
