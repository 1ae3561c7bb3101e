// How many processes there are and how they fare, from /proc/stat (proc_stat(5)), /proc/PID/stat (proc_pid_stat(5)) and
// /proc/sys/kernel (proc_sys_kernel(5)). Linux.

import type { Host } from "../src/core/host.ts";
import { TEXT_CHARS_MAX } from "../src/core/limits.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";
import { parseNumber } from "./conntrack.ts";
import { parseRest, type Stat, walk } from "./process.ts";

const STAT = "/proc/stat";
const LOADAVG = "/proc/loadavg";
/** Whichever is less: a thread takes a number of a process too. */
const LIMITS = ["/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max"];

export default defineProbe({
  name: "processes",
  doc: "How many processes there are, and how many run, wait for a disk, or are dead and not yet buried.",
  example: "get * procs procs_usage procs_zombie",
  values: {
    count: { item: "procs", unit: "", kind: "gauge", doc: "Processes, those of the kernel included, threads not." },
    usage: {
      item: "procs_usage",
      unit: "%",
      kind: "gauge",
      fit: "soso >70% until <65%  sick >85% until <80%  crit >95% until <90%",
      doc: "Threads of all processes in percent of what the kernel allows (pid_max, threads-max): at 100% no program can be started, nobody can log in.",
    },
    running: {
      item: "procs_running",
      unit: "",
      kind: "gauge",
      doc: "Threads that run or could run at this moment; dmon itself is always one of them.",
    },
    blocked: {
      item: "procs_blocked",
      unit: "",
      kind: "gauge",
      doc: "Threads that wait for a disk at this moment. Without a default fitness: a busy disk array has dozens, and a hung one shows in cpu_load_per_core.",
    },
    zombie: {
      item: "procs_zombie",
      unit: "",
      kind: "gauge",
      fit: "soso >20 for 30m  sick >2000 for 30m",
      doc: "Processes that ended and whose parent has not asked how. They take nothing but a process number, so only thousands are a danger; the text names one and its parent, which is the one to mend.",
    },
    forks: { item: "forks", unit: "1/s", kind: "rate", doc: "Processes and threads that were started." },
  },
  nodata: "On zombies where the kernel hides the processes of others (hidepid=1).",
  read: async (host) => {
    const pids = host.list("/proc").filter((name) => /^\d+$/.test(name));
    return { count: pids.length, zombie: await zombies(host), usage: usage(host), ...parseStat(host.read(STAT)) };
  },
});

async function zombies(host: Host): Promise<Reading> {
  const { all, hidden } = await walk(host);
  const dead = all.filter(({ state }) => state === "Z");
  const [first] = dead;
  if (first) return { value: dead.length, text: describe(first) };
  return hidden ? null : 0;
}

/** `sh (1234), child of 1200`. */
export function describe(stat: Stat): string {
  const name = stat.name.replace(/[^\x20-\x7e]/g, "?");
  return `${name} (${stat.pid}), child of ${parseRest(stat).parent}`.slice(0, TEXT_CHARS_MAX);
}

function usage(host: Host): Reading {
  const limits = LIMITS.flatMap((path) => {
    const text = host.readIfAny(path);
    return text === undefined ? [] : [parseNumber(text, path)];
  });
  const limit = Math.min(...limits);
  return limit > 0 && Number.isFinite(limit) ? (parseThreads(host.read(LOADAVG)) / limit) * 100 : null;
}

/** All threads there are, of the fourth column of proc_loadavg(5): `2/83`. */
export function parseThreads(text: string): number {
  const match = /^(?:\S+ ){3}\d+\/(\d+) \d+\n$/.exec(text);
  if (!match) throw notUnderstood(LOADAVG, 'the form "0.08 0.07 0.04 2/83 4016"', text);
  return Number(match[1]);
}

/** The three lines of proc_stat(5) that count processes; throws ProbeError when one is missing. */
export function parseStat(text: string) {
  const number = (name: string) => {
    const match = new RegExp(`^${name} (\\d+)$`, "m").exec(text);
    if (!match) throw notUnderstood(STAT, `a line "${name} 4016"`, text);
    return Number(match[1]);
  };
  return { forks: number("processes"), running: number("procs_running"), blocked: number("procs_blocked") };
}
