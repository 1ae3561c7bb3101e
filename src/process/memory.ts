// Gives back the memory that only the start needed.

import { readFileSync } from "node:fs";
import { dropPages } from "./libc.ts";

/** Of a larger heap, that of a server of many hosts, the collection would take longer than it saves anything. */
const SMALL_HEAP_BYTES = 32 * 2 ** 20;

/** Gives back what the last minutes needed and the next one does not: a few milliseconds, and 1 MiB of compiled functions. */
export function releaseMemory(): void {
  if (process.memoryUsage().heapUsed < SMALL_HEAP_BYTES) Bun.shrink();
  releaseProgramText();
}

/**
 * Unmaps the pages of our own program text. Starting touches half of the 80 MB of a Bun binary, a minute's work a
 * few: what is needed again comes back from the page cache (a minor fault, 0.5 µs), the rest is no longer held by us. Text
 * is never written to, so nothing can be lost.
 */
function releaseProgramText(): void {
  for (const line of readFileSync("/proc/self/maps", "latin1").split("\n")) {
    const map = /^([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ \S+\s+(\/.*)$/.exec(line);
    if (map?.[3] === process.execPath) dropPages(BigInt(`0x${map[1]}`), BigInt(`0x${map[2]}`));
  }
}
