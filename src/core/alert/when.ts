// Whether a moment is within hours or a single stretch of time, as core/hours has them. What a clock on the wall shows is handed in.

import type { Hours, Once } from "../hours.ts";

/** What a clock on the wall shows: 0 is Sunday; minutes of the day; `2026-11-22T22:00`. */
export interface WallClock {
  weekday: number;
  minute: number;
  text: string;
}

/** What it shows at a moment, in a time zone; without one in that of the server. */
export type WallClockAt = (time_s: number, zone?: string) => WallClock;

const DAY_MIN = 1440;

export function isWithin(when: Hours | Once, time_s: number, wallClockAt: WallClockAt): boolean {
  const wall = wallClockAt(time_s, when.zone);
  if ("from" in when) return when.from <= wall.text && wall.text < when.to;
  const yesterday = (wall.weekday + 6) % 7;
  return when.times.some(([from, to]) => {
    const overMidnight = to <= from;
    const isOn = (day: number) => when.days.includes(day);
    if (!overMidnight) return isOn(wall.weekday) && from <= wall.minute && wall.minute < to;
    return (isOn(wall.weekday) && wall.minute >= from) || (isOn(yesterday) && wall.minute < to);
  });
}

/** When what is on now ends: seconds since the epoch; undefined for what goes on for weeks. */
export function endOf(when: Hours | Once, now_s: number, wallClockAt: WallClockAt): number | undefined {
  if ("from" in when) return momentOf(when.to, when.zone, wallClockAt);
  const looks_max = 8 * when.times.length;
  let at_s = now_s - (now_s % 60);
  // One stretch may go over into the next, on the same day or at midnight.
  for (let looks = 0; looks <= looks_max; looks++) {
    if (!isWithin(when, at_s, wallClockAt)) return at_s;
    const { minute } = wallClockAt(at_s, when.zone);
    at_s += 60 * Math.min(...when.times.map(([, to]) => ((to - minute + DAY_MIN - 1) % DAY_MIN) + 1));
  }
  return undefined;
}

/** When what is not on now begins, by the clock on the wall: seconds since the epoch; undefined for never. */
export function beginOf(when: Hours, now_s: number, wallClockAt: WallClockAt): number | undefined {
  const isOn = (time_s: number) => isWithin(when, time_s, wallClockAt);
  const looks_max = 8 * when.times.length + 2; // a clock that is set back in between takes one or two more
  const first_s = now_s - (now_s % 60);
  let at_s = first_s;
  for (let looks = 0; looks <= looks_max; looks++) {
    at_s = nextBegin(when, at_s, wallClockAt);
    if (!isOn(at_s)) continue;
    while (at_s - 60 > first_s && isOn(at_s - 60)) at_s -= 60; // there is no such time on the day on which clocks are set
    return at_s;
  }
  return undefined;
}

/** When a clock on the wall will show the beginning of a stretch, whatever the day. */
function nextBegin({ times, zone }: Hours, at_s: number, wallClockAt: WallClockAt): number {
  const minuteAt = (time_s: number) => wallClockAt(time_s, zone).minute;
  const minute = minuteAt(at_s);
  const wait = Math.min(...times.map(([from]) => ((from - minute + DAY_MIN - 1) % DAY_MIN) + 1));
  const next_s = at_s + 60 * wait;
  const begin = (minute + wait) % DAY_MIN;
  // Where the clock is set forward in between it was shown earlier.
  const earlier_s = next_s - 60 * ((minuteAt(next_s) - begin + DAY_MIN) % DAY_MIN);
  return earlier_s > at_s && minuteAt(earlier_s) === begin ? earlier_s : next_s;
}

/** The moment at which a clock on the wall shows `2026-11-22T22:00`. */
function momentOf(text: string, zone: string | undefined, wallClockAt: WallClockAt): number {
  const shown_s = (clock: string) => Date.parse(`${clock}Z`) / 1000;
  let at_s = shown_s(text);
  for (let tries = 0; tries < 2; tries++) at_s += shown_s(text) - shown_s(wallClockAt(at_s, zone).text);
  return at_s;
}
