// The metric families of the monitored hosts. `host` is the canonical name, as it is in what dmon sends to Alertmanager.

import type { Matches } from "../api/names.ts";
import { stateOf } from "../api/rows.ts";
import type { Fleet, HostStatus, Row } from "../fleet.ts";
import type { Family, Labels } from "./exposition.ts";

export interface Scrape {
  fleet: Fleet;
  /** Which hosts and items are wanted. */
  host: Matches;
  item: Matches;
}

function* hostsOf({ fleet, host }: Scrape): Generator<HostStatus> {
  if (fleet.overview.stale_since_s !== undefined) return; // nobody knows how they are now
  for (const each of fleet.hosts) if (host(each.view.tag, each.view.host)) yield each;
}

/** What is known of now: not that of silent hosts, which Prometheus is to mark as stale. */
function* rowsOf(scrape: Scrape): Generator<Row> {
  for (const { rows } of hostsOf(scrape)) for (const row of rows) if (!row.stale && scrape.item(row.item)) yield row;
}

function labelsOf({ host, item }: Row): { host: string; item: string } {
  return { host: host.view.host, item };
}

/** A family with a sample for each host of which there is something to say. */
function ofHosts(
  family: Omit<Family<Scrape>, "samples">,
  value: (host: HostStatus) => number | undefined,
  more: (host: HostStatus) => Labels = () => ({}),
): Family<Scrape> {
  return {
    ...family,
    *samples(scrape) {
      for (const host of hostsOf(scrape)) {
        const found = value(host);
        if (found !== undefined) yield [{ host: host.view.host, ...more(host) }, found];
      }
    },
  };
}

const ITEMS: readonly Family<Scrape>[] = [
  {
    name: "dmon_item_value",
    type: "gauge",
    help: "Value of the item in its unit, as it was last read; absent where there is none, and for silent hosts. Rates are per second already.",
    labels: ["host", "item", "unit"],
    *samples(scrape) {
      for (const row of rowsOf(scrape)) {
        const { value, unit } = row.state;
        if (value !== null) yield [{ ...labelsOf(row), unit }, value];
      }
    },
  },
  {
    name: "dmon_item_level",
    type: "gauge",
    help: "Level of the item as its place in the scale: 0 is the best; dmon_level_index has their names.",
    labels: ["host", "item"],
    *samples(scrape) {
      const { scale } = scrape.fleet;
      for (const row of rowsOf(scrape)) yield [labelsOf(row), scale.weight(row.state.level)];
    },
  },
  {
    name: "dmon_item_level_since_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Since when the item has its level.",
    labels: ["host", "item"],
    *samples(scrape) {
      for (const row of rowsOf(scrape)) yield [labelsOf(row), row.state.since];
    },
  },
  {
    name: "dmon_item_attended",
    type: "gauge",
    help: "1 where somebody sees to an item that is not well: it is acknowledged, or work on it is planned now. Absent elsewhere.",
    labels: ["host", "item", "care"],
    *samples(scrape) {
      for (const row of rowsOf(scrape)) {
        const isWell = scrape.fleet.scale.isBest(row.state.level) && !row.state.flapping;
        if (row.care && !isWell) yield [{ ...labelsOf(row), care: row.care }, 1];
      }
    },
  },
];

const HOSTS: readonly Family<Scrape>[] = [
  ofHosts(
    {
      name: "dmon_host_up",
      type: "gauge",
      help: "1 where the host reports; 0 where its report is overdue, or that of the client which asks it, or where none came yet. Then it has no dmon_item series but those of the item dmon, which the server makes.",
      labels: ["host"],
    },
    (host) => Number(stateOf(host) === "up"),
  ),
  ofHosts(
    {
      name: "dmon_host_last_report_timestamp_seconds",
      type: "gauge",
      unit: "seconds",
      help: "When the server got the last report of the host.",
      labels: ["host"],
    },
    ({ view }) => view.received_s,
  ),
  ofHosts(
    {
      name: "dmon_host",
      type: "info",
      help: "The short name of the host, and the version and target of the dmon that reports it.",
      labels: ["host", "tag", "version", "target"],
    },
    () => 1,
    ({ view: { tag, about } }) => ({ tag, version: about?.version ?? "", target: about?.target ?? "" }),
  ),
];

const FLEET: readonly Family<Scrape>[] = [
  {
    name: "dmon_level_index",
    type: "gauge",
    help: "The place of each level in the scale: 0 is the best.",
    labels: ["level", "label"],
    *samples({ fleet }) {
      for (const [i, { name, label }] of fleet.scale.levels.entries()) yield [{ level: name, label }, i];
    },
  },
  {
    name: "dmon_items",
    type: "gauge",
    help: "Items of hosts that report, by level; of all hosts, whatever was asked for.",
    labels: ["level"],
    *samples({ fleet }) {
      if (fleet.overview.stale_since_s !== undefined) return;
      for (const { name } of fleet.scale.levels) yield [{ level: name }, fleet.counts.get(name) ?? 0];
    },
  },
  {
    name: "dmon_items_open",
    type: "gauge",
    help: "Those of them to which nobody sees.",
    labels: ["level"],
    *samples({ fleet }) {
      if (fleet.overview.stale_since_s !== undefined) return;
      for (const { name } of fleet.scale.levels) yield [{ level: name }, fleet.open.get(name) ?? 0];
    },
  },
];

export const hostFamilies: readonly Family<Scrape>[] = [...FLEET, ...HOSTS, ...ITEMS];
