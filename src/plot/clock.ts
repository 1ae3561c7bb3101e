// Times as people are shown them: short when recent, in this host's local time, or in that of who is shown a picture.

import { fromLocal, type OffsetAt } from "../core/moment.ts";
import { DAYS, fromLocalTime, type LocalTime, localTime, MONTHS } from "../process/localtime.ts";

const DAY_S = 86_400;

/** A local time, both ways. Day 32 or hour 25 are those of the next month or day. */
export interface LocalClock {
  localTime(time_s: number): LocalTime;
  fromLocalTime(year: number, month: number, day: number, second?: number): number;
}

/** That of this host. */
export const HOST_CLOCK: LocalClock = { localTime, fromLocalTime };

/** That of a zone of which only the offset is known. */
export function clockOf(offsetAt: OffsetAt): LocalClock {
  return {
    localTime: (time_s) => {
      const offset_s = offsetAt(time_s);
      const date = new Date((Math.floor(time_s) + offset_s) * 1000); // its fields of UTC alone: the local ones load ICU
      return {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth(),
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
        weekday: date.getUTCDay(),
        offset_s,
      };
    },
    fromLocalTime: (year, month, day, second = 0) => fromLocal(Date.UTC(year, month, day) / 1000 + second, offsetAt),
  };
}

/** The parts of a local time, as words. */
export function localParts(time_s: number, clock = HOST_CLOCK) {
  const time = clock.localTime(time_s);
  return {
    year: String(time.year),
    month: MONTHS[time.month] ?? "",
    day: String(time.day),
    weekday: DAYS[time.weekday] ?? "",
    clock: `${two(time.hour)}:${two(time.minute)}`,
    second: two(time.second),
  };
}

/** As short as it is clear from now: `14:05`, `Fri 14:05`, `3 Nov 14:05`, `3 Nov 2024`; `to` the second, `14:05:09`. */
export function formatMoment(time_s: number, now_s: number, to?: "second"): string {
  if (!isTime(time_s)) return "–";
  const then = localParts(time_s);
  const now = localParts(now_s);
  const day = `${then.day} ${then.month}`;
  const clock = to === "second" ? `${then.clock}:${then.second}` : then.clock;
  if (then.year === now.year && day === `${now.day} ${now.month}`) return clock;
  if (Math.abs(now_s - time_s) < 6 * DAY_S) return `${then.weekday} ${clock}`;
  if (then.year === now.year || Math.abs(now_s - time_s) < 90 * DAY_S) return `${day} ${clock}`;
  return to === "second" ? `${day} ${then.year} ${clock}` : `${day} ${then.year}`;
}

/** In full, for whoever wants to be sure: `Fri 3 Nov 2026 14:05:09 UTC+1`. */
export function formatMomentFull(time_s: number): string {
  if (!isTime(time_s)) return "never";
  const t = localParts(time_s);
  return `${t.weekday} ${t.day} ${t.month} ${t.year} ${t.clock}:${t.second} ${zone(time_s)}`;
}

/** The offset of the local time: `UTC`, `UTC+1`, `UTC-3:30`. */
export function zone(time_s: number, clock = HOST_CLOCK): string {
  const minutes = clock.localTime(time_s).offset_s / 60;
  if (minutes === 0) return "UTC";
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? "-" : "+"}${Math.floor(Math.abs(minutes) / 60)}${rest ? `:${two(rest)}` : ""}`;
}

/** For `<time datetime>`. Empty when it is no time. */
export function isoTime(time_s: number): string {
  return isTime(time_s) ? new Date(time_s * 1000).toISOString().slice(0, 19).concat("Z") : "";
}

// A Date holds ±8.64e15 ms; what is beyond came from a broken clock or a stranger.
function isTime(time_s: number): boolean {
  return Math.abs(time_s) <= 8.64e12;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
