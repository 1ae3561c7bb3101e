// What an Overview means: which hosts are silent, what is not fine, worst first. Pure; every page begins here.

import type { Event } from "../core/event.ts";
import type { ItemState } from "../core/report.ts";
import { compareText } from "../core/text.ts";
import { Scale } from "../plot/scale.ts";
import type { HostView, Overview } from "./model.ts";

/** So many report intervals without a report and the host counts as silent (SPEC 7). */
export const REPORT_OVERDUE_INTERVALS = 2;
/** The interval of a client that said nothing of itself: the default ival_send_report. */
const REPORT_INTERVAL_S = 300;

/** One item of one host, judged. */
export interface Row {
  host: HostStatus;
  item: string;
  state: ItemState;
  /** Its host is silent, so that this is what was last known. */
  stale: boolean;
}

export interface HostStatus {
  view: HostView;
  rows: Row[];
  /** Those that are not fine, or only at this moment because they flap; worst first, then latest change first. */
  problems: Row[];
  /** Number of items by level name; without the stale ones. */
  counts: Map<string, number>;
  staleItems: number;
  /** The worst level's name; the best level's when there are no items. */
  worst: string;
  /** No report ever, or the report is overdue. */
  silent: "never" | "overdue" | undefined;
  /** Age of the last report. */
  report_age_s: number | undefined;
}

export interface Fleet {
  overview: Overview;
  scale: Scale;
  hosts: HostStatus[];
  /** Hosts with anything wrong, worst first. */
  troubled: HostStatus[];
  counts: Map<string, number>;
  silentHosts: number;
  items: number;
  /** By canonical name and by tag. */
  find(name: string): HostStatus | undefined;
}

/** Judges an overview. */
export function judge(overview: Overview): Fleet {
  const scale = new Scale(overview.levels);
  const hosts = overview.hosts.map((view) => judgeHost(view, scale, overview.now_s));
  const byName = new Map<string, HostStatus>();
  for (const host of hosts) byName.set(host.view.host, host);
  for (const host of hosts) byName.set(host.view.tag, host);
  const counts = new Map<string, number>();
  for (const host of hosts) for (const [level, n] of host.counts) counts.set(level, (counts.get(level) ?? 0) + n);
  return {
    overview,
    scale,
    hosts: hosts.toSorted((a, b) => compareText(a.view.tag, b.view.tag)),
    troubled: hosts.filter(isTroubled).sort((a, b) => compareTrouble(a, b, scale)),
    counts,
    silentHosts: hosts.filter((host) => host.silent).length,
    items: hosts.reduce((n, host) => n + host.rows.length, 0),
    find: (name) => byName.get(name),
  };
}

export function isTroubled(host: HostStatus): boolean {
  return host.silent !== undefined || host.problems.length > 0;
}

/** How bad a host is, for sorting: a silent one is as bad as the worst level. */
export function hostWeight(host: HostStatus, scale: Scale): number {
  const worst = scale.weight(host.worst);
  return host.silent === "overdue" ? Math.max(worst, scale.levels.length - 1) : worst;
}

/** Since when nothing is wrong: the latest change of any item. Undefined when there are no items. */
export function fineSince(fleet: Fleet): number | undefined {
  let latest: number | undefined;
  for (const host of fleet.hosts) {
    for (const row of host.rows) if (!(latest !== undefined && latest >= row.state.since)) latest = row.state.since;
  }
  return latest;
}

/** The item that an event is about, when its host still has it. */
export function findItem(fleet: Fleet, event: Event): ItemState | undefined {
  return ownItem(fleet.find(event.host)?.view, event.item);
}

/** A host's item by its name; names such as `__proto__` find nothing that is not there. */
export function ownItem(view: HostView | undefined, item: string): ItemState | undefined {
  return view && Object.hasOwn(view.state, item) ? view.state[item] : undefined;
}

function judgeHost(view: HostView, scale: Scale, now_s: number): HostStatus {
  const age = view.received_s === undefined ? undefined : Math.max(0, now_s - view.received_s);
  const limit_s = REPORT_OVERDUE_INTERVALS * (view.about?.ival ?? REPORT_INTERVAL_S);
  const silent = age === undefined ? "never" : age > limit_s ? "overdue" : undefined;
  const host: HostStatus = {
    view,
    rows: [],
    problems: [],
    counts: new Map(),
    staleItems: 0,
    worst: scale.levels[0]?.name ?? "fine",
    silent,
    report_age_s: age,
  };
  for (const [item, state] of Object.entries(view.state)) {
    const stale = silent !== undefined;
    host.rows.push({ host, item, state, stale });
    if (stale) host.staleItems++;
    else host.counts.set(state.level, (host.counts.get(state.level) ?? 0) + 1);
    if (scale.weight(state.level) > scale.weight(host.worst)) host.worst = state.level;
  }
  host.rows.sort((a, b) => compareText(a.item, b.item));
  host.problems = host.rows
    .filter(({ state, stale }) => !scale.isBest(state.level) || (state.flapping && !stale))
    .sort(
      (a, b) =>
        Number(a.stale) - Number(b.stale) ||
        scale.weight(b.state.level) - scale.weight(a.state.level) ||
        b.state.since - a.state.since,
    );
  return host;
}

function compareTrouble(a: HostStatus, b: HostStatus, scale: Scale): number {
  const latest = (host: HostStatus) => host.problems[0]?.state.since ?? 0;
  return hostWeight(b, scale) - hostWeight(a, scale) || latest(b) - latest(a) || compareText(a.view.tag, b.view.tag);
}
