// What the processors do, from the cpu lines of /proc/stat (proc_stat(5)). Linux.

import { defineProbe, type Host, notUnderstood } from "../src/core/probe.ts";

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
    steal: {
      item: "cpu_steal",
      unit: "%",
      kind: "rate",
      fit: "soso >10% for 15m  sick >40% for 30m",
      doc: "Time that the hypervisor gave to others while this machine had work. Short thefts are normal in a cloud.",
    },
  },
  read: (host) => {
    const before = memory.get(host);
    const now = parseStat(host.read(STAT));
    const counters = advance(before, now);
    memory.set(host, { times: now, counters });
    return counters;
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
  steal: number | undefined;
}

/** Percent-seconds of the whole machine: the rate per second is the percentage. */
export type CpuCounters = { [name in "usage" | "user" | "system" | "iowait" | "steal"]: number | null };

interface Memory {
  times: CpuTimes;
  counters: CpuCounters;
}

// The division by the number of cpus is the only thing here that is not a counter: when it changes (a virtual machine
// gets another cpu, SMT is switched off), total jiffies by cpus would leap by years. So the increments are divided.
const memory = new WeakMap<Host, Memory>();

/**
 * Counters in percent-seconds that grow by what `now` added since `before`, divided by the cpus there are now. User
 * space sees 100 jiffies a second on every architecture of Linux (USER_HZ), so one jiffy is 1% of a second of one cpu.
 */
export function advance(before: Memory | undefined, now: CpuTimes): CpuCounters {
  const grown = (name: keyof CpuCounters): number | null => {
    const jiffies = now[name];
    if (jiffies === undefined) return null;
    return (before?.counters[name] ?? 0) + (jiffies - (before?.times[name] ?? 0)) / now.cpus;
  };
  return {
    usage: grown("usage"),
    user: grown("user"),
    system: grown("system"),
    iowait: grown("iowait"),
    steal: grown("steal"),
  };
}

/**
 * The cpu lines of proc_stat(5): user nice system idle, then iowait (2.5.41), irq and softirq (2.6.0), steal
 * (2.6.11). Guest time, behind them, is already part of user and nice. Throws ProbeError when there is no such line.
 */
export function parseStat(text: string): CpuTimes {
  const line = /^cpu +(\d+(?: \d+){3,}) *\n/.exec(text);
  const cpus = text.match(/^cpu\d+ /gm)?.length;
  if (!line || !cpus) throw notUnderstood(STAT, 'lines "cpu  4176 0 2733 190694 …" and "cpu0 …"', text);
  const [user = 0, nice = 0, system = 0, , iowait, irq = 0, softirq = 0, steal] = (line[1] ?? "")
    .split(" ")
    .map(Number);
  return {
    cpus,
    usage: user + nice + system + irq + softirq + (steal ?? 0),
    user: user + nice,
    system: system + irq + softirq,
    iowait,
    steal,
  };
}
