// The metric families of the server and of its clients, as they tell of themselves.

import type { Figures } from "../../core/figures.ts";
import type { About } from "../../core/report.ts";
import type { Family } from "./exposition.ts";
import type { Scrape } from "./hosts.ts";

/** Of a server that tells it, while it is heard. */
function ofServer(family: Omit<Family<Scrape>, "samples">, value: (figures: Figures) => number): Family<Scrape> {
  return {
    ...family,
    *samples({ fleet: { overview } }) {
      if (overview.figures && overview.stale_since_s === undefined) yield [{}, value(overview.figures)];
    },
  };
}

/** Of each client that reports now. */
function ofClients(
  family: Omit<Family<Scrape>, "samples">,
  value: (about: About) => number | undefined,
): Family<Scrape> {
  return {
    ...family,
    *samples({ fleet, host }) {
      if (fleet.overview.stale_since_s !== undefined) return;
      for (const { view, silent } of fleet.hosts) {
        const { about } = view;
        if (!about || about.host !== view.host || silent || !host(view.tag, view.host)) continue;
        const found = value(about);
        if (found !== undefined) yield [{ host: view.host }, found];
      }
    },
  };
}

export const serverFamilies: readonly Family<Scrape>[] = [
  {
    name: "dmon_server_up",
    type: "gauge",
    help: "1 while the server is heard; 0 when it is not, and then nothing is said of hosts and items.",
    *samples({ fleet: { overview } }) {
      yield [{}, Number(overview.stale_since_s === undefined)];
    },
  },
  ofServer(
    {
      name: "dmon_server_start_time_seconds",
      type: "gauge",
      unit: "seconds",
      help: "When the server's daemon started.",
    },
    ({ started_s }) => started_s,
  ),
  ofServer(
    { name: "dmon_server_cpu_seconds", type: "counter", unit: "seconds", help: "CPU time of the server's daemon." },
    ({ cpu_s }) => cpu_s,
  ),
  ofServer(
    { name: "dmon_server_resident_memory_bytes", type: "gauge", unit: "bytes", help: "Memory of the server's daemon." },
    ({ rss_bytes }) => rss_bytes,
  ),
  ofServer(
    { name: "dmon_server_database_bytes", type: "gauge", unit: "bytes", help: "The server's database with its log." },
    ({ database_bytes }) => database_bytes,
  ),
  ofServer(
    { name: "dmon_server_reports", type: "counter", help: "Reports that the server got." },
    ({ reports }) => reports,
  ),
  ofServer({ name: "dmon_server_events", type: "counter", help: "Events that it got." }, ({ events }) => events),
  ofServer(
    { name: "dmon_server_refused_peers", type: "counter", help: "Peers that were not admitted, or too many." },
    ({ refused }) => refused,
  ),
  ofServer(
    { name: "dmon_server_pending_notices", type: "gauge", help: "Notices that something holds up." },
    ({ pending }) => pending,
  ),
  ofServer(
    { name: "dmon_server_queued_messages", type: "gauge", help: "Messages that nobody took yet." },
    ({ queue }) => queue,
  ),
  ofClients(
    {
      name: "dmon_client_cycle_seconds",
      type: "gauge",
      unit: "seconds",
      help: "How long the last round of a client took until its first values were stored.",
      labels: ["host"],
    },
    ({ cycle_ms }) => (cycle_ms === undefined ? undefined : cycle_ms / 1000),
  ),
  ofClients(
    {
      name: "dmon_client_queued_events",
      type: "gauge",
      help: "Events of a client that wait for the server.",
      labels: ["host"],
    },
    ({ queue }) => queue,
  ),
];
