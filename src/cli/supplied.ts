// What this host can supply, as the work of one client and as lines for a work-config.

import type { Supplied } from "../client/discover.ts";
import { findItem } from "../work/catalogue.ts";
import { workOfProbe } from "../work/probe-work.ts";
import type { ClientWork } from "../work/works.ts";

export type Items = ClientWork["hosts"][string]["items"];

/** The items that exist without being defined. */
export function itemsOf(all: readonly Supplied[], fail: (message: string) => never): Items {
  const items: Items = {};
  for (const { probe, items: names } of all) {
    for (const name of names) {
      const own = workOfProbe(probe, findItem(name)?.args ?? [], fail)[name];
      if (own) items[name] = own;
    }
  }
  return items;
}

const PLUGINS_WHY = [
  "# Each of these starts programs at every reading, and was not run now. Much of it dmon reads itself, without any: take",
  "# away the # of what no other probe here has; dmon probe shows its values.",
];

/** What can be pasted into a work-config, with what `now` tells of each item. */
export function linesOf(all: readonly Supplied[], now: (item: string) => string | undefined): string {
  return all
    .map(({ probe, items, suggested }) => {
      const values = items.flatMap((item) => {
        const value = now(item);
        return value === undefined ? [] : [`#   ${item}: ${value}`];
      });
      const gets = items.length > 0 ? [`get * ${items.join(" ")}`] : [];
      const isPlugin = probe.lane === "plugin";
      const own = suggested
        .flatMap((line) => [`item ${line}`, `get * ${line.split(" ", 1)[0]}`])
        .map((line) => (isPlugin ? `# ${line}` : line));
      const why = isPlugin && own.length > 0 ? PLUGINS_WHY : [];
      return [`# ${probe.name}: ${probe.doc}`, ...values, ...gets, ...why, ...own, "", ""].join("\n");
    })
    .join("");
}
