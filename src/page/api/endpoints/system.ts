// /system: every client of this server: versions, last reports, clocks.

import type { About } from "../../../core/report.ts";
import type { HostView } from "../../model.ts";
import { defineEndpoint } from "../endpoint.ts";
import { hostNames } from "../names.ts";
import { count, list, type Made, named, object, seconds, text } from "../schema.ts";
import { host, now_s, tag } from "../shapes.ts";

const client = named(
  "Client",
  "A daemon that reports hosts to this server.",
  object(
    {
      host,
      version: text("Its version."),
      target: text("What it was built for."),
      started_s: seconds("When it started."),
      report_ival_s: seconds("How long until the server may expect the next report."),
      reports: count("How many hosts it reports: its own and those it asks."),
    },
    {
      tag,
      received_s: seconds("When its last report came."),
      cycle_s: seconds("How long its last round took until its first values were stored."),
      queue: count("Events that wait for the server."),
      clock_ahead_s: seconds("How far its clock was ahead of the server's then (behind when negative)."),
    },
  ),
);

const figures = named(
  "Figures",
  "What the server tells of itself; counts are since it started.",
  object({
    version: text("Its version."),
    started_s: seconds("When its daemon started."),
    rss_bytes: count("Memory of the daemon, which is a client as well."),
    cpu_s: seconds("CPU time of the daemon."),
    reports: count("Reports that it got."),
    events: count("Events that it got."),
    refused: count("Peers that were not admitted, or too many."),
    hosts_known: count("Hosts that it heard of."),
    hosts: count("Hosts of the work-config."),
    pending: count("Notices that something holds up."),
    queue: count("Messages that nobody took yet."),
    database_bytes: count("The database with its log."),
  }),
);

export default defineEndpoint({
  path: "/system",
  summary: "The monitoring itself: clients, versions, clocks",
  doc: "Every client that ever reported, by name, with its version, its last report and its clock.",
  query: { host: hostNames("Only these clients.") },
  answer: object(
    {
      now_s,
      server: text("The server's host."),
      version: text("The version of the dmon that answers."),
      clients: list(client, "The clients, by tag."),
    },
    { figures },
  ),
  make({ fleet, overview }, query) {
    const clients = new Map<string, { about: About; received_s: number | undefined; reports: number }>();
    for (const { view } of fleet.hosts) if (view.about) note(clients, view, view.about);
    const shown = [...clients.values()].map(
      ({ about, received_s, reports }): Made<typeof client> => ({
        host: about.host,
        tag: fleet.find(about.host)?.view.tag,
        version: about.version,
        target: about.target,
        started_s: about.started,
        report_ival_s: about.ival,
        received_s,
        cycle_s: about.cycle_ms === undefined ? undefined : about.cycle_ms / 1000,
        queue: about.queue,
        clock_ahead_s: received_s === undefined ? undefined : about.time - received_s,
        reports,
      }),
    );
    return {
      now_s: overview.now_s,
      server: overview.server,
      version: overview.version,
      figures: overview.figures,
      clients: shown.filter((each) => query.host(each.host, each.tag ?? each.host)),
    };
  },
});

/** A client is told of with each host that it reports; the newest counts. */
function note(
  clients: Map<string, { about: About; received_s: number | undefined; reports: number }>,
  { received_s }: HostView,
  about: About,
): void {
  const known = clients.get(about.host);
  if (!known) clients.set(about.host, { about, received_s, reports: 1 });
  else if ((received_s ?? 0) > (known.received_s ?? 0))
    clients.set(about.host, { about, received_s, reports: known.reports + 1 });
  else known.reports++;
}
