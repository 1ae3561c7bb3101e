// Of which hosts acknowledgements or planned work are others now. Pure.

import type { Overview, PlannedView } from "./model.ts";

type Seen = Pick<Overview, "acks" | "planned">;

/** Hosts that have one that they had not before, or had one that they have no more. */
export function changedCares(before: Seen, now: Seen): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const host of differing(before.acks, now.acks, (ack) => [ack.host])) changed.add(host);
  for (const host of differing(before.planned, now.planned, hostsOf)) changed.add(host);
  return changed;
}

function hostsOf({ of }: PlannedView): string[] {
  return Object.keys(of);
}

function differing<T>(before: readonly T[], now: readonly T[], hosts: (each: T) => string[]): string[] {
  if (before === now) return [];
  const had = new Map(before.map((each) => [JSON.stringify(each), each]));
  const others = now.filter((each) => !had.delete(JSON.stringify(each)));
  return [...had.values(), ...others].flatMap(hosts);
}
