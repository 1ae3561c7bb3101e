// From what the server knows to what answers show of it. Pure.

import type { Event } from "../../core/event.ts";
import type { Fleet, HostStatus, Row } from "../fleet.ts";
import type { AckView, HostView, PlannedView, ToldView } from "../model.ts";
import type { Made } from "./schema.ts";
import type * as shapes from "./shapes.ts";

export function itemOf({ host, item, state, stale, care, ack }: Row): Made<typeof shapes.item> {
  return {
    item,
    value: state.value,
    unit: state.unit,
    kind: state.kind,
    level: state.level,
    since_s: state.since,
    time_s: state.time,
    stale,
    label: state.label,
    text: state.text,
    error: state.error,
    rule: state.rule,
    flapping: state.flapping || undefined,
    care,
    told: toldOf(host.view, item),
    ack: ack && { user: ack.user, at_s: ack.at_s, text: ack.text, until_s: ack.until_s },
  };
}

function toldOf({ told = {} }: HostView, item: string): readonly ToldView[] | undefined {
  return Object.hasOwn(told, item) ? told[item] : undefined;
}

export function itemWithHost(row: Row): Made<typeof shapes.itemOfHost> {
  return { ...namesOf(row.host), ...itemOf(row) };
}

export function namesOf({ view }: HostStatus): { host: string; tag: string } {
  return { host: view.host, tag: view.tag };
}

const STATES = { never: "never", overdue: "silent", behind: "behind" } as const;

export function stateOf({ silent }: HostStatus): "up" | "silent" | "behind" | "never" {
  return silent ? STATES[silent] : "up";
}

export function hostOf(host: HostStatus): Made<typeof shapes.hostSummary> {
  const { about, via, received_s } = host.view;
  return {
    ...namesOf(host),
    state: stateOf(host),
    level: host.worst,
    counts: countsOf(host.counts),
    items: host.rows.length,
    stale: host.staleItems,
    planned: host.planned.length > 0,
    care: host.care,
    via,
    received_s,
    report_age_s: host.report_age_s,
    version: about?.version,
    target: about?.target,
  };
}

/** By name; also where a level is called `__proto__`. */
export function countsOf(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries(counts);
}

export function eventOf(event: Event, fleet: Fleet): Made<typeof shapes.event> {
  const { id, time, host, item, level, prev, value, text, reason, flapping } = event;
  return {
    id,
    time_s: time,
    host,
    tag: fleet.find(host)?.view.tag,
    item,
    level,
    prev,
    value,
    text,
    reason,
    flapping,
  };
}

export function ackOf(ack: AckView, fleet: Fleet): Made<typeof shapes.ack> {
  const { host, item, level, user, at_s, until_s, text } = ack;
  const status = fleet.find(host);
  const own = status?.rows.find((row) => row.item === item)?.ack;
  // By what it says: hosts that did not change keep the one that came before.
  const inForce = own !== undefined && own.user === user && own.at_s === at_s;
  return { host, tag: status?.view.tag ?? host, item, level, user, at_s, until_s, text, in_force: inForce };
}

export function plannedOf({ id, user, where, text, until, of }: PlannedView): Made<typeof shapes.planned> {
  const on = Object.entries(of).map(([host, items]) => ({ host, items }));
  return { id, user, where, text, until_s: until, on };
}
