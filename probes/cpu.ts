// What the processors do, from the cpu lines of /proc/stat (proc_stat(5)). Linux.

import { type Before, Lookback } from "../src/core/lookback.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";

const STAT = "/proc/stat";

export default defineProbe({
  name: "cpu",
  doc: "What the processors spend their time on, in percent of the whole machine: 100% is all of them busy.",
  example: "get * cpu_usage cpu_steal",
  values: {
    usage: {
      item: "cpu_usage",
      unit: "%",
      kind: "rate",
      doc: "All time but idle and waiting for disks. Without a default fitness: processors are there to be used; that tasks have to wait shows in cpu_load_per_core.",
    },
    user: { item: "cpu_user", unit: "%", kind: "rate", doc: "Time in programs, niced ones and guests included." },
    system: { item: "cpu_system", unit: "%", kind: "rate", doc: "Time in the kernel, interrupts included." },
    iowait: {
      item: "cpu_iowait",
      unit: "%",
      kind: "rate",
      doc: "Time in which a processor was idle and a task of its waited for a disk. Without a default fitness: every backup raises it.",
    },
    irq: {
      item: "cpu_irq",
      unit: "%",
      kind: "rate",
      doc: "Time in interrupts, hard and soft, which is part of cpu_system: mostly that of a busy network card.",
    },
    steal: {
      item: "cpu_steal",
      unit: "%",
      kind: "rate",
      fit: "soso >10% for 15m  sick >40% for 30m",
      doc: "Time that the hypervisor gave to others while this machine had work. Short thefts are normal in a cloud.",
    },
    core_max: {
      item: "cpu_core_max",
      unit: "%",
      kind: "gauge",
      delta: true,
      doc: "How busy the busiest processor is; the text names it. Without a default fitness: any program of one thread fills one.",
    },
    switches: {
      item: "context_switches",
      unit: "1/s",
      kind: "rate",
      doc: "How often a processor turned to another task.",
    },
    interrupts: { item: "interrupts", unit: "1/s", kind: "rate", doc: "Interrupts of devices and timers." },
  },
  read: (host) => {
    const text = host.read(STAT);
    const counters = machine.compare(host, "", parseStat(text), advance);
    return { ...counters, core_max: cores.compare(host, "", parseCores(text), busiest), ...parseEvents(text) };
  },
});

/** Jiffies since boot, of all cpus together. A column that an old kernel does not have is undefined. */
export interface CpuTimes {
  /** How many cpus are online. */
  cpus: number;
  usage: number;
  user: number;
  system: number;
  iowait: number | undefined;
  irq: number | undefined;
  steal: number | undefined;
}

const SHARES = ["usage", "user", "system", "iowait", "irq", "steal"] as const;

/** Percent-seconds of the whole machine: the rate per second is the percentage. */
export type CpuCounters = Record<(typeof SHARES)[number], number | null>;

// The division by the number of cpus is the only thing here that is not a counter: when it changes (a virtual machine
// gets another cpu, SMT is switched off), total jiffies by cpus would leap by years. So the increments are divided.
const machine = new Lookback<CpuTimes, CpuCounters>();

/**
 * Counters in percent-seconds that grow by what `now` added since `before`, divided by the cpus there are now. User
 * space sees 100 jiffies a second on every architecture of Linux (USER_HZ), so one jiffy is 1% of a second of one cpu.
 */
export function advance(now: CpuTimes, before: Before<CpuTimes, CpuCounters> | undefined): CpuCounters {
  const grown = (name: (typeof SHARES)[number]): number | null => {
    const jiffies = now[name];
    if (jiffies === undefined) return null;
    return (before?.result[name] ?? 0) + (jiffies - (before?.seen[name] ?? 0)) / now.cpus;
  };
  return Object.fromEntries(SHARES.map((name) => [name, grown(name)])) as CpuCounters;
}

/** Jiffies of one cpu. */
interface CoreTimes {
  busy: number;
  total: number;
}

const cores = new Lookback<ReadonlyMap<string, CoreTimes>, Reading>();

/** The share of the busiest cpu, 0 to 100, with its name; null the first time. */
export function busiest(
  now: ReadonlyMap<string, CoreTimes>,
  before: Before<ReadonlyMap<string, CoreTimes>, Reading> | undefined,
): Reading {
  let worst: { value: number; text: string } | null = null;
  for (const [text, { busy, total }] of now) {
    const was = before?.seen.get(text);
    // A cpu that went off and on again begins anew; one that sleeps deeply may count nothing for a while.
    if (!was || total <= was.total || busy < was.busy) continue;
    const value = Math.min(100, ((busy - was.busy) / (total - was.total)) * 100);
    if (!worst || value > worst.value) worst = { value, text };
  }
  return worst;
}

/** The lines `cpu0 …` of proc_stat(5), columns as in parseStat. */
export function parseCores(text: string): Map<string, CoreTimes> {
  const times = new Map<string, CoreTimes>();
  for (const [, name = "", columns = ""] of text.matchAll(/^(cpu\d+) (\d+(?: \d+){3,}) *$/gm)) {
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = columns
      .split(" ", 8)
      .map(Number);
    const busy = user + nice + system + irq + softirq + steal;
    times.set(name, { busy, total: busy + idle + iowait });
  }
  return times;
}

/** The lines `ctxt` and `intr` of proc_stat(5), whose first number is of all interrupts. A kernel may leave them out. */
export function parseEvents(text: string) {
  const of = (name: string): number | null => {
    const found = new RegExp(`^${name} (\\d+)`, "m").exec(text);
    return found ? Number(found[1]) : null;
  };
  return { switches: of("ctxt"), interrupts: of("intr") };
}

/**
 * The cpu lines of proc_stat(5): user nice system idle, then iowait (2.5.41), irq and softirq (2.6.0), steal
 * (2.6.11). Guest time, behind them, is already part of user and nice. Throws ProbeError when there is no such line.
 */
export function parseStat(text: string): CpuTimes {
  const line = /^cpu +(\d+(?: \d+){3,}) *\n/.exec(text);
  const cpus = text.match(/^cpu\d+ /gm)?.length;
  if (!line || !cpus) throw notUnderstood(STAT, 'lines "cpu  4176 0 2733 190694 …" and "cpu0 …"', text);
  const columns = (line[1] ?? "").split(" ").map(Number);
  const [user = 0, nice = 0, system = 0, , iowait, irq = 0, softirq = 0, steal] = columns;
  return {
    cpus,
    usage: user + nice + system + irq + softirq + (steal ?? 0),
    user: user + nice,
    system: system + irq + softirq,
    iowait,
    irq: columns.length > 6 ? irq + softirq : undefined,
    steal,
  };
}
