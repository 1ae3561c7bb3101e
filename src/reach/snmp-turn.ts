// Only so many SNMP agents answer at a time, lest their packets overrun the socket. One that is silent brings no packets: it holds its
// place for as long as an answer takes that comes, so hundreds that are off delay the others by seconds, not by all their tries.

import { SNMP_AGENTS_AT_ONCE } from "../core/limits.ts";

const HELD_MS = 500;

let free = SNMP_AGENTS_AT_ONCE;
const queue: (() => void)[] = [];

/** Runs a task when there is a place for it. */
export async function turn<T>(task: () => Promise<T>): Promise<T> {
  if (free > 0) free--;
  else await new Promise<void>((resolve) => queue.push(resolve));
  let isHeld = true;
  const release = () => {
    if (!isHeld) return;
    isHeld = false;
    const next = queue.shift();
    if (next) next();
    else free++;
  };
  const silent = setTimeout(release, HELD_MS);
  try {
    return await task();
  } finally {
    clearTimeout(silent);
    release();
  }
}
