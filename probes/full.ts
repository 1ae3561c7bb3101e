// When a file system will be full, by the trend of its usage.

import { forecast } from "../src/core/forecast.ts";
import { slug } from "../src/core/names.ts";
import { lookCloser, windowOption } from "../src/core/past.ts";
import { defineProbe, type Given, optionOf } from "../src/core/probe.ts";
import disk from "./disk.ts";

/** As that of forecast. */
const WINDOW_S_MIN = 300;
const OPTIONS = { window: windowOption(WINDOW_S_MIN, "1d") };

export default defineProbe({
  name: "full",
  doc: "How long it takes a file system to be full, if it goes on as it went: the forecast of its item of usage, as the probe forecast tells it, which the host must have too.",
  args: disk.args ?? [],
  options: OPTIONS,
  madeOf: usageOf,
  example: "get * root_usage root_full_in",
  values: {
    left: {
      item: "{mount}_full_in",
      unit: "s",
      kind: "time",
      fit: "soso <12h for 30m until >18h  sick <3h for 20m until >6h",
      doc: "The time until it is full, by the trend of a day or of what came last: 0 while it is full, a hundred windows (100d) where that is not in sight. Disks are emptied and filled every day, so it is graded late; more than that is a matter of your own fit.",
    },
  },
  nodata: "While the usage of less than three hours is known, and when it has had no value for some time.",
  usual: disk.usual ?? [],
  instances: (host) => disk.instances?.(host) ?? [],
  every_s: 300,
  read: async (host, given) => {
    const item = usageOf(given);
    const window_s = optionOf(OPTIONS, "window", given);
    const looked = await lookCloser(host, given, item, window_s, WINDOW_S_MIN);
    return { left: forecast(looked, { value: 100, bad: "above" }, item) };
  },
});

/** The item that is the usage of a file system, as it exists without being defined. */
function usageOf({ args: [mount = ""] }: Pick<Given, "args">): string {
  return `${slug(mount)}_usage`;
}
