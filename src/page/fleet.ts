// What an Overview means: which hosts are silent, what is not fine, worst first. Pure; every page begins here.

import type { Event } from "../core/event.ts";
import type { ItemState } from "../core/report.ts";
import { compareText } from "../core/text.ts";
import { Scale } from "../plot/scale.ts";
import { type Care, Cares } from "./care.ts";
import type { AckView, HostView, Overview, PlannedView } from "./model.ts";

/** So many report intervals without a report, and a host of which the server does not judge counts as silent (SPEC 7). */
export const REPORT_OVERDUE_INTERVALS = 2;
/** The interval of a client that said nothing of itself: the default ival_send_report. */
const REPORT_INTERVAL_S = 300;
/** By which the server itself tells of a host that is silent. */
const DMON_ITEM = "dmon";

/** One item of one host, judged. */
export interface Row {
  host: HostStatus;
  item: string;
  state: ItemState;
  /** Its host is silent, so that this is what was last known. */
  stale: boolean;
  ack?: AckView;
  /** Planned work on this item; that on its host is there. */
  planned: readonly PlannedView[];
  /** Somebody sees to it. */
  care?: Care;
}

export interface HostStatus {
  view: HostView;
  rows: Row[];
  /** Not fine, or fine only at this moment because they flap: first what nobody sees to, worst first, then latest change first. */
  problems: Row[];
  /** Number of items by level name; without the stale ones. */
  counts: Map<string, number>;
  staleItems: number;
  /** The worst level's name; the best level's when there are no items. */
  worst: string;
  /** No report ever; or the report is overdue; or that of the client that asks it is. */
  silent: "never" | "overdue" | "behind" | undefined;
  /** The server says that it is dead. */
  dead: boolean;
  planned: readonly PlannedView[];
  /** Somebody sees to it that is silent. */
  care?: Care;
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
  /** The same of what nobody sees to. */
  open: Map<string, number>;
  /** Silent hosts that nobody sees to, without those behind others. */
  silentHosts: number;
  items: number;
  /** By canonical name and by tag. */
  find(name: string): HostStatus | undefined;
}

/** Judges an overview. */
export function judge(overview: Overview): Fleet {
  const scale = new Scale(overview.levels);
  const cares = new Cares(overview, scale);
  const hosts = overview.hosts.map((view) => judgeHost(view, scale, overview.now_s, cares));
  const byName = new Map<string, HostStatus>();
  for (const host of hosts) byName.set(host.view.host, host);
  for (const host of hosts) byName.set(host.view.tag, host);
  const counts = new Map<string, number>();
  for (const host of hosts) for (const [level, n] of host.counts) counts.set(level, (counts.get(level) ?? 0) + n);
  const open = new Map<string, number>();
  for (const { problems } of hosts)
    for (const { state, stale, care } of problems)
      if (!stale && !care) open.set(state.level, (open.get(state.level) ?? 0) + 1);
  return {
    overview,
    scale,
    hosts: hosts.toSorted((a, b) => compareText(a.view.tag, b.view.tag)),
    troubled: hosts.filter(isTroubled).sort((a, b) => compareTrouble(a, b, scale)),
    counts,
    open,
    silentHosts: hosts.filter((host) => isMatter(host) && !host.care).length,
    items: hosts.reduce((n, host) => n + host.rows.length, 0),
    find: (name) => byName.get(name),
  };
}

export function isTroubled(host: HostStatus): boolean {
  return host.silent !== undefined || host.problems.length > 0;
}

/** How bad a host is, for sorting: by what nobody sees to. A silent one is as bad as the worst level. */
export function hostWeight(host: HostStatus, scale: Scale): number {
  if (host.care) return 0;
  const worst = Math.max(0, ...host.problems.flatMap(({ state, care }) => (care ? [] : scale.weight(state.level))));
  return host.silent === "overdue" ? Math.max(worst, scale.levels.length - 1) : worst;
}

