// What a probe saw when it last read a host, for values that no single counter gives: the busiest of many, a mean per operation.

import type { Host } from "./host.ts";

/** The reading before. */
export interface Before<Seen, Result> {
  seen: Seen;
  result: Result;
  elapsed_ms: number;
}

/** Two readings nearer than this are one: the second one gets the result of the first, not a difference of next to nothing. */
const APART_MS_MIN = 500;

/**
 * One for each probe, by host and instance. Several readings may share an instance (the same item at two intervals), so a
 * result is either a difference to the reading before, whoever's it was, or a sum that only grows.
 */
export class Lookback<Seen, Result> {
  private readonly hosts = new WeakMap<Host, Map<string, { at_ms: number; seen: Seen; result: Result }>>();

  /** What `make` makes of what is seen now and what was seen before, which is remembered. */
  compare(
    host: Host,
    instance: string,
    seen: Seen,
    make: (seen: Seen, before: Before<Seen, Result> | undefined) => Result,
  ): Result {
    let instances = this.hosts.get(host);
    if (!instances) {
      instances = new Map();
      this.hosts.set(host, instances);
    }
    const at_ms = host.mono_ms();
    const before = instances.get(instance);
    const elapsed_ms = before ? at_ms - before.at_ms : 0;
    if (before && elapsed_ms < APART_MS_MIN) return before.result;
    const result = make(seen, before && { seen: before.seen, result: before.result, elapsed_ms });
    instances.set(instance, { at_ms, seen, result });
    return result;
  }
}
