// /alerts: all that is not fine, as the front page has it.

import type { Row } from "../../fleet.ts";
import { defineEndpoint } from "../endpoint.ts";
import { hostNames, itemNames } from "../names.ts";
import { atLeast, choice, levels } from "../query.ts";
import { hostOf, itemWithHost } from "../rows.ts";
import { list, object } from "../schema.ts";
import { hostSummary, itemOfHost, now_s } from "../shapes.ts";

export default defineEndpoint({
  path: "/alerts",
  summary: "All that is not fine, worst first",
  doc: "Items that are not fine or that flap, host by host, worst first, as the front page has them; and hosts that are silent. Items of silent hosts are `stale`.",
  query: {
    host: hostNames("Only of these hosts."),
    item: itemNames("Only these items."),
    level: levels("Only items of these levels."),
    at_least: atLeast("Only items of this level or a worse one."),
    care: choice("Only what nobody sees to (`open`), what is acknowledged, or what is planned.", [
      "open",
      "acknowledged",
      "planned",
    ]),
  },
  example: "/alerts?at_least=sick&care=open",
  answer: object({
    now_s,
    alerts: list(itemOfHost, "The items: hosts by what is worst, then worst first."),
    silent_hosts: list(
      hostSummary,
      "Hosts whose report is overdue, that are behind such a host, or that have not reported yet. Filtered by `host` and `care` alone.",
    ),
  }),
  make({ fleet, overview }, query) {
    const cared = (care: string | undefined) => query.care === undefined || (care ?? "open") === query.care;
    const troubled = fleet.troubled.filter(({ view }) => query.host(view.tag, view.host));
    const fits = ({ item, state, care }: Row) =>
      query.item(item) && query.level(state.level) && query.at_least(state.level) && cared(care);
    return {
      now_s: overview.now_s,
      alerts: troubled.flatMap(({ problems }) => problems.filter(fits)).map(itemWithHost),
      silent_hosts: troubled.filter(({ silent, care }) => silent !== undefined && cared(care)).map(hostOf),
    };
  },
});
