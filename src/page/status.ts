// What becomes of one host: whether it is silent, what of it is not fine, and who sees to that. Pure.

import type { ItemState } from "../core/report.ts";
import { compareText } from "../core/text.ts";
import type { Scale } from "../plot/scale.ts";
import type { Care, Cares } from "./care.ts";
import type { AckView, HostView, PlannedView, ToldView } from "./model.ts";

/** So many report intervals without a report, and a host of which the server does not judge counts as silent (SPEC 7). */
export const REPORT_OVERDUE_INTERVALS = 2;
/** The interval of a client that said nothing of itself: the default ival_send_report. */
const REPORT_INTERVAL_S = 300;
/** By which the server itself tells of a host that is silent. */
const DMON_ITEM = "dmon";
/** Only what is later than its limit is overdue. */
const AN_INSTANT_S = 1e-3;
const NOBODY: readonly ToldView[] = [];

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
  /** Who was told that it is not well. */
  told: readonly ToldView[];
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
  /** Age of the last report, now. */
  readonly report_age_s: number | undefined;
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
export function isMatter({ silent }: HostStatus): boolean {
  return silent === "never" || silent === "overdue";
}

/** What there is to look at, each thing once: a host that is silent, else its items. */
export function mattersOf(host: HostStatus): readonly { care?: Care; row?: Row }[] {
  if (isMatter(host)) return [host.care ? { care: host.care } : {}];
  return host.problems.flatMap((row) => (row.stale ? [] : [{ row, ...(row.care ? { care: row.care } : {}) }]));
}

function silenceOf({ voice, via, host, about }: HostView, age_s: number | undefined): HostStatus["silent"] {
  if (age_s === undefined) return "never";
  if (voice !== undefined && voice !== "well") return via === undefined || via === host ? "overdue" : "behind";
  return voice === undefined && age_s > limitOf(about) ? "overdue" : undefined;
}

/** Time as it goes by: what it makes of a host is seen by who looks, but for what is judged anew (dueOf). */
export interface PageClock {
  readonly now_s: number;
  /** The same for judging: it stands while the server is not heard. */
  readonly judged_s: number;
}

export function judgeHost(view: HostView, scale: Scale, clock: PageClock, cares: Cares): HostStatus {
  const { received_s } = view;
  const ageAt = (time_s: number) => (received_s === undefined ? undefined : Math.max(0, time_s - received_s));
  const age = ageAt(clock.judged_s);
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
    get report_age_s() {
      return ageAt(clock.now_s);
    },
  };
  for (const [item, state] of Object.entries(view.state)) {
    const stale = silent !== undefined && !(dead && item === DMON_ITEM); // that one the server itself knows
    const told = (view.told && Object.hasOwn(view.told, item) && view.told[item]) || NOBODY;
    host.rows.push({ host, item, state, stale, told, ...caredFor(cares, host, item, state.level) });
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

function caredFor(cares: Cares, host: HostStatus, item: string, level: string): Pick<Row, "ack" | "planned" | "care"> {
  const ack = cares.ackOf(host.view.host, item, level);
  const planned = cares.plannedOf(host.view.host, item);
  const care = ack ? "acknowledged" : planned.length > 0 || host.planned.length > 0 ? "planned" : undefined;
  return { planned, ...(ack ? { ack } : {}), ...(care ? { care } : {}) };
}

/** When a host is to be judged again though nothing is heard: it is overdue then, or an acknowledgement ends. Infinite for never. */
export function dueOf({ voice, received_s, about }: HostView, { silent, rows }: HostStatus, now_s: number): number {
  const isOverdue = voice !== undefined || received_s === undefined || silent !== undefined;
  let due_s = isOverdue ? Infinity : Math.max(received_s + limitOf(about), now_s) + AN_INSTANT_S;
  for (const { ack } of rows) due_s = Math.min(due_s, ack?.until_s ?? Infinity);
  return due_s;
}

function limitOf(about: HostView["about"]): number {
  return REPORT_OVERDUE_INTERVALS * (about?.ival ?? REPORT_INTERVAL_S);
}

/** Whether somebody sees to all that is wrong with a host. */
export function isCaredFor(host: HostStatus): boolean {
  return host.silent ? host.care !== undefined : host.problems.every(({ care }) => care);
}
