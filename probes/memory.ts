// Memory and swap, from /proc/meminfo (proc_meminfo(5)). Linux.

import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";

const MEMINFO = "/proc/meminfo";

export default defineProbe({
  name: "memory",
  doc: "Memory that programs can still have, the page cache, and swap.",
  example: "get * mem_avail mem_usage swap_usage",
  values: {
    avail: {
      item: "mem_avail",
      unit: "B",
      kind: "gauge",
      doc: "Memory that programs can have without swapping: what is free, and the cache that can be given up.",
    },
    usage: {
      item: "mem_usage",
      unit: "%",
      kind: "gauge",
      fit: "soso >90% for 10m  sick >97% for 5m until <95%  crit >99% for 5m",
      doc: "Share of the memory that is not available. A database with huge pages sits above 90% by design and is well.",
    },
    cached: {
      item: "mem_cached",
      unit: "B",
      kind: "gauge",
      doc: "Page cache, buffers and reclaimable slab: what free(1) calls buff/cache.",
    },
    dirty: {
      item: "mem_dirty",
      unit: "B",
      kind: "gauge",
      doc: "Written by programs and not yet on disk, on its way there included.",
    },
    swap: {
      item: "swap_usage",
      unit: "%",
      kind: "gauge",
      fit: "soso >80% for 30m",
      doc: "Share of the swap space in use; no data where there is none. Never worse than soso: cold pages may fill it for years, and a lack of memory shows in mem_usage.",
    },
  },
  read: (host) => evaluate(parseMeminfo(host.read(MEMINFO))),
});

/** The lines `Name: 123 kB` of proc_meminfo(5), in bytes; other lines (counts of huge pages) are left out. */
export function parseMeminfo(text: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const match of text.matchAll(/^([\w()]+): +(\d+) kB$/gm)) sizes.set(match[1] ?? "", Number(match[2]) * 1024);
  if (!sizes.get("MemTotal")) throw notUnderstood(MEMINFO, 'lines such as "MemTotal: 2035340 kB"', text);
  return sizes;
}

/** The probe's values, from sizes in bytes. Throws ProbeError where the kernel gives neither MemAvailable nor MemFree. */
export function evaluate(sizes: ReadonlyMap<string, number>) {
  const total = sizes.get("MemTotal") ?? 0;
  const avail = Math.min(total, sizes.get("MemAvailable") ?? availableBefore3_14(sizes));
  const swap = sizes.get("SwapTotal") ?? 0;
  const swapFree = sizes.get("SwapFree");
  return {
    avail,
    usage: ((total - avail) / total) * 100,
    cached: sum(sizes, "Buffers", "Cached", "SReclaimable"),
    dirty: sum(sizes, "Dirty", "Writeback"),
    swap: swap > 0 && swapFree !== undefined ? (Math.max(0, swap - swapFree) / swap) * 100 : null,
  } satisfies Record<string, Reading>;
}

// Kernels before 3.14 (RHEL 6) have no MemAvailable: free memory and the cache but for shared memory, which cannot be
// given up. It is too high by the few per cent that the kernel keeps back; an error would leave such a host unwatched.
function availableBefore3_14(sizes: ReadonlyMap<string, number>): number {
  const free = sizes.get("MemFree");
  if (free === undefined) throw notUnderstood(MEMINFO, "MemAvailable or MemFree", [...sizes.keys()].join(" "));
  return Math.max(free, free + sum(sizes, "Buffers", "Cached") - sum(sizes, "Shmem"));
}

function sum(sizes: ReadonlyMap<string, number>, ...names: string[]): number {
  return names.reduce((total, name) => total + (sizes.get(name) ?? 0), 0);
}
