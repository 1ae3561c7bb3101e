// What this host can supply: the names of all items that have a value here and now, and items that could be defined.

import type { Host } from "../core/host.ts";
import { INSTANCES_MAX } from "../core/limits.ts";
import { slug } from "../core/names.ts";
import type { Probe } from "../core/probe.ts";
import { isFailed, ProbeError } from "../core/reading.ts";
import { read } from "./run.ts";

/** A reading that takes longer is not waited for at the start. */
const SUPPLY_MS_MAX = 500;

/** What one probe can supply here. */
export interface Supplied {
  probe: Probe;
  /** Names of items that exist without being defined. */
  items: string[];
  /** `item` statements without their first word: `cert_www certificate /etc/ssl/www.pem`. */
  suggested: string[];
}

/** In the order of probes and values; a probe that fails here supplies nothing and is left out. */
export async function discover(probes: readonly Probe[], host: Host): Promise<Supplied[]> {
  const all: Supplied[] = [];
  for (const probe of probes) {
    const names = new Set<string>();
    for (const instance of instancesOf(probe, host)) {
      for (const value of await supplied(probe, host, instance)) {
        names.add(instance === undefined ? value : value.replace(/\{\w+\}/, slug(instance)));
      }
    }
    const suggested = await suggestedBy(probe, host);
    if (names.size + suggested.length > 0) all.push({ probe, items: [...names], suggested });
  }
  return all;
}

// Without patterns there is one instance, and it has no name. What asks others is not tried: nobody asked for it.
function instancesOf(probe: Probe, host: Host): readonly (string | undefined)[] {
  if (probe.remote) return [];
  if (!probe.args?.some(({ optional }) => !optional)) return [undefined];
  try {
    return probe.instances?.(host).slice(0, INSTANCES_MAX) ?? [];
  } catch {
    return [];
  }
}

/** The item patterns of the values that a probe has for an instance. */
async function supplied(probe: Probe, host: Host, instance: string | undefined): Promise<string[]> {
  const named = Object.entries(probe.values).flatMap(([value, { item }]) => (item ? [{ value, item }] : []));
  if (named.length === 0) return [];
  const all = named.map(({ item }) => item);
  let wouldRun = false;
  // No program is run for a look at what there is: that it is installed, and the probe would run it, is enough.
  const onlyLook: Host = {
    ...host,
    run: async ({ argv: [name = ""], dirs }) => {
      (await import("./program-file.ts")).findProgram(name, dirs);
      wouldRun = true;
      throw new ProbeError(`${name} is not run now`);
    },
  };
  try {
    const args = instance === undefined ? [] : [instance];
    const supply = read(probe, onlyLook, {
      args,
      options: {},
      target: { host: "localhost" },
      timeout_s: SUPPLY_MS_MAX / 1000,
    });
    const done = supply instanceof Promise ? await Promise.race([supply, Bun.sleep(SUPPLY_MS_MAX)]) : supply;
    // It is there, though it hangs (a dead NFS server): the minute will say so.
    if (!done) return all;
    const has = (value: string) => {
      const reading = done.readings[value] ?? null;
      return reading !== null && !isFailed(reading);
    };
    const willHave = (value: string) => probe.values[value]?.delta && done.readings[value] === null;
    return named.filter(({ value }) => has(value) || willHave(value)).map(({ item }) => item);
  } catch {
    return wouldRun ? all : [];
  }
}

async function suggestedBy(probe: Probe, host: Host): Promise<string[]> {
  try {
    const lines = await Promise.race([probe.suggest?.(host) ?? [], Bun.sleep(SUPPLY_MS_MAX)]);
    return lines?.slice(0, INSTANCES_MAX) ?? [];
  } catch {
    return [];
  }
}
