// What an Overview means: which hosts are silent, what is not fine, worst first. Pure; every page begins here.

import type { Event } from "../core/event.ts";
import type { ItemState } from "../core/report.ts";
import type { Scale } from "../plot/scale.ts";
import { Judging } from "./judging.ts";
import type { HostView, Overview } from "./model.ts";
import type { HostStatus } from "./status.ts";

export {
  type HostStatus,
  hostWeight,
  isCaredFor,
  isTroubled,
  mattersOf,
  type Row,
} from "./status.ts";

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

/** Judges an overview as a whole. Who has one after another goes on with a Judging of its own. */
export function judge(overview: Overview): Fleet {
  return new Judging().judge(overview);
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
