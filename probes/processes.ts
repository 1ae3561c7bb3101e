// How many processes there are and how they fare, from /proc/stat (proc_stat(5)) and /proc/PID/stat (proc_pid_stat(5)). Linux.

import { TEXT_CHARS_MAX } from "../src/core/limits.ts";
import { defineProbe, type Host, notUnderstood } from "../src/core/probe.ts";
import { ProbeError, type Reading } from "../src/core/reading.ts";

const STAT = "/proc/stat";
/** One /proc/PID/stat takes 12 µs, and 3000 at one go would hold up all else in dmon for 36 ms: so a turn each 1.2 ms. */
const PIDS_PER_TURN = 100;

export default defineProbe({
  name: "processes",
  doc: "How many processes there are, and how many run, wait for a disk, or are dead and not yet buried.",
  example: "get * procs procs_zombie forks",
  values: {
    count: { item: "procs", unit: "", kind: "gauge", doc: "Processes, those of the kernel included, threads not." },
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
  read: async (host) => {
    const pids = host.list("/proc").filter((name) => /^\d+$/.test(name));
    return { count: pids.length, zombie: await zombies(host, pids), ...parseStat(host.read(STAT)) };
  },
});

// No data where the kernel hides other users' processes (proc mounted with hidepid=1).
async function zombies(host: Host, pids: readonly string[]): Promise<Reading> {
  let count = 0;
  let first = "";
  for (const [index, pid] of pids.entries()) {
    if (index % PIDS_PER_TURN === PIDS_PER_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
    const text = readAllowed(host, `/proc/${pid}/stat`);
    if (text === null) return null;
    if (text === undefined) continue; // it ended since the list was made
    const zombie = parseZombie(text);
    if (zombie === undefined) continue;
    if (count++ === 0) first = zombie;
  }
  return count === 0 ? 0 : { value: count, text: first.slice(0, TEXT_CHARS_MAX) };
}

function readAllowed(host: Host, path: string): string | undefined | null {
  try {
    return host.readIfAny(path);
  } catch (error) {
    if (error instanceof ProbeError) return null;
    throw error;
  }
}

/** Of /proc/PID/stat: `sh (1234), child of 1200` for a zombie, undefined for the living; ProbeError on anything else. */
export function parseZombie(text: string): string | undefined {
  // The name may hold blanks and brackets of its own, so what follows is counted from the last one.
  const end = text.lastIndexOf(") ");
  const state = text[end + 2];
  if (end < 0 || state === undefined) throw notUnderstood("/proc/PID/stat", 'the form "1234 (sh) S 1200 …"', text);
  if (state !== "Z") return undefined;
  const [, pid, name, parent] = /^(\d+) \((.*)\) Z (\d+) /s.exec(text) ?? [];
  if (!pid) throw notUnderstood("/proc/PID/stat", 'the form "1234 (sh) Z 1200 …"', text);
  return `${(name ?? "").replace(/[^\x20-\x7e]/g, "?")} (${pid}), child of ${parent}`;
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
