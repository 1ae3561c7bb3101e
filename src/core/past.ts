// Probes that are made of the past of another item of their host: the words that they share, and what they look back at.

import { type Bucket, merge } from "./consolidation.ts";
import { aTime, type Form, quoted, WordError } from "./form.ts";
import type { Host, PastRow } from "./host.ts";
import { formatInterval } from "./interval.ts";
import { PAST_ROWS_MAX, PAST_S_MAX, UNIT_CHARS_MAX } from "./limits.ts";
import { isName, NAME_FORM } from "./names.ts";
import { type Argument, type Given, type Option, optionOf, type ProbeValue } from "./probe.ts";
import { sizeFor } from "./range.ts";
import type { Reading } from "./reading.ts";
import type { Point } from "./trend.ts";

const ITEM_FORM: Form<string> = {
  is: "an item of the same host, or one that is found there",
  parse: (word) => {
    if (isName(word)) return word;
    const [, own] = /^[^:]+:(.+)$/.exec(word) ?? [];
    if (own !== undefined && isName(own))
      throw new WordError(`${quoted(word)} names a host`, `write an item of the same host, such as ${own}`);
    throw new WordError(`${quoted(word)} cannot be an item`, `write one: ${NAME_FORM}`);
  },
};

/** The first argument of such a probe. */
export const ITEM: Argument = { name: "item", form: ITEM_FORM, doc: "The item that it is made of." };

/** The item that the first argument names. */
export function itemOf({ args: [item = ""] }: Pick<Given, "args">): string {
  return item;
}

/** How far back it looks; a minute has one reading, so of less there is no past. */
export function windowOption<const D extends string>(least_s: number, otherwise: D) {
  return {
    form: aTime(least_s, PAST_S_MAX),
    default: otherwise,
    doc: "how far back it looks, to now",
  } satisfies Option;
}

/** A value in the unit of the item that it is made of. */
export const SAME_UNIT: Pick<ProbeValue, "unit" | "unitOf"> = { unit: "", unitOf: (unit) => unit };

/** The unit of what changes by an interval: `%` and h are %/h. One that is too long is none. */
export function unitPer(unit: string, per: string): string {
  const whole = unit.endsWith(`/${per}`) ? `${unit}²` : `${unit || "1"}/${per}`;
  return whole.length > UNIT_CHARS_MAX ? "" : whole;
}

/** How far back the probes look that tell one number of it all: a quarter of an hour, as long as most people wait and see. */
export const WINDOW = { window: windowOption(60, "15m") };

/** What there is of an item in a stretch that ends now. */
export interface Stretch {
  unit: string;
  now_s: number;
  window_s: number;
  /** With the middle of the time in which each was measured. */
  rows: readonly (PastRow & { at_s: number })[];
  bucket_s: number;
}

/** Looks back at an item of the given host. Throws ProbeError where there is nothing to be looked at. */
export async function lookBack(host: Host, { target }: Given, item: string, window_s: number): Promise<Stretch> {
  const now_s = host.now();
  const bucket_s = sizeFor(window_s, PAST_ROWS_MAX);
  const { unit, rows } = await host.past({
    host: target.host,
    item,
    from_s: now_s - window_s,
    to_s: now_s,
    bucket_s,
  });
  return {
    unit,
    now_s,
    window_s,
    bucket_s,
    rows: rows.map((row) => ({ ...row, at_s: middleOf(row, bucket_s, now_s) })),
  };
}

/** An item in a window, and in its newest parts, each in rows as fine as there are. */
export interface Looked {
  whole: Stretch;
  /** The longest first. */
  shorter: readonly Stretch[];
  /** The last reading. */
  last: number | undefined;
}

/** What is looked at beside the window: a quarter of it and a sixteenth, of a day six hours and an hour and a half. */
const PARTS = [4, 16];
/** Rows that are single readings, of what is read every minute. */
const FINEST_S = 60;

/** Looks back at the window and at its newest parts, as far as they are not shorter than `least_s`. Throws ProbeError. */
export async function lookCloser(
  host: Host,
  given: Given,
  item: string,
  window_s: number,
  least_s: number,
): Promise<Looked> {
  const whole = await lookBack(host, given, item, window_s);
  const shorter: Stretch[] = [];
  for (const part of PARTS)
    if (window_s / part >= least_s) shorter.push(await lookBack(host, given, item, window_s / part));
  const finest = shorter.at(-1) ?? whole;
  const newest = finest.rows.at(-1);
  if (!newest || finest.bucket_s <= FINEST_S) return { whole, shorter, last: newest?.avg };
  const of = { host: given.target.host, item, from_s: newest.time_s, to_s: whole.now_s, bucket_s: FINEST_S };
  const { rows } = await host.past(of);
  return { whole, shorter, last: rows.at(-1)?.avg ?? newest.avg };
}

/** The rows of a stretch as points, by seconds from now. */
export function pointsOf({ rows, now_s }: Stretch): Point[] {
  return rows.map(({ at_s, avg }) => ({ x: at_s - now_s, y: avg }));
}

/** The newest bucket is not over. */
function middleOf({ time_s }: PastRow, bucket_s: number, now_s: number): number {
  return (time_s + Math.max(time_s, Math.min(time_s + bucket_s, now_s))) / 2;
}

/** One number of all readings of an item in the window of such a probe, each counting once. */
export async function overall(host: Host, given: Given, of: "avg" | "min" | "max"): Promise<Reading> {
  const window_s = optionOf(WINDOW, "window", given);
  const { rows } = await lookBack(host, given, itemOf(given), window_s);
  const all = rows.reduce<Bucket | undefined>(merge, undefined);
  return all ? all[of] : noValue(itemOf(given), window_s);
}

/** Why there is no data of an item that had no value in a window. */
export function noValue(item: string, window_s: number): { value: null; text: string } {
  return { value: null, text: `${item} had no value in the last ${formatInterval(window_s)}` };
}
