// What a clock on the wall shows in a time zone. The host's own by libc; others by the runtime's tables, which take 2 MiB of memory
// when they are first asked: only the server of a work that names zones does.

import type { WallClock } from "../core/alert/when.ts";
import { localTime } from "./localtime.ts";

const DAY_S = 86_400;
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;

/** At seconds since the epoch, in a zone of the tz database; without one in that of this host. */
export function wallClockAt(time_s: number, zone?: string): WallClock {
  return show(time_s + (zone === undefined ? localTime(time_s).offset_s : offsetIn(zone, time_s)));
}

function show(local_s: number): WallClock {
  const days = Math.floor(local_s / DAY_S);
  return {
    weekday: (((days + FIRST_WEEKDAY) % 7) + 7) % 7,
    minute: Math.floor((local_s - days * DAY_S) / 60),
    text: new Date(local_s * 1000).toISOString().slice(0, 16),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Seconds that a zone is ahead of UTC; 0 for one that this runtime does not know. */
function offsetIn(zone: string, time_s: number): number {
  let format = formats.get(zone);
  try {
    format ??= new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      ...({
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      } as const),
    });
  } catch {
    return 0;
  }
  formats.set(zone, format);
  const parts = Object.fromEntries(format.formatToParts(time_s * 1000).map(({ type, value }) => [type, Number(value)]));
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - Math.floor(time_s);
}
