// /metrics: the hosts' values of now, and dmon itself, for Prometheus.

import { SECURITY_HEADERS } from "../answer.ts";
import { itemNames, pastHostNames } from "../api/names.ts";
import { readQuery } from "../api/query.ts";
import { exposition, formatFor } from "../metrics/exposition.ts";
import { families } from "../metrics/index.ts";
import { inPieces } from "../pieces.ts";
import type { Route } from "../route.ts";

/** A scrape goes on when a host that it names is taken out of the work. */
export const METRICS_QUERY = {
  host: pastHostNames("Only these hosts."),
  item: itemNames("Only these items."),
};

const HEADERS = { ...SECURITY_HEADERS, "Cache-Control": "no-store" };

const route: Route = {
  path: "/metrics",
  for: "programs",
  answer(visit) {
    const { fleet, overview, request } = visit;
    const format = formatFor(request.headers.get("Accept") ?? "");
    const scrape = { fleet, version: overview.version, ...readQuery(METRICS_QUERY, visit) };
    return inPieces(exposition(families, scrape, format), { ...HEADERS, "Content-Type": format.type });
  },
  refuse({ status, message }) {
    return new Response(`${message}\n`, {
      status,
      headers: { ...HEADERS, "Content-Type": "text/plain; charset=utf-8" },
    });
  },
};
export default route;
