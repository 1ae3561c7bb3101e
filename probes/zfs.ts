// ZFS pools, from /proc/spl/kstat/zfs (OpenZFS on Linux): states and the ARC. Their space is the probe disk's.

import { INSTANCES_MAX } from "../src/core/limits.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import { counted, type Reading } from "../src/core/reading.ts";

const KSTAT = "/proc/spl/kstat/zfs";

export default defineProbe({
  name: "zfs",
  doc: "ZFS: pools that are not online, and the cache in memory.",
  example: "get * zfs_degraded",
  values: {
    degraded: {
      item: "zfs_degraded",
      unit: "pools",
      kind: "gauge",
      fit: "sick >0",
      doc: "Pools that are not online (degraded, faulted, suspended); the text names them, `zpool status` tells more.",
    },
    arc: {
      item: "zfs_arc",
      unit: "B",
      kind: "gauge",
      doc: "Size of the cache in memory (ARC), which mem_avail does not count as free.",
    },
    hits: {
      item: "zfs_arc_hits",
      unit: "1/s",
      kind: "rate",
      doc: "Reads that the cache answered.",
    },
    misses: { item: "zfs_arc_misses", unit: "1/s", kind: "rate", doc: "Reads that went to a disk." },
  },
  needs: "OpenZFS 0.8 or later.",
  nodata: "hosts without ZFS.",
  read: (host) => {
    const stats = host.readIfAny(`${KSTAT}/arcstats`);
    if (stats === undefined) return {};
    const pools = host
      .list(KSTAT)
      .sort()
      .slice(0, INSTANCES_MAX)
      .flatMap((name) => {
        const state = host.readIfAny(`${KSTAT}/${name}/state`)?.trim();
        return state === undefined ? [] : [{ name, state }];
      });
    const { size, hits, misses } = parseArcstats(stats);
    return { degraded: degraded(pools), arc: size, hits, misses };
  },
});

/** Bytes and counts of arcstats; throws ProbeError when one is missing. */
export function parseArcstats(text: string) {
  const number = (name: string) => {
    const match = new RegExp(`^${name} +\\d+ +(\\d+)$`, "m").exec(text);
    if (!match) throw notUnderstood(`${KSTAT}/arcstats`, `a line "${name} 4 123"`, text);
    return Number(match[1]);
  };
  return { size: number("size"), hits: number("hits"), misses: number("misses") };
}

/** How many pools are not online, with their names; no data where there is no pool. */
export function degraded(pools: readonly { name: string; state: string }[]): Reading {
  if (pools.length === 0) return null;
  const bad = pools
    .filter(({ state }) => state !== "ONLINE")
    .map(({ name, state }) => `${name} ${state.toLowerCase()}`);
  return counted(bad, ", ");
}
