// The least value of an item in some time.

import { ITEM, itemOf, overall, SAME_UNIT, WINDOW } from "../src/core/past.ts";
import { defineProbe } from "../src/core/probe.ts";

export default defineProbe({
  name: "min_of",
  doc: "The least value of an item in some time.",
  args: [ITEM],
  options: WINDOW,
  madeOf: itemOf,
  values: {
    min: {
      ...SAME_UNIT,
      kind: "gauge",
      doc: "The least reading in the window. Without a default fitness: that of the item is for single readings.",
    },
  },
  nodata: "While the item has had no value in the window.",
  example: "item mem_low min_of mem_avail window=1h",
  read: async (host, given) => ({ min: await overall(host, given, "min") }),
});
