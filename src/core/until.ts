// Until when: `2h` from now, `14:00`, `tomorrow 8:00`. Pure; what time it is, and how far local time is from UTC, are handed in.

import { INTERVAL_FORM, parseInterval } from "./interval.ts";
import { TIME_S_MAX } from "./limits.ts";
import { type OffsetAt, parseMoment } from "./moment.ts";

export const UNTIL_FORM = `${INTERVAL_FORM} from now, or a moment such as 14:00, tomorrow 8:00 or 2026-11-24T08:00`;

const DAY_S = 86_400;

/** Seconds since the epoch, which may be over already; undefined for what is no time. */
export function momentAhead(typed: string, now_s: number, offsetAt: OffsetAt): number | undefined {
  const span_s = parseInterval(typed);
  const at_s = span_s === undefined ? parseMoment(typed, now_s, offsetAt) : now_s + span_s;
  if (at_s === undefined || at_s > TIME_S_MAX) return undefined;
  // A time of day that is over is that of tomorrow.
  const isOver = at_s <= now_s && /^\d{1,2}(:\d\d)?([ap]m)?$/.test(typed);
  return isOver ? at_s + DAY_S : at_s;
}
