// How fast an item changes: what its value differs from that of some time ago.

import { oneOf } from "../src/core/form.ts";
import { formatInterval } from "../src/core/interval.ts";
import { ITEM, itemOf, lookBack, noValue, unitPer, windowOption } from "../src/core/past.ts";
import { defineProbe, optionOf } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };
/** Two minutes have two readings. */
const WINDOW_S_MIN = 120;
const OPTIONS = {
  window: windowOption(WINDOW_S_MIN, "15m"),
  per: {
    form: oneOf(["s", "m", "h", "d"]),
    default: "s",
    doc: "by which time it is told: a second, minute, hour or day",
  },
} as const;

export default defineProbe({
  name: "rate_of",
  doc: "How fast an item changes: the difference of its end and its begin in some time, by the second. Of up to two hours and a half these are its last and its first minute, of more the means of a 150th of the time. For values that go up and down; counters are told by the second anyway.",
  args: [ITEM],
  options: OPTIONS,
  madeOf: itemOf,
  values: {
    rate: {
      unit: "",
      unitOf: (unit, words) => unitPer(unit, optionOf(OPTIONS, "per", words)),
      kind: "gauge",
      doc: "The change by the second, below zero where the item falls. Without a default fitness: dmon cannot know how fast is bad.",
    },
  },
  nodata: "While the item has had less than two values in the window.",
  example: "item root_growth rate_of root_usage window=6h per=h",
  read: async (host, given) => {
    const item = itemOf(given);
    const window_s = optionOf(OPTIONS, "window", given);
    const { rows } = await lookBack(host, given, item, window_s);
    return { rate: changeOf(rows, SECONDS[optionOf(OPTIONS, "per", given)], item, window_s) };
  },
});

/** From the mean of the first to that of the last of the rows, by `per_s` seconds. */
export function changeOf(
  rows: readonly { at_s: number; avg: number }[],
  per_s: number,
  item: string,
  window_s: number,
): Reading {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return noValue(item, window_s);
  const elapsed_s = last.at_s - first.at_s;
  if (elapsed_s > 0) return ((last.avg - first.avg) / elapsed_s) * per_s;
  return { value: null, text: `${item} had one value alone in the last ${formatInterval(window_s)}` };
}
