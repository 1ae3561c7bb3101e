// What somebody may mean who asks `dmon probe` for a probe that there is not: most often an item.

import { allProbes } from "../../probes/index.ts";
import { didYouMean } from "../core/diagnostic.ts";
import type { Host } from "../core/host.ts";
import type { Probe } from "../core/probe.ts";
import { ProbeError } from "../core/reading.ts";
import { findItem, knownItems } from "../work/catalogue.ts";

/** Of many instances so many are named. */
const NAMED_MAX = 8;

export function adviceFor(name: string, host: Host): string {
  const item = findItem(name);
  const [instance] = item?.args ?? [];
  const known = item && instance !== undefined ? instancesOf(item.probe, host) : [];
  if (item && (instance === undefined || known.includes(instance)))
    return `it is an item; try: dmon probe ${[item.probe.name, ...item.args].join(" ")}`;
  // A pattern fits many names: memory_avail is meant to be of memory, not of a mount of that name.
  const probes = allProbes().map((probe) => probe.name);
  const own = probes.find((probe) => name.startsWith(probe) && /^[._-]/.test(name.slice(probe.length)));
  if (own !== undefined) return `try: dmon probe ${own}`;
  const meant = didYouMean(name, [...probes, ...knownItems(name).filter((each) => isHere(each, host))]);
  if (meant !== undefined) return meant;
  if (item && known.length > 0)
    return `an item of ${item.probe.name} has such a name, but ${instance} is not here; there are ${listed(known)}`;
  return `there are ${probes.join(", ")}`;
}

/** Whether an item of a pattern is one of this host: any name fits a pattern. */
function isHere(name: string, host: Host): boolean {
  const item = findItem(name);
  return item === undefined || item.args.every((instance) => instancesOf(item.probe, host).includes(instance));
}

function instancesOf(probe: Probe, host: Host): readonly string[] {
  try {
    return probe.instances?.(host) ?? [];
  } catch (error) {
    if (error instanceof ProbeError) return [];
    throw error;
  }
}

function listed(names: readonly string[]): string {
  return names.slice(0, NAMED_MAX).join(", ") + (names.length > NAMED_MAX ? ", …" : "");
}
