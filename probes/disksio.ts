// The busiest and the slowest of all disks, from /proc/diskstats (kernel doc admin-guide/iostats.rst). Linux.

import { type Before, Lookback } from "../src/core/lookback.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";
import { advance, asStat, type DiskStat, type DiskTimes, realDisks } from "./diskio.ts";
import { worst } from "./disks.ts";

const DISKSTATS = "/proc/diskstats";

export default defineProbe({
  name: "disksio",
  doc: "The busiest and the slowest of all disks and arrays of this host.",
  example: "get * diskio_await_worst diskio_util_worst",
  nodata: "In a container, whose disks are its host's, and where there are none.",
  values: {
    await_worst: {
      item: "diskio_await_worst",
      unit: "ms",
      kind: "gauge",
      delta: true,
      fit: "soso >1000 for 15m until <500",
      doc: "How long a read or write took in the mean on the slowest disk, which the text names. A backup keeps old disks at 100, so only a disk that fails or drowns is graded.",
    },
    util_worst: {
      item: "diskio_util_worst",
      unit: "%",
      kind: "gauge",
      delta: true,
      doc: "Time in which the busiest disk had something to do; the text names it. Without a default fitness: at 100% an array or an SSD may have plenty left.",
    },
  },
  read: (host) => {
    const disks = new Set(realDisks(host));
    if (disks.size === 0) return {};
    return seen.compare(host, "", parseDiskstats(host.read(DISKSTATS), disks), compare).worst;
  },
});

interface All {
  times: ReadonlyMap<string, DiskTimes>;
  worst: { await_worst: Reading; util_worst: Reading };
}

const seen = new Lookback<ReadonlyMap<string, DiskStat>, All>();

/** The worst since the reading before. Disks that came meanwhile are known at the next one. */
export function compare(
  now: ReadonlyMap<string, DiskStat>,
  before: Before<ReadonlyMap<string, DiskStat>, All> | undefined,
): All {
  const times = new Map<string, DiskTimes>();
  const slow: { value: number; text: string }[] = [];
  const busy: { value: number; text: string }[] = [];
  for (const [text, stat] of now) {
    const was = before?.seen.get(text);
    const result = before?.result.times.get(text);
    const known = before && was && result && { seen: was, result, elapsed_ms: before.elapsed_ms };
    const next = advance(stat, known);
    times.set(text, next);
    if (!known || next.await_ms === null) continue;
    slow.push({ value: next.await_ms, text });
    // Percent-seconds by seconds.
    busy.push({ value: Math.max(0, ((next.busy - known.result.busy) * 1000) / known.elapsed_ms), text });
  }
  return { times, worst: { await_worst: worst(slow), util_worst: worst(busy) } };
}

/** The lines of these disks, named as in sysfs: two numbers and a name before the columns. ProbeError when one is not of that form. */
export function parseDiskstats(text: string, disks: ReadonlySet<string>): Map<string, DiskStat> {
  const stats = new Map<string, DiskStat>();
  for (const line of text.split("\n")) {
    const [, , name = "", ...columns] = line.trim().split(/ +/);
    const sysfs = name.replaceAll("/", "!");
    if (!disks.has(sysfs)) continue;
    if (columns.length < 11 || !columns.every((each) => /^\d+$/.test(each)))
      throw notUnderstood(DISKSTATS, 'lines such as "8 0 sda" and 11 numbers or more', line);
    stats.set(sysfs, asStat(columns.map(Number)));
  }
  if (stats.size === 0 || !text.endsWith("\n")) throw notUnderstood(DISKSTATS, "a line on one of the disks", text);
  return stats;
}
