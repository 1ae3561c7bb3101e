// The value of `history`: tiers, finest first.

import type { Tier } from "../core/consolidation.ts";
import { formatInterval, parseInterval } from "../core/interval.ts";
import type { Parsed } from "./parsed.ts";

export function parseHistory(words: readonly string[]): Parsed<Tier[]> {
  const tiers: Tier[] = [];
  let offset = 0;
  for (const pair of words.join(" ").split(",")) {
    const begin = offset + (pair.length - pair.trimStart().length);
    const tier = parseTier(pair.trim(), tiers.at(-1));
    if ("error" in tier) return { ...tier, ...(pair.trim() ? { at: [begin, offset + pair.length] } : {}) };
    tiers.push(tier.value);
    offset += pair.length + 1;
  }
  return tiers.length <= 8 ? { value: tiers } : { error: "more than 8 tiers" };
}

/** A pair of bucket and retention behind the next finer one. */
function parseTier(pair: string, finer: Tier | undefined): Parsed<Tier> {
  const [bucket, keep, ...rest] = pair.split(/\s+/);
  const bucket_s = parseInterval(bucket ?? "");
  const keep_s = parseInterval(keep ?? "");
  if (bucket_s === undefined || keep_s === undefined || rest.length > 0) {
    return { error: `"${pair}" is no pair of intervals` };
  }
  if (!Number.isInteger(bucket_s) || bucket_s < 60) return { error: `a bucket of ${bucket} (the finest is 1m)` };
  if (finer && (bucket_s <= finer.bucket_s || bucket_s % finer.bucket_s !== 0)) {
    return { error: `${bucket} is no multiple of the bucket before it` };
  }
  if (finer && finer.keep_s < bucket_s) return { error: `what is kept before ${bucket} does not fill one such bucket` };
  if (keep_s < bucket_s) return { error: `${keep} is shorter than its bucket` };
  if (finer && keep_s < finer.keep_s) {
    const [coarse, fine] = [keep_s, finer.keep_s].map(formatInterval);
    return {
      error: `${bucket} is kept for ${coarse}, shorter than the finer ${formatInterval(finer.bucket_s)} for ${fine}`,
    };
  }
  return { value: { bucket_s, keep_s } };
}
