// The rescue of a damaged file, in the background: a few milliseconds at a time, and what else is to be done goes first.

import { DamagedError, StoreError } from "./database.ts";
import type { Saved } from "./salvage-state.ts";

/** Between two steps, which take about as long. */
const REST_MS = 5;
/** A disk that is full now may have room later. */
const RETRY_MS = 60_000;

/**
 * Takes the steps until all are done, and returns what came of it; undefined when it is not wanted any more. What cannot be stored
 * is tried again. Rejects with DamagedError when the new file is damaged, too.
 */
export async function rescue(
  steps: () => Generator<undefined, Saved>,
  isWanted: () => boolean,
  retry_ms = RETRY_MS,
): Promise<Saved | undefined> {
  while (isWanted()) {
    try {
      const running = steps();
      try {
        while (isWanted()) {
          const { done, value } = running.next();
          if (done) return value;
          await Bun.sleep(REST_MS);
        }
      } finally {
        running.return({ saved: 0, lost: 0 }); // it closes what it reads
      }
    } catch (error) {
      if (!(error instanceof StoreError) || error instanceof DamagedError) throw error;
      await Bun.sleep(retry_ms);
    }
  }
  return undefined;
}

/** `saved 11,234 of about 12,000 rows; about 80 changes or events are lost` */
export function savedText({ saved, lost, others_lost = 0 }: Saved): string {
  const besides = others_lost > 0 ? `; about ${counted(others_lost)} changes or events are lost` : "";
  if (saved === 0) return `none of its rows could be saved${besides}`;
  const rows = lost === 0 ? `all ${counted(saved)}` : `${counted(saved)} of about ${counted(saved + lost)}`;
  return `saved ${rows} rows${besides}`;
}

/** A number as people read it: 11,234. */
export function counted(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
