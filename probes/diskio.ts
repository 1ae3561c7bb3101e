// What a disk reads and writes, how long that takes and how busy it is, from /sys/block/*/stat (kernel doc block/stat.rst). Linux.

import { type Form, quoted, WordError } from "../src/core/form.ts";
import { type Host, isContainer } from "../src/core/host.ts";
import { INSTANCES_MAX } from "../src/core/limits.ts";
import { type Before, Lookback } from "../src/core/lookback.ts";
import { slug } from "../src/core/names.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import { increase32 } from "../src/core/rate.ts";
import { ProbeError } from "../src/core/reading.ts";

const BLOCK = "/sys/block";
/** The kernel counts sectors of so many bytes, whatever those of the disk have. */
const SECTOR_BYTES = 512;
/** An error names so many of the disks that there are: what a person reads. */
const NAMED_MAX = 20;

// No disks, parts of others (boot partitions of a card, paths of an NVMe multipath), or made by the dozen whether used or not.
// Volumes of the device mapper can be asked for by their names; they are not offered, for their disks are.
const UNREAL = /^(loop|ram|zram|fd|sr|nbd|dm-|mtdblock)\d+$|^mmcblk\d+(boot\d+|rpmb|gp\d+)$|^nvme\d+c\d+n\d+$/;

/** A disk by its name; its file in /dev is another thing. */
const DISK: Form<string> = {
  is: "the name of a disk, as lsblk has it",
  parse: (word) => {
    if (/^[^/]+$/.test(word)) return word; // volumes may have blanks
    const name = /^\/dev\/(?:mapper\/)?([^/]+)$/.exec(word)?.[1];
    throw new WordError(`${quoted(word)} is no name of a disk`, `write ${name ?? "its name as lsblk has it"}`);
  },
};

export default defineProbe({
  name: "diskio",
  doc: "What a disk reads and writes, how long that takes, and how busy it is. Whole disks and RAID arrays, not partitions.",
  args: [{ name: "disk", form: DISK, doc: "The disk: sda, nvme0n1, md0, or the name of a volume: vg0-root." }],
  example: "get * sda_read sda_write nvme0n1_await",
  nodata: "In a container, whose disks are its host's.",
  values: {
    read: { item: "{disk}_read", unit: "B/s", kind: "rate", doc: "Bytes read." },
    write: { item: "{disk}_write", unit: "B/s", kind: "rate", doc: "Bytes written." },
    await: {
      item: "{disk}_await",
      unit: "ms",
      kind: "gauge",
      delta: true,
      fit: "soso >1000 for 15m until <500",
      doc: "How long a read or write took in the mean, the time in the queue included; 0 when there was none. A backup keeps old disks at 100, so only a disk that fails or drowns is graded.",
    },
    util: {
      item: "{disk}_util",
      unit: "%",
      kind: "rate",
      doc: "Time in which it had something to do. Without a default fitness: an array or an SSD at 100% may have plenty left; what users feel is the await.",
    },
  },
  instances: (host) => realDisks(host).map(slug).slice(0, INSTANCES_MAX),
  read: (host, { args: [disk = ""] }) => {
    const name = find(host, DISK.parse(disk));
    const stat = parseStat(host.read(`${BLOCK}/${name}/stat`), `${BLOCK}/${name}/stat`);
    const { await_ms, busy } = seen.compare(host, name, stat, advance);
    return { read: stat.readBytes, write: stat.writtenBytes, await: await_ms, util: busy };
  },
});

/** Counters since boot. */
export interface DiskStat {
  readBytes: number;
  writtenBytes: number;
  /** Reads and writes that ended. */
  ios: number;
  /** What they took together, and the time with any of them; both of 32 bits. */
  reading_ms: number;
  writing_ms: number;
  busy_ms: number;
  /** Begun and not ended. */
  inFlight: number;
}

export interface DiskTimes {
  await_ms: number | null;
  /** Percent-seconds that it was busy. */
  busy: number;
}

const seen = new Lookback<DiskStat, DiskTimes>();

/** What the times since the reading before come to. The first time, and when the disk was counted anew, nothing is known. */
export function advance(now: DiskStat, before: Before<DiskStat, DiskTimes> | undefined): DiskTimes {
  const anew = { await_ms: null, busy: 0 };
  if (!before) return anew;
  const { seen: was, elapsed_ms, result } = before;
  const ios = now.ios - was.ios;
  const busy_ms = increase32(was.busy_ms, now.busy_ms);
  const reading_ms = increase32(was.reading_ms, now.reading_ms);
  const writing_ms = increase32(was.writing_ms, now.writing_ms);
  if (ios < 0 || busy_ms === null || reading_ms === null || writing_ms === null) return anew;
  // Where nothing ended though something was begun before, that has waited all the time: a disk that hangs.
  const idle_ms = now.inFlight > 0 && was.inFlight > 0 ? elapsed_ms : 0;
  return {
    await_ms: ios > 0 ? (reading_ms + writing_ms) / ios : idle_ms,
    busy: result.busy + Math.min(busy_ms, elapsed_ms) / 10,
  };
}

/** The numbers of block/stat.rst, 11 of them, 15 since Linux 4.18 and 17 since 5.5; ProbeError on anything else. */
export function parseStat(text: string, path: string): DiskStat {
  const numbers = text.trim().split(/\s+/);
  if (!text.endsWith("\n") || numbers.length < 11 || !numbers.every((each) => /^\d+$/.test(each)))
    throw notUnderstood(path, "11 numbers or more", text);
  return asStat(numbers.map(Number));
}

/** The first ten columns. */
export function asStat(columns: readonly number[]): DiskStat {
  const [reads = 0, , sectorsRead = 0, reading_ms = 0, writes = 0, , sectorsWritten = 0, writing_ms = 0, inFlight = 0] =
    columns;
  return {
    readBytes: sectorsRead * SECTOR_BYTES,
    writtenBytes: sectorsWritten * SECTOR_BYTES,
    ios: reads + writes,
    reading_ms,
    writing_ms,
    busy_ms: columns[9] ?? 0,
    inFlight,
  };
}

/** The whole disks and arrays of this host, in the order of their names; none in a container. */
export function realDisks(host: Host): string[] {
  if (isContainer(host)) return [];
  const names = host.list(BLOCK).filter((name) => !UNREAL.test(name));
  return names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

// A name as the kernel has it is looked up directly; one as items have it (cciss_c0d0), and those of volumes, among all.
function find(host: Host, disk: string): string {
  if (/^[\w!-]+$/.test(disk) && host.stat(`${BLOCK}/${disk}/stat`)) return disk;
  const all = host.list(BLOCK).map((name) => ({ name, volume: volumeOf(host, name) }));
  const found =
    all.find(({ name, volume }) => volume === disk || slug(name) === disk) ??
    all.find(({ volume }) => volume !== undefined && slug(volume) === disk);
  if (found) return found.name;
  const there = realDisks(host).slice(0, NAMED_MAX).join(" ");
  throw new ProbeError(`there is no disk ${disk}; there are: ${there || "none"}`);
}

function volumeOf(host: Host, name: string): string | undefined {
  return name.startsWith("dm-") ? host.readIfAny(`${BLOCK}/${name}/dm/name`)?.trim() : undefined;
}
