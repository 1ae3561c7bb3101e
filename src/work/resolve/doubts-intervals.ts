// Intervals that are legal and surely not meant so: `for 5` is five seconds. Pure.

import { formatInterval, parseInterval } from "../../core/interval.ts";
import type { IntervalDraft } from "../draft.ts";
import type { Complain } from "../statement.ts";

/** @param every_s how often items are read */
export function doubtIntervals(intervals: readonly IntervalDraft[], every_s: number, warn: Complain): void {
  const every = formatInterval(every_s);
  for (const { at, text, ofReadings } of intervals) {
    const seconds = parseInterval(text) ?? 0;
    if (seconds <= 0) continue;
    const isShort = ofReadings && seconds < every_s;
    if (/^[\d.]+$/.test(text)) {
      const right = isShort ? `write ${text}m; items are read every ${every}` : `write ${text}s or ${text}m`;
      warn(at, `"${text}" means ${text} seconds`, right);
    } else if (isShort) {
      warn(at, `${text} is less than the ${every} between two readings`, `write ${every}`);
    }
  }
}
