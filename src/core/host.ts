// What a host offers to the probes that read it: files, programs, clocks. client/host.ts is the real one, tests have others.

import type { Bucket } from "./consolidation.ts";
import { ProbeError } from "./reading.ts";

/** What the host offers to a probe. A test gives another root, clock or statfs; a probe uses nothing else. */
export interface Host {
  /** Text of a file, its path absolute as on the host (`/proc/loadavg`); bounded. Throws ProbeError. */
  read(path: string): string;
  /** The same, but undefined where there is no such file. */
  readIfAny(path: string): string | undefined;
  /** Names in a directory, or none where there is no such directory. */
  list(path: string): string[];
  /** The same for a file that is no text (utmp); undefined where there is no such file. */
  readBytes(path: string): Uint8Array | undefined;
  /** Bytes of a file of any size from an offset on, as many as there are up to `length`: how a log is followed. */
  readPart(path: string, offset: number, length: number): Uint8Array;
  /** stat(2); undefined where there is nothing by that name. Throws ProbeError. */
  stat(path: string): FileStatus | undefined;
  /** Where a path of the host is for this process: for sockets, which are not read. */
  real(path: string): string;
  /** Runs a program with a clean environment and bounds on output, time and memory. Throws ProbeError when it cannot be started. */
  run(program: Program): Promise<Finished>;
  /** statfs(2) of a mount point; blocks in bytes. A network file system that hangs does not hang the caller. */
  statfs(path: string, remote: boolean): Promise<FileSystemSize>;
  /** Seconds since the epoch. */
  now(): number;
  /** Milliseconds of a clock that nobody sets, for what is measured between two readings. */
  mono_ms(): number;
  /** Size of a page of memory, in which the kernel counts: 4 KiB, on arm64 up to 64. */
  pageBytes(): number;
  /** What the kernel holds of its clock, by adjtimex(2). Throws ProbeError. */
  kernelClock(): KernelClock;
  /** What dmon knows of itself. */
  self(): SelfStats;
  /**
   * What was measured of an item, of this host or of a dumb one behind it: a row for each bucket, oldest first, gaps left out.
   * Throws or rejects with ProbeError where nobody measures it, or its history cannot be read.
   */
  past(query: PastQuery): Past | Promise<Past>;
}

/** Whole buckets are told, also those in which the stretch begins and ends. */
export interface PastQuery {
  /** The canonical name of the item's host. */
  host: string;
  item: string;
  from_s: number;
  to_s: number;
  bucket_s: number;
}

export interface Past {
  /** The item's unit; "" while it is not known. */
  unit: string;
  rows: readonly PastRow[];
}

/** A bucket's start, and what is known of the item in it. */
export interface PastRow extends Bucket {
  time_s: number;
}

export interface FileSystemSize {
  size: number;
  free: number;
  /** What is free for those who are not root. */
  avail: number;
  files: number;
  filesFree: number;
}

/** The kernel's clock as adjtimex(2) tells it, in seconds. */
export interface KernelClock {
  /** What it still has to take away from the clock's error, of which it was told. */
  offset_s: number;
  /** The bound of the error. It grows by 500 ppm until somebody sets it anew; at 16 s nobody vouches for the clock. */
  maxError_s: number;
}

export interface FileStatus {
  kind: "file" | "directory" | "socket" | "other";
  size: number;
  /** Last change, seconds since the epoch. */
  changed_s: number;
  /** Device and inode: the same while it is the same file. */
  id: string;
}

/** A program to be run. It is niced, and all that it has started ends with it, at its deadline at the latest. */
export interface Program {
  /** Its path or name, and its arguments; no shell is between. */
  argv: readonly string[];
  /** Where a bare name is looked for before the PATH; absent: dmon itself has chosen the name, and nobody mistyped it. */
  dirs?: readonly string[];
  /** By which name it is called, where it tells from it what to do; its file has another one. */
  calledAs?: string;
  /** Variables beside the clean environment. */
  env?: Readonly<Record<string, string>>;
  /** Its standard input, which it may leave unread; absent: none. */
  input?: string;
  /** Ends it sooner, as if its time were over. */
  signal?: AbortSignal;
  /** The variables that tell it which directory is its to write to, each with the name of a file there, or "". */
  stateIn?: Readonly<Record<string, string>>;
  /** Whose rights it has; absent: dmon's. */
  user?: string;
  /** Groups whose rights that user has here, instead of those that are the user's. */
  groups?: readonly string[];
  /** The file that wants these rights, where it is not the item; for the error where they cannot be given. */
  rightsBy?: string;
  timeout_s: number;
  /** Its output is no text: each byte is a character of that value in `stdout`. */
  isBinary?: boolean;
  /** Output is read up to here, then the program is ended; default PROGRAM_OUTPUT_BYTES_MAX. */
  output_bytes_max?: number;
  /** What each of its processes may write to; default PROGRAM_MEMORY_BYTES_MAX. */
  memory_bytes_max?: number;
}

/** What became of a program. */
export interface Finished {
  /** Exit status; null when a signal ended it. */
  code: number | null;
  signal: string | null;
  stdout: string;
  /** Its beginning. */
  stderr: string;
  /** Ended by us: at its deadline, or because it wrote more than it may. */
  ended?: "late" | "flood";
}

/** dmon about itself, gathered by the client. */
export interface SelfStats {
  version: string;
  /** From when the last round was due to when what is read at once was stored. */
  cycle_ms: number;
  /** User and system time of this process since its start. */
  cpu_s: number;
  /** Resident set size. */
  rss_bytes: number;
  /** Events that the server has not yet confirmed. */
  outbox: number;
  /** Why the history cannot be written now; absent while it can. */
  trouble?: string;
  /** Why newer work was refused; absent while the work is the newest. */
  workTrouble?: string;
}

/** As Host.readIfAny, and undefined too where the kernel refuses to tell (EINVAL of a link that is down, hidepid). */
export function readIfTold(host: Host, path: string): string | undefined {
  try {
    return host.readIfAny(path);
  } catch (error) {
    if (error instanceof ProbeError) return undefined;
    throw error;
  }
}

/**
 * Whether this host is a container, whose kernel counts for others too: its processes have a namespace of their own. Where the
 * kernel does not tell (before Linux 3.8), what the engine leaves there says so.
 */
export function isContainer(host: Host): boolean {
  const namespace = host.stat("/proc/self/ns/pid");
  if (namespace) return !namespace.id.endsWith(`:${FIRST_PID_NAMESPACE}`);
  return CONTAINER_MARKS.some((path) => host.stat(path) !== undefined);
}
/** PROC_PID_INIT_INO of the kernel (linux/proc_ns.h). */
const FIRST_PID_NAMESPACE = 0xeffffffc;
/** systemd of any engine's guest; docker; podman. */
const CONTAINER_MARKS = ["/run/systemd/container", "/.dockerenv", "/run/.containerenv"];
