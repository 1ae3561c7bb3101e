// Software RAID, from /proc/mdstat (md(4)). Linux.

import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import { counted } from "../src/core/reading.ts";

const MDSTAT = "/proc/mdstat";

export default defineProbe({
  name: "mdraid",
  doc: "Software RAID (md): arrays that have lost a disk, and how far a rebuild is.",
  example: "get * mdraid_degraded mdraid_failed",
  values: {
    degraded: {
      item: "mdraid_degraded",
      unit: "arrays",
      kind: "gauge",
      fit: "sick >0",
      doc: "Arrays that lack a disk, or that are not running; the text names them. One more disk lost may be the data lost.",
    },
    failed: {
      item: "mdraid_failed",
      unit: "disks",
      kind: "gauge",
      fit: "soso >0",
      doc: "Disks that are marked as failed and still in an array; the text names them.",
    },
    sync: {
      item: "mdraid_sync",
      unit: "%",
      kind: "gauge",
      doc: "How far the slowest rebuild or check is; no data while there is none.",
    },
  },
  nodata: "hosts without md arrays.",
  read: (host) => {
    const text = host.readIfAny(MDSTAT);
    return text === undefined ? {} : evaluate(parseMdstat(text));
  },
});

export interface MdArray {
  name: string;
  running: boolean;
  /** Disks that it should have and has; undefined of levels without redundancy (raid0, linear). */
  disks?: { wanted: number; working: number };
  failed: string[];
  /** Percent of a rebuild, resync or check. */
  sync?: number;
}

/** The arrays of /proc/mdstat; throws ProbeError on what is none. */
export function parseMdstat(text: string): MdArray[] {
  if (!/^Personalities :/m.test(text)) throw notUnderstood(MDSTAT, 'a line "Personalities : [raid1]"', text);
  const arrays: MdArray[] = [];
  for (const block of text.split(/\n(?=md)/).slice(1)) {
    const head = /^(md\S*) : (active|inactive)\b(.*)$/m.exec(block);
    if (!head) throw notUnderstood(MDSTAT, 'the form "md0 : active raid1 sda1[0] sdb1[1]"', block);
    const [, name = "", state, members = ""] = head;
    const disks = / \[(\d+)\/(\d+)\] \[[U_]+\]/.exec(block);
    const sync = /(?:recovery|resync|reshape|check|repair) *= *([\d.]+)%/.exec(block);
    arrays.push({
      name,
      running: state === "active",
      failed: [...members.matchAll(/(\S+)\[\d+\]\(F\)/g)].map(([, disk = ""]) => disk),
      ...(disks ? { disks: { wanted: Number(disks[1]), working: Number(disks[2]) } } : {}),
      ...(sync ? { sync: Number(sync[1]) } : {}),
    });
  }
  return arrays;
}

/** The readings; nothing where there is no array. */
export function evaluate(arrays: readonly MdArray[]) {
  if (arrays.length === 0) return {};
  const degraded = arrays.flatMap(({ name, running, disks }) => {
    if (!running) return [`${name} (not running)`];
    return disks && disks.working < disks.wanted ? [`${name} (${disks.working} of ${disks.wanted})`] : [];
  });
  const failed = arrays.flatMap((array) => array.failed.map((disk) => `${disk} of ${array.name}`));
  const syncs = arrays.flatMap(({ name, sync }) => (sync === undefined ? [] : [{ value: sync, text: name }]));
  return {
    degraded: counted(degraded, ", "),
    failed: counted(failed, ", "),
    sync: syncs.sort((a, b) => a.value - b.value)[0] ?? null,
  };
}
