// /acks: who sees to what.

import { defineEndpoint } from "../endpoint.ts";
import { hostNames, itemNames } from "../names.ts";
import { ackOf } from "../rows.ts";
import { list, object } from "../schema.ts";
import { ack, now_s } from "../shapes.ts";

export default defineEndpoint({
  path: "/acks",
  summary: "Acknowledgements",
  doc: "Who sees to what, until when, and why; also where the item has become worse since, so that it is open again.",
  query: { host: hostNames("Only of these hosts."), item: itemNames("Only of these items.") },
  answer: object({ now_s, acks: list(ack, "The acknowledgements.") }),
  make({ fleet, overview }, query) {
    const acks = overview.acks
      .map((each) => ackOf(each, fleet))
      .filter((each) => query.host(each.host, each.tag) && query.item(each.item));
    return { now_s: overview.now_s, acks };
  },
});
