// /items/:item: one item on all hosts.

import { noItem } from "../../lookup.ts";
import { defineEndpoint } from "../endpoint.ts";
import { hostNames } from "../names.ts";
import { atLeast, levels } from "../query.ts";
import { itemWithHost } from "../rows.ts";
import { list, object } from "../schema.ts";
import { itemOfHost, now_s } from "../shapes.ts";

export default defineEndpoint({
  path: "/items/:item",
  summary: "One item on all hosts",
  doc: "The item as it is now on each host that has it, by tag.",
  params: { item: "The item's name." },
  query: {
    host: hostNames("Only of these hosts."),
    level: levels("Only where it has one of these levels."),
    at_least: atLeast("Only where it has this level or a worse one."),
  },
  example: "/items/cpu_load",
  answer: object({ now_s, values: list(itemOfHost, "The item, host by host.") }),
  make({ fleet, overview, params }, query) {
    const item = params.item ?? "";
    const all = fleet.hosts.flatMap(({ rows }) => rows.filter((row) => row.item === item));
    if (all.length === 0) throw noItem(item, fleet);
    const rows = all.filter(
      ({ host: { view }, state }) =>
        query.host(view.tag, view.host) && query.level(state.level) && query.at_least(state.level),
    );
    return { now_s: overview.now_s, values: rows.map(itemWithHost) };
  },
});
