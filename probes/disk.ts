// Space and inodes of a file system, as df(1) has them, from /proc/self/mounts (proc_pid_mounts(5)) and statfs(2); whether it
// became read-only, from /proc/self/mountinfo (proc_pid_mountinfo(5)). Linux.

import { type Form, quoted, WordError } from "../src/core/form.ts";
import type { FileSystemSize, Host } from "../src/core/host.ts";
import { INSTANCES_MAX } from "../src/core/limits.ts";
import { slug } from "../src/core/names.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import { ProbeError, type Reading } from "../src/core/reading.ts";
import { Shared } from "../src/core/shared.ts";

const MOUNTS = "/proc/self/mounts";
const MOUNTINFO = "/proc/self/mountinfo";
/** An error names so many of the mounts that there are: what a person reads. */
const NAMED_MAX = 20;

/** File systems on a disk of this host. Images (squashfs, iso9660, erofs) are not here: they are full by nature. */
const LOCAL_DISK =
  /^(ext[234]|xfs|btrfs|bcachefs|zfs|f2fs|jfs|reiserfs|nilfs2|ocfs2|gfs2|ubifs|jffs2|vfat|exfat|msdos|ntfs3?|hfsplus)$/;
/** Whatever `/` is, it can fill up (the overlay of a container, a RAM disk), unless it is an image or the kernel's empty one. */
const IMAGE_ROOT = /^(rootfs|squashfs|erofs|iso9660)$/;
/** File systems on disks that another host or process answers for. */
const REMOTE_DISK =
  /^(nfs4?|cifs|smb3|ceph|afs|lustre|gpfs|beegfs|glusterfs|virtiofs|fuseblk|fuse\.(glusterfs|ceph|ceph-fuse|sshfs|mergerfs|juicefs))$/;
/** Others that can hang when they are asked for. */
const REMOTE_OTHER = /^(fuse.*|9p|autofs)$/;
/** The kernel's own, container engines' and snap's mounts, and the three files that a container gets from its host. */
const NOT_OFFERED =
  /^\/(proc|sys|dev|run|snap|var\/snap|var\/lib\/(docker|containers\/storage|containerd|kubelet|lxcfs|snapd)\/.+|etc\/(hosts|hostname|resolv\.conf))(\/|$)/;

/** A mount; not its device, on which nothing is mounted. */
const MOUNT: Form<string> = {
  is: "the path of a mount, or its name in items: var_lib",
  parse: (word) => {
    if (/^\/dev\/(sd|hd|vd|xvd|nvme|mmcblk|md|dm-|mapper\/|disk\/)/.test(word))
      throw new WordError(`${quoted(word)} is a device`, "write where it is mounted: findmnt tells that");
    if (word.startsWith("/") || word === slug(word)) return word;
    throw new WordError(`${quoted(word)} is no mount`, `write its path, or its name in items: ${slug(word)}`);
  },
};

export default defineProbe({
  name: "disk",
  doc: "Space and inodes of a mounted file system, and whether it became read-only.",
  args: [{ name: "mount", form: MOUNT, doc: "The file system, by where it is mounted." }],
  example: "get * root_usage root_inodes var_lib_usage",
  values: {
    usage: {
      item: "{mount}_usage",
      unit: "%",
      kind: "gauge",
      fit: "soso >80% until <78%  sick >90% until <88%  crit >97% until <95%",
      doc: "Space used, of what there is without the blocks that are reserved for root: at 100% programs fail.",
    },
    avail: {
      item: "{mount}_avail",
      unit: "B",
      kind: "gauge",
      doc: "Space left for programs that do not run as root.",
    },
    inodes: {
      item: "{mount}_inodes",
      unit: "%",
      kind: "gauge",
      fit: "soso >80% until <78%  sick >90% until <88%  crit >97% until <95%",
      doc: "Inodes used: at 100% no file can be made, however much space is left. No data where a file system makes them as needed.",
    },
    readonly: {
      item: "{mount}_readonly",
      unit: "",
      kind: "state",
      fit: "sick >0",
      doc: "Whether a local disk became read-only by errors (1): then its file system is read-only and its mount is not. No data on one that was mounted read-only on purpose. XFS never becomes so, it stops working.",
    },
  },
  usual: ["root", "boot", "home", "data", "backup", "scratch", "export"],
  instances: (host) =>
    offered(mountsOf(host))
      .map((mount) => slug(mount.path))
      .slice(0, INSTANCES_MAX),
  read: async (host, { args: [argument = ""] }) => {
    const mount = find(mountsOf(host), MOUNT.parse(argument));
    return { ...evaluate(await host.statfs(mount.path, isRemote(mount))), readonly: readonly(host, mount) };
  },
});

export interface Mount {
  device: string;
  path: string;
  type: string;
  /** ro: programs cannot write, be it the mount that is read-only or its file system. broken: its file system says why. */
  access: "rw" | "ro" | "broken";
}

/** What ext4 says in its options after an error, though it still has `rw` (Linux 6.15 and later). */
const BROKEN = /,(emergency_ro|shutdown)(,|$)/;

const tables = new Shared<ReadonlyMap<string, Mount>>();

/** The mounts of a host, the same for all items of a round. */
export function mountsOf(host: Host): ReadonlyMap<string, Mount> {
  return tables.get(host, () => parseMounts(host.read(MOUNTS)));
}

