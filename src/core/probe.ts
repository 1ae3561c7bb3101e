// What a probe file declares. From this derive `mk-work -l`, help, docs, units and default fitness.

import { type Kind, ProbeError, type Reading } from "./reading.ts";

/** What the host offers to a probe. A test gives another root, clock or statfs; a probe uses nothing else. */
export interface Host {
  /** Text of a file, its path absolute as on the host (`/proc/loadavg`); bounded. Throws ProbeError. */
  read(path: string): string;
  /** The same, but undefined where there is no such file. */
  readIfAny(path: string): string | undefined;
  /** Names in a directory, or none where there is no such directory. */
  list(path: string): string[];
  /** statfs(2) of a mount point; blocks in bytes. A network file system that hangs does not hang the caller. */
  statfs(path: string, remote: boolean): Promise<FileSystemSize>;
  /** Seconds since the epoch. */
  now(): number;
  /** What dmon knows of itself. */
  self(): SelfStats;
}

export interface FileSystemSize {
  size: number;
  free: number;
  /** What is free for those who are not root. */
  avail: number;
  files: number;
  filesFree: number;
}

/** dmon about itself, gathered by the client. */
export interface SelfStats {
  version: string;
  /** Duration of the last whole cycle. */
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

export interface ProbeValue {
  /**
   * The name of the item that supplies this value without being defined: `cpu_load`, or a pattern with one of the
   * probe's arguments in it: `{mount}_usage`, which `get mars home_usage` fills in.
   */
  item: string;
  unit: string;
  kind: Kind;
  /** Every client has it, without a get: what nobody would think of asking for until it is missed. */
  always?: true;
  /** A share in % that can be more than 100, such as that of one processor in what many take. */
  over100?: true;
  /**
   * Its default fitness holds whatever the levels of a work are called: one that the work does not have is the one at its
   * place among the default ones, or else the last. For what must never fall silent: dmon about itself.
   */
  graded?: true;
  /** Default fitness, in the words of a `fit` statement: `soso >80% sick >90% crit >97%`. */
  fit?: string;
  /** One sentence: what it is. Where the fitness is not obvious, a second one says why. */
  doc: string;
}

export interface Probe<Value extends string = string> {
  name: string;
  doc: string;
  /** Names of the arguments, in order; all are needed. */
  args?: readonly string[];
  /** What it supplies. The first is what `item NAME PROBE` means when no value is named. */
  values: Record<Value, ProbeValue>;
  /** Seconds until a reading is given up; default PROBE_TIMEOUT_S. */
  timeout_s?: number;
  /** It asks an address over the network and so serves dumb hosts (`via=`) too. Absent: it reads the host that it runs on. */
  remote?: true;
  /**
   * What this host has for the one argument (mounts, interfaces), as item names have it (core/names.slug), without
   * repetition; needed when there are arguments.
   */
  instances?(host: Host): string[];
  /** Instances that many hosts have, lest they be taken for mistyped others, and to tell these: `rot` is `root`. */
  usual?: readonly string[];
  /** Reads all values at once. A value left out is *no data*. Throws ProbeError for what should be there and is not. */
  read(host: Host, args: readonly string[]): Partial<Record<Value, Reading>> | Promise<Partial<Record<Value, Reading>>>;
}

/** Declares a probe; only the types are checked here, the rest by test/probes. */
export function defineProbe<Value extends string>(probe: Probe<Value>): Probe<Value> {
  return probe;
}

/** The error for a text that is not in its documented form: names the file, the form, and what was there instead. */
export function notUnderstood(path: string, form: string, found: string): ProbeError {
  const excerpt = found.length > 40 ? `${found.slice(0, 40)}…` : found;
  return new ProbeError(`${path}: expected ${form}, found ${found === "" ? "nothing" : JSON.stringify(excerpt)}`);
}
