// How long a conversation with another host may take, as one moment for all its parts.

import type { Given } from "../core/probe.ts";

/** The probe's own error, which says at what it waited, comes so long before the reading is given up without one. */
const AHEAD_MS = 200;

export interface Deadline {
  /** On performance.now(). */
  end_ms: number;
  /** What was allowed, for people. */
  within: string;
}

/** The end of a reading that begins now: its own `timeout=`, or what the probe declares. */
export function deadlineOf({ timeout_s: allowed_s }: Given): Deadline {
  return { ...deadlineIn(Math.max(allowed_s * 1000 - AHEAD_MS, AHEAD_MS)), within: `${allowed_s} s` };
}

export function deadlineIn(ms: number): Deadline {
  return { end_ms: performance.now() + ms, within: `${Math.round(ms / 100) / 10} s` };
}

/** Milliseconds left; 0 when it is over. */
export function left(deadline: Deadline): number {
  return Math.max(0, deadline.end_ms - performance.now());
}

/** Waits for a promise until the deadline; undefined when that came first. */
export async function before<T>(deadline: Deadline, promise: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, left(deadline), undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
