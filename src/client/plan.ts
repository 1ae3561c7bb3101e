// What a client has to do, from its work: one reading for all items that share a probe and its arguments.

import { findProbe } from "../../probes/index.ts";
import { PROBE_TIMEOUT_S } from "../core/limits.ts";
import type { Given, Probe } from "../core/probe.ts";
import type { ClientWork, ItemWork } from "../work/works.ts";

export interface PlannedItem {
  host: string;
  name: string;
  work: ItemWork;
}

/** One reading: a probe with its arguments on behalf of one host, and the items that take a value of it. */
export interface Reader {
  /** The same for the same reading in another work. */
  key: string;
  host: string;
  /** Absent when this version has no such probe. */
  probe: Probe | undefined;
  probeName: string;
  given: Given;
  timeout_ms: number;
  /** 0: every round. */
  every_ms: number;
  items: PlannedItem[];
}

/** Groups the items of a work into readings. */
export function planReaders(work: ClientWork): Reader[] {
  const readers = new Map<string, Reader>();
  for (const [host, { items, addr, snmp }] of Object.entries(work.hosts)) {
    const target = { host, ...(addr ? { addr } : {}), ...(snmp ? { snmp } : {}) };
    for (const [name, item] of Object.entries(items)) {
      const key = JSON.stringify([target, item.probe, item.args, item.options, item.every_s, item.timeout_s]);
      let reader = readers.get(key);
      if (!reader) {
        const probe = findProbe(item.probe);
        const timeout_s = item.timeout_s ?? probe?.timeout_s ?? PROBE_TIMEOUT_S;
        reader = {
          key,
          host,
          probe,
          probeName: item.probe,
          given: { args: item.args, options: item.options ?? {}, target, timeout_s },
          timeout_ms: timeout_s * 1000,
          every_ms: (item.every_s ?? probe?.every_s ?? 0) * 1000,
          items: [],
        };
        readers.set(key, reader);
      }
      reader.items.push({ host, name, work: item });
    }
  }
  return [...readers.values()];
}

/** The items to which belongs what a probe finds: those of its first value. */
export function findersOf({ probe, items }: Reader): PlannedItem[] {
  if (!probe || !("finds" in probe)) return [];
  const [first] = Object.keys(probe.values);
  return items.filter(({ work }) => work.value === first);
}
