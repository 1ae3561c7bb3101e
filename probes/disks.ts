// The worst of all local file systems, from the same sources as the probe disk. Linux.

import { defineProbe } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";
import { evaluate, local, mountsOf, readonly } from "./disk.ts";

/** A text names so many mounts: what a person reads. */
const NAMED_MAX = 10;

export default defineProbe({
  name: "disks",
  doc: "The fullest of all local file systems, and how many became read-only; what is mounted over the network is left out.",
  example: "get * disk_worst disk_inodes_worst disk_readonly",
  nodata: "Where no file system is on a disk of its own: a host that runs from an image or over NFS.",
  values: {
    worst: {
      item: "disk_worst",
      unit: "%",
      kind: "gauge",
      fit: "soso >80% until <78%  sick >90% until <88%  crit >97% until <95%",
      doc: "Space used of the fullest one, which the text names.",
    },
    inodes_worst: {
      item: "disk_inodes_worst",
      unit: "%",
      kind: "gauge",
      fit: "soso >80% until <78%  sick >90% until <88%  crit >97% until <95%",
      doc: "Inodes used of the one with the fewest left, which the text names.",
    },
    readonly: {
      item: "disk_readonly",
      unit: "",
      kind: "gauge",
      fit: "sick >0",
      doc: "How many became read-only by errors; the text names them. Those mounted read-only on purpose do not count.",
    },
  },
  read: async (host) => {
    const mounts = local(mountsOf(host));
    const full: Named[] = [];
    const inodes: Named[] = [];
    for (const { path } of mounts) {
      const { usage, inodes: used } = evaluate(await host.statfs(path, false));
      if (usage !== null) full.push({ value: usage, text: path });
      if (used !== null) inodes.push({ value: used, text: path });
    }
    const states = mounts.map((mount) => ({ path: mount.path, state: readonly(host, mount) }));
    return { worst: worst(full), inodes_worst: worst(inodes), readonly: count(states) };
  },
});

interface Named {
  value: number;
  text: string;
}

/** The greatest, the first of equals; null of none. */
export function worst(all: readonly Named[]): Reading {
  return all.reduce<Named | null>((most, each) => (most && most.value >= each.value ? most : each), null);
}

function count(states: readonly { path: string; state: Reading }[]): Reading {
  const known = states.filter(({ state }) => state !== null);
  const bad = known.filter(({ state }) => state !== 0).map(({ path }) => path);
  if (bad.length > 0) return { value: bad.length, text: bad.slice(0, NAMED_MAX).join(" ") };
  return known.length > 0 ? 0 : null;
}
