// An item named by a peer: that a host reports, or of which there is an event.

import { isServerItem } from "../../core/alert/server-items.ts";
import { didYouMean } from "../../core/diagnostic.ts";
import type { ServerDesk } from "./desk.ts";

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