/** Whether that it is silent is a thing of its own to look at. */
function isMatter({ silent }: HostStatus): boolean {
  return silent === "never" || silent === "overdue";
}

/** What there is to look at, each thing once: a host that is silent, else its items. */
export function mattersOf(host: HostStatus): readonly { care?: Care; row?: Row }[] {
  if (isMatter(host)) return [host.care ? { care: host.care } : {}];
  return host.problems.flatMap((row) => (row.stale ? [] : [{ row, ...(row.care ? { care: row.care } : {}) }]));
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

function silenceOf({ voice, via, host, about }: HostView, age_s: number | undefined): HostStatus["silent"] {
  if (age_s === undefined) return "never";
  if (voice !== undefined && voice !== "well") return via === undefined || via === host ? "overdue" : "behind";
  const limit_s = REPORT_OVERDUE_INTERVALS * (about?.ival ?? REPORT_INTERVAL_S);
  return voice === undefined && age_s > limit_s ? "overdue" : undefined;
}

function judgeHost(view: HostView, scale: Scale, now_s: number, cares: Cares): HostStatus {
  const age = view.received_s === undefined ? undefined : Math.max(0, now_s - view.received_s);
  const silent = silenceOf(view, age);
  const dead = silent === "overdue" && view.voice === "dead";
  const planned = cares.plannedOf(view.host);
  const host: HostStatus = {
    view,
    rows: [],
    problems: [],
    counts: new Map(),
    staleItems: 0,
    worst: scale.levels[0]?.name ?? "fine",
    silent,
    dead,
    planned,
    report_age_s: age,
  };
  for (const [item, state] of Object.entries(view.state)) {
    const stale = silent !== undefined && !(dead && item === DMON_ITEM); // that one the server itself knows
    host.rows.push({ host, item, state, stale, ...caredFor(cares, host, item, state.level) });
    if (stale) host.staleItems++;
    else host.counts.set(state.level, (host.counts.get(state.level) ?? 0) + 1);
    if (scale.weight(state.level) > scale.weight(host.worst)) host.worst = state.level;
  }
  const own = host.rows.find(({ item }) => item === DMON_ITEM)?.care;
  const care = planned.length > 0 ? "planned" : host.dead ? own : undefined;
  if (silent && care) host.care = care;
  host.rows.sort((a, b) => compareText(a.item, b.item));
  host.problems = host.rows
    .filter(({ state, stale }) => !scale.isBest(state.level) || (state.flapping && !stale))
    .sort(
      (a, b) =>
        Number(a.stale) - Number(b.stale) ||
        Number(Boolean(a.care)) - Number(Boolean(b.care)) ||
        scale.weight(b.state.level) - scale.weight(a.state.level) ||
        b.state.since - a.state.since,
    );
  return host;
}

/** Whether somebody sees to all that is wrong with a host. */
export function isCaredFor(host: HostStatus): boolean {
  return host.silent ? host.care !== undefined : host.problems.every(({ care }) => care);
}

function caredFor(cares: Cares, host: HostStatus, item: string, level: string): Pick<Row, "ack" | "planned" | "care"> {
  const ack = cares.ackOf(host.view.host, item, level);
  const planned = cares.plannedOf(host.view.host, item);
  const care = ack ? "acknowledged" : planned.length > 0 || host.planned.length > 0 ? "planned" : undefined;
  return { planned, ...(ack ? { ack } : {}), ...(care ? { care } : {}) };
}

function compareTrouble(a: HostStatus, b: HostStatus, scale: Scale): number {
  const latest = (host: HostStatus) => host.problems[0]?.state.since ?? 0;
  const isOpen = (host: HostStatus) => Number(!isCaredFor(host));
  return (
    isOpen(b) - isOpen(a) ||
    hostWeight(b, scale) - hostWeight(a, scale) ||
    latest(b) - latest(a) ||
    compareText(a.view.tag, b.view.tag)
  );
}
