// A moment within a range, in the local time of the pages: as short as it is clear there. Pure.

import { type LocalClock, partsOf } from "../../plot/local-clock.ts";

const DAY_S = 86_400;

export function momentText(
  time_s: number,
  { from_s, to_s }: { from_s: number; to_s: number },
  clock: LocalClock,
): string {
  const t = partsOf(time_s, clock);
  const span_s = to_s - from_s;
  if (span_s <= 2 * DAY_S) return `${t.weekday} ${t.clock}`;
  return span_s <= 100 * DAY_S ? `${t.weekday} ${t.day} ${t.month} ${t.clock}` : `${t.day} ${t.month} ${t.year}`;
}
