// The mean of an item in some time.

import { ITEM, itemOf, overall, SAME_UNIT, WINDOW } from "../src/core/past.ts";
import { defineProbe } from "../src/core/probe.ts";

export default defineProbe({
  name: "avg_of",
  doc: "The mean of an item over some time: what it is, without its spikes.",
  args: [ITEM],
  options: WINDOW,
  madeOf: itemOf,
  values: {
    avg: {
      ...SAME_UNIT,
      kind: "gauge",
      doc: "The mean of all readings in the window, each counting once. Without a default fitness: that of the item is for single readings.",
    },
  },
  nodata: "While the item has had no value in the window.",
  example: "item load_hour avg_of cpu_load window=1h",
  read: async (host, given) => ({ avg: await overall(host, given, "avg") }),
});
