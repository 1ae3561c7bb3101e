// What this host can supply: the names of all items that have a value here and now.

import { INSTANCES_MAX } from "../core/limits.ts";
import { slug } from "../core/names.ts";
import type { Host, Probe } from "../core/probe.ts";

/** A reading that takes longer is not waited for at the start. */
const SUPPLY_MS_MAX = 500;

/** Names of items in the order of probes and values; a probe that fails here supplies nothing. */
export async function discover(probes: readonly Probe[], host: Host): Promise<string[]> {
  const names = new Set<string>();
  for (const probe of probes) {
    for (const instance of instancesOf(probe, host)) {
      for (const value of await supplied(probe, host, instance)) {
        const name = instance === undefined ? value : value.replace(/\{\w+\}/, slug(instance));
        names.add(name);
      }
    }
  }
  return [...names];
}

// Without arguments there is one instance, and it has no name.
function instancesOf(probe: Probe, host: Host): readonly (string | undefined)[] {
  if (!probe.args?.length) return [undefined];
  try {
    return probe.instances?.(host).slice(0, INSTANCES_MAX) ?? [];
  } catch {
    return [];
  }
}

/** The item patterns of the values that a probe has for an instance. */
async function supplied(probe: Probe, host: Host, instance: string | undefined): Promise<string[]> {
  try {
    const reading = probe.read(host, instance === undefined ? [] : [instance]);
    const readings = reading instanceof Promise ? await Promise.race([reading, Bun.sleep(SUPPLY_MS_MAX)]) : reading;
    // It is there, though it hangs (a dead NFS server): the minute will say so.
    if (!readings) return Object.values(probe.values).map(({ item }) => item);
    return Object.entries(probe.values)
      .filter(([value]) => (readings[value] ?? null) !== null)
      .map(([, declared]) => declared.item);
  } catch {
    return [];
  }
}
