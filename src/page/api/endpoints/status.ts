// /status: all in one small answer, for scripts and walls of screens.

import { fineSince, hostWeight } from "../../fleet.ts";
import { defineEndpoint } from "../endpoint.ts";
import { countsOf, namesOf, stateOf } from "../rows.ts";
import { boolean, count, dictionary, list, object, seconds, text } from "../schema.ts";
import { care, host, now_s, tag } from "../shapes.ts";

export default defineEndpoint({
  path: "/status",
  summary: "All in one small answer",
  doc: "How many items have each level, the worst of them, and which hosts are silent. Small and quick: ask as often as you like.",
  query: {},
  answer: object(
    {
      now_s,
      server: text("The server's host."),
      version: text("The version of the dmon that answers."),
      ok: boolean(
        "Whether there is nothing that somebody must look at: all is fine, acknowledged or planned, and the server is heard.",
      ),
      worst: text("The worst level of all items of hosts that report."),
      worst_open: text(
        "The worst level of what nobody sees to. A silent host counts as the worst level of all, as on the pages.",
      ),
      levels: list(
        object({
          name: text("Its name, as all answers have it."),
          label: text("What people see."),
          items: count("Items that have it, of hosts that report."),
          open: count("Those to which nobody sees."),
        }),
        "All levels, best first.",
      ),
      other_levels: dictionary(
        count("Items."),
        "Items with levels that are in no list here, by name: of a client whose work is older.",
      ),
      items: count("All items."),
      stale: count("Items of silent hosts: what was last known."),
      hosts: object(
        {
          all: count("Hosts of the work-config."),
          up: count("Those that report."),
          silent: count("Those whose report is overdue, and those behind them."),
          never: count("Those that have not reported yet."),
        },
        {},
        "How many hosts there are.",
      ),
      silent_hosts: list(
        object(
          { host, tag, dead: boolean("The server has given it up.") },
          { care, received_s: seconds("When its last report came.") },
        ),
        "Hosts whose report is overdue.",
      ),
    },
    { fine_since_s: seconds("Since when all is fine; absent when it is not.") },
  ),
  make({ fleet, overview }) {
    const { scale, hosts } = fleet;
    const known = new Set(overview.levels.map(({ name }) => name));
    const states = hosts.map(stateOf);
    const numberOf = (state: string) => states.filter((each) => each === state).length;
    const worst = [...fleet.counts.keys()].reduce(
      (a, b) => (scale.weight(b) > scale.weight(a) ? b : a),
      scale.levels[0]?.name ?? "fine",
    );
    const weight = hosts.reduce((most, each) => Math.max(most, hostWeight(each, scale)), 0);
    const open = [...fleet.open.keys()].find((name) => scale.weight(name) === weight);
    return {
      now_s: overview.now_s,
      server: overview.server,
      version: overview.version,
      ok: weight === 0 && fleet.silentHosts === 0 && overview.stale_since_s === undefined,
      worst,
      worst_open: open ?? scale.levels[weight]?.name ?? worst,
      levels: overview.levels.map(({ name, label }) => ({
        name,
        label,
        items: fleet.counts.get(name) ?? 0,
        open: fleet.open.get(name) ?? 0,
      })),
      other_levels: countsOf(new Map([...fleet.counts].filter(([name]) => !known.has(name)))),
      items: fleet.items,
      stale: hosts.reduce((n, each) => n + each.staleItems, 0),
      hosts: {
        all: hosts.length,
        up: numberOf("up"),
        silent: numberOf("silent") + numberOf("behind"),
        never: numberOf("never"),
      },
      silent_hosts: hosts
        .filter(({ silent }) => silent === "overdue")
        .map((each) => ({
          ...namesOf(each),
          dead: each.dead,
          care: each.care,
          received_s: each.view.received_s,
        })),
      fine_since_s: fleet.troubled.length === 0 ? fineSince(fleet) : undefined,
    };
  },
});
