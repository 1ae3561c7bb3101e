// An item named by a peer: that a host reports, or of which there is an event.

import { isServerItem } from "../../core/alert/server-items.ts";
import { didYouMean } from "../../core/diagnostic.ts";
import { Refusal } from "../../wire/command.ts";
import type { ServerDesk, Which } from "./desk.ts";

/** By it is told that a host is silent, whether the host reports it or not. */
export const SILENCE_ITEM = "dmon";

/** Throws Refusal where one item is named and none of the hosts has it; a pattern may be for what is to come. */
export function mustHaveItem(desk: ServerDesk, { hosts, items }: Which): void {
  if (/[*?,!]/.test(items) || items === SILENCE_ITEM || desk.people.isItemGroup(items)) return;
  const host = desk.canonical(hosts);
  if (host === undefined && !/[*?,!]/.test(hosts)) return; // a group, or no host, which is said elsewhere
  // Of a host that never reported nobody knows what it has.
  if (!desk.hosts().some(([name, , known]) => known && name === (host ?? name))) return;
  const unknown = unknownItem(desk, host, items);
  if (unknown !== undefined) throw new Refusal(`${unknown}; for one that is to come write a pattern: ${items}*`);
}

/** Why there is no such item, of a host or any, with the nearest; undefined for one that there is: one that left the work may still have events. */
export function unknownItem(desk: ServerDesk, host: string | undefined, item: string): string | undefined {
  if (isServerItem(item) && (host ?? desk.hostname) === desk.hostname) return undefined; // also before it ever told anything
  const states = desk.hosts().flatMap(([name, , known]) => (known && name === (host ?? name) ? [known.state] : []));
  if (states.some((state) => Object.hasOwn(state, item))) return undefined;
  for (const _ of desk.events({ ...(host ? { host } : {}), item, count: 1 })) return undefined;
  const items = new Set(states.flatMap((state) => Object.keys(state)));
  const shown = JSON.stringify(item.slice(0, 80));
  return [
    `${host ?? "no host"} has${host ? " no" : " an"} item ${shown}, nor is there an event of it`,
    didYouMean(item, items),
  ]
    .filter(Boolean)
    .join("; ");
}
