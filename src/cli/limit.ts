// How much of what happened is shown: the last so many, or all since a time.

import { type CliContext, UsageError } from "./command.ts";
import { pastMoment } from "./times.ts";

const COUNT = 20;
const COUNT_MAX = 1_000_000;

export interface Limit {
  /** So many at most. */
  count: number;
  /** The last word of ALERTS and CLIENTS; where not all of the answer is meant, `looked` rows are looked through. */
  ask(isAll: boolean, looked: number): string;
}

/** Of --since and --count. Throws UsageError. */
export function limitOf({ since, count }: CliContext["options"], now_s: number): Limit {
  if (count !== undefined && !(typeof count === "string" && /^\d{1,7}$/.test(count) && Number(count) >= 1))
    throw new UsageError(`--count "${count}" is no number; write --count 100`);
  const counted = count === undefined ? undefined : Math.min(Number(count), COUNT_MAX);
  if (typeof since === "string") {
    const span_s = Math.ceil(now_s - pastMoment("--since", since, now_s));
    return { count: counted ?? Number.POSITIVE_INFINITY, ask: () => `${Math.max(1, span_s)}s` };
  }
  const shown = counted ?? COUNT;
  return { count: shown, ask: (isAll, looked) => String(isAll ? shown : Math.max(shown, looked)) };
}
