// The greatest value of an item in some time.

import { ITEM, itemOf, overall, SAME_UNIT, WINDOW } from "../src/core/past.ts";
import { defineProbe } from "../src/core/probe.ts";

export default defineProbe({
  name: "max_of",
  doc: "The greatest value of an item in some time, so that a spike of a minute is seen for as long.",
  args: [ITEM],
  options: WINDOW,
  madeOf: itemOf,
  values: {
    max: {
      ...SAME_UNIT,
      kind: "gauge",
      doc: "The greatest reading in the window. Without a default fitness: that of the item is for single readings.",
    },
  },
  nodata: "While the item has had no value in the window.",
  example: "item load_peak max_of cpu_load window=1h",
  read: async (host, given) => ({ max: await overall(host, given, "max") }),
});
