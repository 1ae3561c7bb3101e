// Memory and swap, from /proc/meminfo (proc_meminfo(5)) and the counters of /proc/vmstat (proc_vmstat(5)). Linux.

import { type Host, isContainer } from "../src/core/host.ts";
import { type Before, Lookback } from "../src/core/lookback.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";

const MEMINFO = "/proc/meminfo";
const VMSTAT = "/proc/vmstat";
/** A kill is shown for so long: whoever comes to work shall see it, and a new one be told from an old one. */
const KILLS_SHOWN_MS = 3_600_000;

export default defineProbe({
  name: "memory",
  doc: "Memory that programs can still have, the page cache, swap, and what the kernel killed for lack of memory.",
  nodata:
    "On swap traffic and kills in a container, whose kernel counts those of all its containers; on kills before Linux 4.13.",
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
    used: {
      item: "mem_used",
      unit: "B",
      kind: "gauge",
      doc: "Memory that is not available: what programs and the kernel hold.",
    },
    free: {
      item: "mem_free",
      unit: "B",
      kind: "gauge",
      doc: "Memory that holds nothing at all. Without a default fitness: a healthy host fills it with cache.",
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
    swap_in: {
      item: "swap_in",
      unit: "B/s",
      kind: "rate",
      doc: "Memory read back from swap, for which programs wait. Without a default fitness: what programs wait shows in pressure_mem_full.",
    },
    swap_out: { item: "swap_out", unit: "B/s", kind: "rate", doc: "Memory written out to swap." },
    commit: {
      item: "mem_commit",
      unit: "%",
      over100: true,
      kind: "gauge",
      doc: "Memory promised to programs, in percent of the limit. Without a default fitness: only with vm.overcommit_memory=2 is it a limit.",
    },
    oom_kills: {
      item: "oom_kills",
      unit: "",
      kind: "gauge",
      fit: "soso >0  sick >10",
      doc: "Programs killed in the last hour for lack of memory, of the host or of their group. One is often a program that leaks and was restarted; many are a host or a group that is too small.",
    },
  },
  read: (host) => ({ ...evaluate(parseMeminfo(host.read(MEMINFO))), ...readVmstat(host) }),
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
    used: total - avail,
    free: sizes.get("MemFree") ?? null,
    usage: ((total - avail) / total) * 100,
    cached: sum(sizes, "Buffers", "Cached", "SReclaimable"),
    dirty: sum(sizes, "Dirty", "Writeback"),
    commit: share(sizes.get("Committed_AS"), sizes.get("CommitLimit")),
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

function share(part: number | undefined, whole: number | undefined): Reading {
  return part === undefined || !whole ? null : (part / whole) * 100;
}

function readVmstat(host: Host): Record<"swap_in" | "swap_out" | "oom_kills", Reading> {
  const text = isContainer(host) ? undefined : host.readIfAny(VMSTAT);
  if (text === undefined) return { swap_in: null, swap_out: null, oom_kills: null };
  const { pswpin, pswpout, oom_kill } = parseVmstat(text);
  const bytes = (pages: number | null) => pages && pages * host.pageBytes();
  const at_ms = host.mono_ms();
  const killed =
    oom_kill === null ? [] : kills.compare(host, "", oom_kill, (now, before) => killsOf(now, before, at_ms));
  return {
    swap_in: bytes(pswpin),
    swap_out: bytes(pswpout),
    oom_kills: oom_kill === null ? null : describeKills(killed, at_ms),
  };
}

/** So many were killed at a reading at this time. */
export interface Kills {
  at_ms: number;
  count: number;
}

const kills = new Lookback<number, readonly Kills[]>();

/** The kills of the last hour: those known before, and by how much the kernel's count grew. Those before the start are not known. */
export function killsOf(
  count: number,
  before: Before<number, readonly Kills[]> | undefined,
  at_ms: number,
): readonly Kills[] {
  if (!before) return [];
  const recent = before.result.filter((each) => at_ms - each.at_ms < KILLS_SHOWN_MS);
  return count > before.seen ? [...recent, { at_ms, count: count - before.seen }] : recent;
}

export function describeKills(killed: readonly Kills[], at_ms: number): Reading {
  const last = killed.at(-1);
  if (!last) return 0;
  const minutes = Math.round((at_ms - last.at_ms) / 60_000);
  const value = killed.reduce((total, { count }) => total + count, 0);
  return { value, text: `the last one ${minutes === 0 ? "just now" : `${minutes} min ago`}; dmesg tells which` };
}

/** Pages read from and written to swap, and kills, since boot; null for what this kernel does not count. */
export function parseVmstat(text: string) {
  if (!/^nr_free_pages \d+$/m.test(text)) throw notUnderstood(VMSTAT, 'lines such as "nr_free_pages 4096"', text);
  const of = (name: string): number | null => {
    const match = new RegExp(`^${name} (\\d+)$`, "m").exec(text);
    return match ? Number(match[1]) : null;
  };
  return { pswpin: of("pswpin"), pswpout: of("pswpout"), oom_kill: of("oom_kill") };
}

function sum(sizes: ReadonlyMap<string, number>, ...names: string[]): number {
  return names.reduce((total, name) => total + (sizes.get(name) ?? 0), 0);
}
