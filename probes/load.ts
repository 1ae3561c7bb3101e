// Load average, from /proc/loadavg (proc_loadavg(5)); number of cpus, from /sys/devices/system/cpu/online. Linux.

import { defineProbe, notUnderstood } from "../src/core/probe.ts";

const LOADAVG = "/proc/loadavg";
const ONLINE = "/sys/devices/system/cpu/online";

export default defineProbe({
  name: "load",
  doc: "Tasks that run, wait for a cpu or wait for a disk, averaged over 1, 5 and 15 minutes.",
  example: "get * cpu_load cpu_load_per_core",
  values: {
    load1: {
      item: "cpu_load",
      unit: "tasks",
      kind: "gauge",
      doc: "Load average of the last minute. Without a default fitness, as what is much depends on the number of cpus: see cpu_load_per_core.",
    },
    load5: { item: "cpu_load5", unit: "tasks", kind: "gauge", doc: "Load average of the last 5 minutes." },
    load15: { item: "cpu_load15", unit: "tasks", kind: "gauge", doc: "Load average of the last 15 minutes." },
    per_core: {
      item: "cpu_load_per_core",
      unit: "tasks/cpu",
      kind: "gauge",
      fit: "soso >2 for 10m  sick >5 for 10m",
      doc: "The value of cpu_load by the number of cpus. A backup or a full batch queue keeps it at 1 to 2 all night and nobody waits; at 5 everything waits.",
    },
  },
  read: (host) => {
    const loads = parseLoadavg(host.read(LOADAVG));
    const online = host.readIfAny(ONLINE);
    return { ...loads, ...(online === undefined ? {} : { per_core: loads.load1 / parseCpuList(online) }) };
  },
});

/** The three averages of proc_loadavg(5), in tasks; throws ProbeError on anything else. */
export function parseLoadavg(text: string) {
  const match = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) \d+\/\d+ \d+\s*$/.exec(text);
  if (!match) throw notUnderstood(LOADAVG, 'the form "0.08 0.07 0.04 2/83 4016"', text);
  return { load1: Number(match[1]), load5: Number(match[2]), load15: Number(match[3]) };
}

/** How many cpus a kernel list such as `0-3,8-11` names (cpuset(7), "List format"): at least 1, else ProbeError. */
export function parseCpuList(text: string): number {
  let count = 0;
  for (const range of text.trim().split(",")) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(range);
    const size = match ? Number(match[2] ?? match[1]) - Number(match[1]) + 1 : 0;
    if (size < 1) throw notUnderstood(ONLINE, 'a list of cpus such as "0-3"', text);
    count += size;
  }
  return count;
}
