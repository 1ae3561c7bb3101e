// /groups: the groups of the work-config, and how their hosts are.

import { compareText } from "../../../core/text.ts";
import { defineEndpoint } from "../endpoint.ts";
import { countsOf } from "../rows.ts";
import { count, dictionary, list, named, object, text } from "../schema.ts";
import { now_s } from "../shapes.ts";

const group = named(
  "Group",
  "A group of hosts.",
  object({
    group: text("Its name."),
    hosts: list(text("A tag."), "Its hosts."),
    level: text("The worst level of its hosts that report; the best one when none does."),
    counts: dictionary(count("Hosts."), "Its hosts that report, by the name of their worst level."),
    silent: count("Those that do not report."),
  }),
);

export default defineEndpoint({
  path: "/groups",
  summary: "Groups of hosts, and of items",
  doc: "The groups of the work-config, by name, with the worst level of each. Their names can be given as `host` and `item` everywhere.",
  query: {},
  answer: object({
    now_s,
    groups: list(group, "The groups of hosts."),
    item_groups: list(
      object({ group: text("Its name."), items: list(text("A name."), "Its items.") }),
      "The groups of items.",
    ),
  }),
  make({ fleet, overview }) {
    const { scale } = fleet;
    const byName = <T>([a]: [string, T], [b]: [string, T]) => compareText(a, b);
    const groups = Object.entries(overview.groups.hosts).sort(byName);
    return {
      now_s: overview.now_s,
      groups: groups.map(([name, tags]) => {
        const known = tags.flatMap((tag) => fleet.find(tag) ?? []);
        const heard = known.filter(({ silent }) => silent === undefined);
        const counts = new Map<string, number>();
        for (const { worst } of heard) counts.set(worst, (counts.get(worst) ?? 0) + 1);
        const level = [...counts.keys()].reduce(
          (a, b) => (scale.weight(b) > scale.weight(a) ? b : a),
          scale.levels[0]?.name ?? "fine",
        );
        const silent = known.length - heard.length;
        return { group: name, hosts: tags, level, counts: countsOf(counts), silent };
      }),
      item_groups: Object.entries(overview.groups.items)
        .sort(byName)
        .map(([name, items]) => ({ group: name, items })),
    };
  },
});
