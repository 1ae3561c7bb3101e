// /hosts/:tag: one host with all that is known of it.

import { findHost } from "../../lookup.ts";
import { defineEndpoint } from "../endpoint.ts";
import { itemNames } from "../names.ts";
import { levels } from "../query.ts";
import { hostOf, itemOf, plannedOf } from "../rows.ts";
import { dictionary, list, object, seconds, text } from "../schema.ts";
import { hostFields, hostOptional, item, now_s, planned } from "../shapes.ts";

export default defineEndpoint({
  path: "/hosts/:tag",
  summary: "One host with its items and its inventory",
  doc: "All items of one host, by name, with what the host is made of and what its client says of itself.",
  params: { tag: "The host's tag or name." },
  query: { item: itemNames("Only these items."), level: levels("Only items of these levels.") },
  example: "/hosts/TAG",
  answer: object(
    {
      now_s,
      ...hostFields,
      values: list(item, "Its items, by name."),
      planned_work: list(planned, "Planned work that is on now on the whole host."),
    },
    {
      ...hostOptional,
      started_s: seconds("When the daemon that reports it started."),
      report_ival_s: seconds("How long until the server may expect the next report."),
      clock_ahead_s: seconds(
        "How far that client's clock was ahead of the server's at the last report (less when negative), with the time that the report took.",
      ),
      inventory: dictionary(text("A text."), "What the host is made of."),
    },
  ),
  make({ fleet, overview, params }, query) {
    const status = findHost(fleet, params.tag ?? "");
    const { about, received_s } = status.view;
    const rows = status.rows.filter(({ item: name, state }) => query.item(name) && query.level(state.level));
    return {
      now_s: overview.now_s,
      ...hostOf(status),
      started_s: about?.started,
      report_ival_s: about?.ival,
      clock_ahead_s: about && received_s !== undefined ? about.time - received_s : undefined,
      inventory: about?.host === status.view.host ? about.inventory : undefined,
      planned_work: status.planned.map(plannedOf),
      values: rows.map(itemOf),
    };
  },
});
