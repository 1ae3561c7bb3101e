// Pasts of items, for the probes that are made of one.

import type { Host, Past, PastQuery } from "../../src/core/host.ts";
import type { Given, Options } from "../../src/core/probe.ts";
import { fakeHost, given } from "./fake-host.ts";

/** What fakeHost has for the present. */
export const NOW = 1_700_000_000;

/** A host of whose items this is known, at minutes before now: the mean of two readings, one apart to either side. */
export function hostWithPast(
  valueAt: (minutes: number) => number | undefined,
  unit = "%",
): Host & { asked: PastQuery[] } {
  const asked: PastQuery[] = [];
  const past = (query: PastQuery): Past => {
    asked.push(query);
    const { from_s, to_s, bucket_s } = query;
    const rows = [];
    for (let time_s = Math.floor(from_s / bucket_s) * bucket_s; time_s < to_s; time_s += bucket_s) {
      const avg = valueAt((time_s + Math.min(time_s + bucket_s, NOW) - 2 * NOW) / 120);
      if (avg !== undefined) rows.push({ time_s, avg, min: avg - 1, max: avg + 1, count: 2 });
    }
    return { unit, rows };
  };
  return { ...fakeHost({}, { past }), asked };
}

export function givenWith(options: Readonly<Record<keyof Options, string>>, ...args: string[]): Given {
  return { ...given(...args), options };
}
