// npm run bench [NAME…]: the numbers that were asked for beside the numbers measured here. No verdict ends it: machines are
// shared and noisy, so read medians and ratios. Each group is one file.

import { alerts } from "./alerts.ts";
import { browsers } from "./browsers.ts";
import { footprint } from "./footprint.ts";
import { history } from "./history.ts";
import { items } from "./items.ts";
import { minute } from "./minute.ts";
import { pages } from "./pages.ts";
import { plugins } from "./plugins.ts";
import { roots } from "./roots.ts";
import { snmp } from "./snmp.ts";
import { start } from "./start.ts";
import type { Row } from "./table.ts";
import { work } from "./work.ts";

const GROUPS: Record<string, () => Promise<Row[]>> = {
  start,
  minute,
  roots,
  work,
  history,
  alerts,
  pages,
  items,
  plugins,
  snmp,
  browsers,
  footprint,
};

const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !Object.hasOwn(GROUPS, name));
if (unknown) {
  console.error(`there is no bench "${unknown}"; there is ${Object.keys(GROUPS).join(", ")}`);
  process.exit(2);
}
for (const [name, group] of Object.entries(GROUPS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.log(`\n${name}`);
  for (const { what, asked, measured } of await group()) {
    console.log(`  ${what.padEnd(58)} ${asked.padStart(14)}   ${measured}`);
  }
}
