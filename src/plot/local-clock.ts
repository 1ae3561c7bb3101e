// Local time both ways, whoever's it is, and its parts as words. Pure: browsers draw by it too.

import { DAYS, type LocalTime, MONTHS } from "../core/local-time.ts";
import { fromLocal, type OffsetAt } from "../core/moment.ts";

/** A local time, both ways. Day 32 or hour 25 are those of the next month or day. */
export interface LocalClock {
  localTime(time_s: number): LocalTime;
  fromLocalTime(year: number, month: number, day: number, second?: number): number;
}

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
export function partsOf(time_s: number, clock: LocalClock) {
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

function two(n: number): string {
  return String(n).padStart(2, "0");
}
