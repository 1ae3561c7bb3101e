// The host that this process runs on, as probes see it (core/probe, Host): bounded reads and statfs, from Linux by node:fs.

import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
  type StatsFs,
  statfsSync,
  statSync,
} from "node:fs";
import type { FileStatus, FileSystemSize, Host, SelfStats } from "../core/host.ts";
import { BINARY_FILE_BYTES_MAX, PROC_FILE_BYTES_MAX } from "../core/limits.ts";
import { ProbeError } from "../core/reading.ts";
import { kernelClock, pageBytes } from "./kernel.ts";
import type { Adopts } from "./leftovers.ts";
import { remoteStatfs } from "./remote-statfs.ts";

/** Beside data.lite: what programs keep from one time to the next. */
export const PROGRAMS_DIR = "programs";

export interface LocalHostOptions {
  /** Put before every path: "" for this host itself; tests and containers have another. */
  root: string;
  self: () => SelfStats;
  /** A directory for what programs keep from one time to the next; absent: nothing is kept. */
  programs?: string;
  /** This process starts nothing but these programs, so that what they leave behind can be found: whose of it is ended. */
  adopts?: Adopts;
  /** What was measured of items; absent: nothing that could be asked keeps it. */
  past?: Host["past"];
  /** Seconds since the epoch. */
  now_s?: () => number;
  mono_ms?: () => number;
}

/** Holds any /proc file but the longest tables; those grow a buffer of their own. Reads are synchronous, so one is enough. */
const shared = Buffer.allocUnsafe(64 * 1024);

/** This host, and an end to what still runs for its probes. */
export interface LocalHost extends Host {
  close(): void;
}

/** What probes read on this host. One for the life of the process: it knows which mounts still owe an answer. */
export function localHost(options: LocalHostOptions): LocalHost {
  const { root: where, self, now_s = () => Date.now() / 1000, mono_ms = () => performance.now() } = options;
  const root = where.replace(/\/+$/, "");
  const askRemote = remoteStatfs(now_s);
  let end = () => {};
  let closed = false;
  const ifAny = <T>(path: string, read: (file: string) => T): T | undefined => {
    try {
      return read(root + path);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw asProbeError(error, path);
    }
  };
  const readIfAny = (path: string) => ifAny(path, (file) => readBounded(file, path));
  return {
    self,
    now: now_s,
    mono_ms,
    pageBytes,
    kernelClock,
    readIfAny,
    read: (path) => {
      const text = readIfAny(path);
      if (text === undefined) throw new ProbeError(`${path} is missing${hintMissing(path)}`);
      return text;
    },
    readBytes: (path) => ifAny(path, (file) => readBytes(file, path)),
    readPart: (path, offset, length) => {
      const part = ifAny(path, (file) => readPart(file, path, offset, length));
      if (part === undefined) throw new ProbeError(`${path} is missing`);
      return part;
    },
    stat: (path) => ifAny(path, (file) => status(statSync(file))),
    past: options.past ?? noPast,
    real: (path) => root + path,
    list: (path) => ifAny(path, (file) => readdirSync(file)) ?? [],
    run: async (program) => {
      const { runProgram, endPrograms } = await import("./program.ts"); // a host without plugins never has it in memory
      end = endPrograms;
      if (closed) throw new ProbeError("dmon stops"); // the turn of a reading that has waited
      const { programs: home, adopts } = options;
      return runProgram(program, { ...(home === undefined ? {} : { home }), ...(adopts ? { adopts } : {}) });
    },
    close: () => {
      closed = true;
      end();
    },
    statfs: async (path, remote) => {
      try {
        return sizes(remote ? await askRemote(root + path) : statfsSync(root + path));
      } catch (error) {
        if (isGone(error)) throw new ProbeError(`${path} is missing: was it unmounted?`);
        throw asProbeError(error, path);
      }
    },
  };
}

function noPast(): never {
  throw new ProbeError("only a daemon that runs has the past of its items");
}

// Files under /proc and /sys report no size, so it is read until nothing comes. O_NONBLOCK: a FIFO by that name has no end.
function readBounded(file: string, path: string): string {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    let buffer = shared;
    let length = 0;
    for (;;) {
      const count = readSync(fd, buffer, length, buffer.length - length, null);
      if (count === 0) break;
      length += count;
      if (length > PROC_FILE_BYTES_MAX) {
        throw new ProbeError(`${path} is larger than ${PROC_FILE_BYTES_MAX} bytes: more than a probe reads`);
      }
      // One byte above the bound is room enough to see that it is passed.
      if (length === buffer.length) buffer = grown(buffer, Math.min(buffer.length * 4, PROC_FILE_BYTES_MAX + 1));
    }
    if (buffer.subarray(0, length).includes(0)) throw new ProbeError(`${path} is not text: it has NUL bytes`);
    return buffer.toString("utf8", 0, length);
  } finally {
    closeSync(fd);
  }
}

function readBytes(file: string, path: string): Uint8Array {
  const part = readPart(file, path, 0, BINARY_FILE_BYTES_MAX);
  if (part.length > 0) return part;
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK); // empty, or of /proc, where no size is told
  try {
    return Uint8Array.from(shared.subarray(0, readSync(fd, shared, 0, shared.length, null)));
  } finally {
    closeSync(fd);
  }
}

function readPart(file: string, path: string, offset: number, length: number): Uint8Array {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFile()) throw new ProbeError(`${path} is no plain file`);
    const buffer = Buffer.alloc(Math.min(length, Math.max(0, fstatSync(fd).size - offset)));
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, offset));
  } finally {
    closeSync(fd);
  }
}

function status(stats: Stats): FileStatus {
  const kind = stats.isFile() ? "file" : stats.isDirectory() ? "directory" : stats.isSocket() ? "socket" : "other";
  return { kind, size: stats.size, changed_s: stats.mtimeMs / 1000, id: `${stats.dev}:${stats.ino}` };
}

function grown(buffer: Buffer<ArrayBuffer>, size: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(size);
  buffer.copy(larger);
  return larger;
}

// Blocks are counted in f_frsize, as statvfs(3) has it. It differs from f_bsize on FUSE, and is 0 before Linux 2.6.36.
function sizes({ bsize, frsize, blocks, bfree, bavail, files, ffree }: StatsFs): FileSystemSize {
  const unit = frsize || bsize;
  return { size: blocks * unit, free: bfree * unit, avail: bavail * unit, files, filesFree: ffree };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

// ESRCH: the process ended between open and read of its /proc file. ENOTDIR: the parent is no directory.
function isGone(error: unknown): boolean {
  return ["ENOENT", "ESRCH", "ENOTDIR"].includes(codeOf(error) ?? "");
}

function hintMissing(path: string): string {
  const mount = /^\/(proc|sys)\//.exec(path)?.[0].slice(0, -1);
  return mount ? `: is ${mount} mounted, and does this kernel have it?` : "";
}

/** What a person can do about an errno, where there is something. */
const HINTS: Record<string, string> = {
  EACCES: "permission denied: dmon must run as root, or its user be given that right",
  EPERM: "permission denied: dmon must run as root, or its user be given that right",
  EISDIR: "it is a directory",
  ESTALE: "the server has lost this mount: unmount it and mount it anew",
  ENOTCONN: "the process that served this mount has ended: unmount it and mount it anew",
  EIO: "input/output error: see the kernel's log",
};

function asProbeError(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (error instanceof ProbeError || code === undefined) return error;
  return new ProbeError(`cannot read ${path}: ${HINTS[code] ?? code}`);
}
