// /downtimes: planned work of now.

import { defineEndpoint } from "../endpoint.ts";
import { hostNames } from "../names.ts";
import { plannedOf } from "../rows.ts";
import { list, object } from "../schema.ts";
import { now_s, planned } from "../shapes.ts";

export default defineEndpoint({
  path: "/downtimes",
  summary: "Planned work that is on now",
  doc: "Planned work (downtimes) that is on now, by people and by lines of work.conf, with the hosts and items that it is on.",
  query: { host: hostNames("Only work on one of these hosts.") },
  answer: object({ now_s, downtimes: list(planned, "The planned work.") }),
  make({ fleet, overview }, query) {
    const isOn = (of: object) => Object.keys(of).some((host) => query.host(host, fleet.find(host)?.view.tag ?? host));
    return {
      now_s: overview.now_s,
      downtimes: overview.planned.filter(({ of }) => query.host.isAll || isOn(of)).map(plannedOf),
    };
  },
});
