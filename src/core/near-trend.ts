// The trend of the newest part of a past, for what goes to a limit in hours: what the whole window takes for a spike yet. It is
// believed where it can be neither noise, nor a burst that has ended, nor the rise of every day. Pure.

import type { Limit } from "./forecast.ts";
import { pointsOf, type Stretch } from "./past.ts";
import { betweenDrops, NEWEST, type Point, slopeOf, type Trend, trendOf } from "./trend.ts";

/**
 * Values that hang on those before them wander, and have trends of a few standard errors. Of 90 rows ten are a rise of four times
 * their deviation, which no noise makes.
 */
const ERRORS_MIN = 10;
/** A third of fewer rows tells nothing. */
const ROWS_LEAST = 15;
/** So much of the stretch must be known, without a drop. */
const KNOWN_SHARE = 1 / 2;
/** The newest of it… */
const NEWEST_SHARE = 1 / 3;
/** …goes on when it is at least so fast. */
const PACE_SHARE = 1 / 2;
/** Where it has been for less than this share of the time before, it was as a spike. */
const USUAL_SHARE = 1 / 20;
/** Beyond what is usual is what is beyond it by this share of its span. */
const BEYOND_SHARE = 1 / 10;
/** What dropped suddenly from so near to the limit did not do so by itself, as a share of the way there from the lowest. */
const HELPED_SHARE = 1 / 4;

/** The trend of a part of `whole`, if it is to be believed. `finest`: the shortest part, by which it still goes on. */
export function nearTrend(part: Stretch, whole: Stretch, finest: Stretch, limit: Limit): Trend | undefined {
  const up = limit.bad === "above";
  const points = pointsOf(part);
  const trend = trendOf(points, up);
  if (!trend || points.length < ROWS_LEAST || trend.errors < ERRORS_MIN) return undefined;
  if (trend.slope > 0 !== up || trend.from > -part.window_s * KNOWN_SHARE) return undefined;
  if (!goesOn(part, trend, NEWEST_SHARE) || !goesOn(finest, trend, NEWEST_SHARE)) return undefined;
  return isUsual(trend.at(0), part, whole, limit) ? undefined : trend;
}

/** Whether the newest part of a stretch goes as a trend does. */
export function goesOn(stretch: Stretch, { slope }: Trend, share: number): boolean {
  const points = pointsOf(stretch);
  const newest = slopeOf([points.filter(({ x }, i) => x > -stretch.window_s * share || i >= points.length - NEWEST)]);
  return newest !== undefined && newest / slope >= PACE_SHARE;
}

/** Whether it has been there before the part, and came back by itself: as each day, or each hour. */
function isUsual(now: number, part: Stretch, whole: Stretch, { value, bad }: Limit): boolean {
  const sign = bad === "above" ? 1 : -1;
  const all = whole.rows.map(({ at_s, max, min }) => ({ x: at_s - whole.now_s, y: sign > 0 ? max : -min }));
  const least = Math.min(...all.map(({ y }) => y));
  const limit = value * sign;
  const wasHelped = (stretch: readonly Point[]) =>
    limit - Math.max(...stretch.map(({ y }) => y)) < (limit - least) * HELPED_SHARE;
  const known = betweenDrops(all, true).filter((stretch, i, { length }) => i === length - 1 || !wasHelped(stretch));
  const before = known.flat().filter(({ x }) => x < -part.window_s);
  const ys = before.map(({ y }) => y).sort((a, b) => a - b);
  const most = ys[Math.floor(ys.length * (1 - USUAL_SHARE))];
  return most !== undefined && now * sign < most + (most - least) * BEYOND_SHARE;
}
