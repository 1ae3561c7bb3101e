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
