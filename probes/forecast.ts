// When an item will be at a limit, by the trend of its past.

import { forecast, LIMIT } from "../src/core/forecast.ts";
import { ITEM, itemOf, lookCloser, windowOption } from "../src/core/past.ts";
import { defineProbe, optionOf } from "../src/core/probe.ts";

/** Five minutes have five readings, of which there is a trend. */
const WINDOW_S_MIN = 300;
const OPTIONS = { window: windowOption(WINDOW_S_MIN, "1d") };

export default defineProbe({
  name: "forecast",
  doc: "How long it takes another item of the same host to come to a limit, if it goes on as it went: by the median trend of its past since the last sudden drop, which no spike turns. The newest quarter and sixteenth of it (of a day 6h and 1h30m) count too, where they go there beyond doubt.",
  args: [
    ITEM,
    {
      name: "limit",
      form: LIMIT,
      limit: true,
      doc: "What it comes to, from below; from above with < before it (`<10Gi`), and where it is 0.",
    },
  ],
  options: OPTIONS,
  madeOf: itemOf,
  values: {
    left: {
      unit: "s",
      kind: "time",
      doc: "The time until it is there, 0 while it is. A hundred windows (of 1d: 100d) where that is not in sight, for a trend says nothing beyond that. Without a default fitness: an hour's trend tells less than a week's.",
    },
  },
  nodata:
    "While little is known of the item, a tenth of the window at least, and when it has had no value for some time.",
  example: "item root_full forecast root_usage 100% window=6h",
  every_s: 300,
  read: async (host, given) => {
    const item = itemOf(given);
    const window_s = optionOf(OPTIONS, "window", given);
    const limit = LIMIT.parse(given.args[1] ?? "");
    return { left: forecast(await lookCloser(host, given, item, window_s, WINDOW_S_MIN), limit, item) };
  },
});
