// Files that all programs have open, from /proc/sys/fs/file-nr (proc_sys_fs(5)). Linux.

import { defineProbe, notUnderstood } from "../src/core/probe.ts";

const FILE_NR = "/proc/sys/fs/file-nr";

export default defineProbe({
  name: "openfiles",
  doc: "Files, sockets and pipes that all programs have open, and how many they may.",
  example: "get * files_usage",
  values: {
    usage: {
      item: "files_usage",
      unit: "%",
      kind: "gauge",
      fit: "soso >70% until <65%  sick >85% until <80%  crit >95% until <90%",
      doc: "Share of fs.file-max in use: at 100% no program but those of root can open anything. Near 0 where systemd has lifted the limit.",
    },
    count: {
      item: "files_open",
      unit: "",
      kind: "gauge",
      doc: "Open files, sockets and pipes. A line that only climbs, over days, is a program that does not close them.",
    },
  },
  read: (host) => parseFileNr(host.read(FILE_NR)),
});

/** Allocated, free (0 since Linux 2.6) and the limit; ProbeError on anything else. */
export function parseFileNr(text: string) {
  const match = /^(\d+)\t(\d+)\t(\d+)\n$/.exec(text);
  const [, allocated, free, max] = (match ?? []).map(Number);
  if (allocated === undefined || free === undefined || !max)
    throw notUnderstood(FILE_NR, 'the form "594 0 2466170"', text);
  const count = Math.max(0, allocated - free);
  return { count, usage: (count / max) * 100 };
}
