// Time since the start of the kernel, from /proc/uptime (proc_uptime(5)). Linux.

import { defineProbe, notUnderstood } from "../src/core/probe.ts";

const UPTIME = "/proc/uptime";

export default defineProbe({
  name: "uptime",
  doc: "Time since the last boot.",
  example: "get * uptime",
  values: {
    uptime: {
      item: "uptime",
      unit: "s",
      kind: "time",
      fit: "soso <10m",
      doc: "Time since the last boot. A reboot is shown for ten minutes, and is never worse than soso: most are meant.",
    },
  },
  read: (host) => ({ uptime: parseUptime(host.read(UPTIME)) }),
});

/** Seconds since boot, the time in suspend included (proc_uptime(5)); throws ProbeError on anything else. */
export function parseUptime(text: string): number {
  const match = /^(\d+\.\d+) \d+\.\d+\s*$/.exec(text);
  if (!match) throw notUnderstood(UPTIME, 'the form "993.34 1906.95"', text);
  return Number(match[1]);
}