/**
 * The mounts of proc_pid_mounts(5), by path. Where several are stacked on one path, the last one is what programs
 * see. Throws ProbeError when a line is not of six columns.
 */
export function parseMounts(text: string): Map<string, Mount> {
  const mounts = new Map<string, Mount>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const match = /^(\S*) (\/\S*) (\S+) (r[ow])(,\S*)? \d+ \d+$/.exec(line); // tmpfs may have an empty device
    if (!match) throw notUnderstood(MOUNTS, 'the form "/dev/sda1 / ext4 rw 0 0"', line);
    const [device = "", path = "", type = ""] = match.slice(1, 4).map(unescaped);
    const access = BROKEN.test(match[5] ?? "") ? "broken" : match[4] === "ro" ? "ro" : "rw";
    mounts.set(path, { device, path, type, access });
  }
  if (mounts.size === 0) throw notUnderstood(MOUNTS, "at least one mount", text);
  return mounts;
}

// Blank, tab, newline, backslash and # stand in /proc/self/mounts as \040 and so on (getmntent(3)).
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/**
 * File systems worth watching, shortest path first: what is on disk, each device once (bind mounts and subvolumes share its
 * space), and of paths with the same slug only the first.
 */
export function offered(mounts: ReadonlyMap<string, Mount>): readonly Mount[] {
  const known = choices.get(mounts) ?? choose(mounts);
  choices.set(mounts, known);
  return known;
}
/** Made once for all disks that look themselves up in a table. */
const choices = new WeakMap<ReadonlyMap<string, Mount>, readonly Mount[]>();

function choose(mounts: ReadonlyMap<string, Mount>): readonly Mount[] {
  const devices = new Set<string>();
  const slugs = new Set<string>();
  return byPathLength(mounts).filter((mount) => {
    if (!isOffered(mount) || devices.has(mount.device) || slugs.has(slug(mount.path))) return false;
    devices.add(mount.device);
    slugs.add(slug(mount.path));
    return true;
  });
}

function isOffered({ path, type }: Mount): boolean {
  if (path === "/") return !IMAGE_ROOT.test(type);
  return (LOCAL_DISK.test(type) || REMOTE_DISK.test(type)) && !NOT_OFFERED.test(path);
}

/** Those of them on disks of this host: what a dead server of files has no part in. */
export function local(mounts: ReadonlyMap<string, Mount>): Mount[] {
  return offered(mounts).filter((mount) => !isRemote(mount));
}

export function isRemote({ type }: Mount): boolean {
  return REMOTE_DISK.test(type) || REMOTE_OTHER.test(type);
}

function byPathLength(mounts: ReadonlyMap<string, Mount>): Mount[] {
  return [...mounts.values()].sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
}

/**
 * The mount that an argument means: a path, or the slug of one (`/` is root), where a file system that is offered goes
 * before one that is not. Throws ProbeError, with the mounts that there are, for anything else: that a disk is not
 * mounted must not pass as its directory on another disk.
 */
export function find(mounts: ReadonlyMap<string, Mount>, argument: string): Mount {
  const real = offered(mounts);
  const found = argument.startsWith("/")
    ? mounts.get(argument.replace(/(.)\/+$/, "$1"))
    : [...real, ...byPathLength(mounts)].find((mount) => slug(mount.path) === argument);
  if (found) return found;
  const there = real.slice(0, NAMED_MAX).map((mount) => mount.path);
  throw new ProbeError(`nothing is mounted on ${argument}; there are: ${there.join(" ") || "no disks"}`);
}

/** Sizes in bytes to percentages, as df(1) has them but not rounded up; no data where a file system counts nothing. */
export function evaluate({ size, free, avail, files, filesFree }: FileSystemSize) {
  const used = Math.max(0, size - free);
  return {
    usage: used + avail > 0 ? (used / (used + avail)) * 100 : null,
    avail: size > 0 ? avail : null,
    inodes: files > 0 ? (Math.max(0, files - filesFree) / files) * 100 : null,
  };
}

/** 1 for a local disk that became read-only by errors, 0 for one that can be written, else null. */
export function readonly(host: Host, mount: Mount): Reading {
  if (!LOCAL_DISK.test(mount.type)) return null;
  if (mount.access === "rw") return 0;
  if (mount.access === "ro" && !isForced(host.read(MOUNTINFO), mount.path)) return null;
  return { value: 1, text: `${mount.path} became read-only: see dmesg, check the disk, then fsck and mount it anew` };
}

/**
 * Whether it is the file system and not the mount that is read-only, by the two columns of proc_pid_mountinfo(5): mount(8) sets
 * both, a bind mount only the first, and the kernel, after an error (errors=remount-ro, an aborted journal), only the last. Newer
 * ones of ext4 set neither, see BROKEN.
 */
export function isForced(mountinfo: string, path: string): boolean {
  const form = /^\d+ \d+ \d+:\d+ \S+ (\S+) (r[ow])(?:,\S+)? .*?- \S+ \S* (r[ow])(?:,\S*)?$/;
  const lines = mountinfo.split("\n").map((line) => form.exec(line));
  const found = lines.findLast((match) => match && unescaped(match[1] ?? "") === path);
  if (!found) throw notUnderstood(MOUNTINFO, `a line on ${path}`, mountinfo);
  return found[2] === "rw" && found[3] === "ro";
}
