// /items: which items there are, on how many hosts, and how they are.

import { compareText } from "../../../core/text.ts";
import type { Row } from "../../fleet.ts";
import { defineEndpoint } from "../endpoint.ts";
import { hostNames, itemNames } from "../names.ts";
import { countsOf } from "../rows.ts";
import { count, list, named, object, text } from "../schema.ts";
import { counts, now_s } from "../shapes.ts";

const itemSummary = named(
  "ItemSummary",
  "An item over all hosts that have it.",
  object({
    item: text("Its name."),
    unit: text("Its unit on the first of these hosts."),
    hosts: count("How many hosts have it."),
    level: text("The worst level of those that report; the best one when none does."),
    counts,
  }),
);

export default defineEndpoint({
  path: "/items",
  summary: "Which items there are",
  doc: "Each item once, by name, with how many hosts have it and how it is there.",
  query: { item: itemNames("Only these items."), host: hostNames("Only of these hosts.") },
  example: "/items?item=disk*",
  answer: object({ now_s, items: list(itemSummary, "The items, by name.") }),
  make({ fleet, overview }, query) {
    const { scale } = fleet;
    const found = new Map<string, { unit: string; hosts: number; level: string; counts: Map<string, number> }>();
    const add = ({ item, state, stale }: Row) => {
      const best = scale.levels[0]?.name ?? state.level;
      const known = found.get(item) ?? { unit: state.unit, hosts: 0, level: best, counts: new Map<string, number>() };
      found.set(item, known);
      known.hosts++;
      if (stale) return;
      known.counts.set(state.level, (known.counts.get(state.level) ?? 0) + 1);
      if (scale.weight(state.level) > scale.weight(known.level)) known.level = state.level;
    };
    for (const { view, rows } of fleet.hosts) {
      if (query.host(view.tag, view.host)) for (const row of rows) if (query.item(row.item)) add(row);
    }
    const items = [...found].sort(([a], [b]) => compareText(a, b));
    return {
      now_s: overview.now_s,
      items: items.map(([item, of]) => ({ item, ...of, counts: countsOf(of.counts) })),
    };
  },
});
