// What a probe file declares. From this derive `mk-work -l`, help, docs, units and default fitness.

import type { Test } from "./fitness.ts";
import { type Kind, ProbeError, type Reading } from "./reading.ts";

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

/** A program to be run. It is niced, gets no input, and all that it has started ends with it, at its deadline at the latest. */
export interface Program {
  /** Its path or name, and its arguments; no shell is between. */
  argv: readonly string[];
  /** Where a bare name is looked for before the PATH. */
  dirs?: readonly string[];
  /** By which name it is called, where it tells from it what to do; its file has another one. */
  calledAs?: string;
  /** Variables beside the clean environment. */
  env?: Readonly<Record<string, string>>;
  /** The variables that tell it which directory is its to write to, each with the name of a file there, or "". */
  stateIn?: Readonly<Record<string, string>>;
  /** Whose rights it has; absent: dmon's. */
  user?: string;
  /** Groups whose rights that user has here, instead of those that are the user's. */
  groups?: readonly string[];
  timeout_s: number;
  /** Output is read up to here, then the program is ended; default PROGRAM_OUTPUT_BYTES_MAX. */
  output_bytes_max?: number;
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
   * The name of the item that supplies this value without being defined: `cpu_load`, or a pattern with the probe's first
   * argument in it: `{mount}_usage`, which `get mars home_usage` fills in. Absent: there is such an item only by an `item`
   * statement, which knows the arguments: of `item web http URL`, the main value is `web`, the value time is `web.time`.
   */
  item?: string;
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
  /**
   * It is made of what changed since the reading before, so the first one has null; where there is no such thing at all it is
   * left out of the readings.
   */
  delta?: true;
  /** Default fitness, in the words of a `fit` statement: `soso >80% sick >90% crit >97%`. */
  fit?: string;
  /** One sentence: what it is. Where the fitness is not obvious, a second one says why. */
  doc: string;
}

/** A word behind the probe's name in an `item` statement. */
export interface Argument {
  name: string;
  /** What it is, for the page on probes and the usage. */
  doc: string;
  optional?: true;
  /** The last one may take all words that follow, one or more: a command line. */
  rest?: true;
}

/** What a reading is about: the words of its item, and the host that it is for. */
export interface Given {
  args: readonly string[];
  options: Readonly<Record<string, string>>;
  target: Target;
  /** The reading is given up after so long: who waits for others gives up a little earlier, and says why. */
  timeout_s: number;
}

/** The host whose item it is: this one, or a dumb one behind it. */
export interface Target {
  /** Its canonical name. */
  host: string;
  /** Its address, where the work-config has one. */
  addr?: string;
  /** How it speaks SNMP, in the words of the `host` statement: `v2c:COMMUNITY`. */
  snmp?: string;
}

/** A value that is known only when it is read (a port, a perfdatum): its item is called ITEM.KEY. */
export interface Found {
  /** Anything; it is made a name. */
  key: string;
  reading: Reading;
  unit: string;
  kind: Kind;
  label?: string;
  /** That it could not be had; then the reading means nothing. */
  error?: string;
  /** Its fitness where the work-config has none for it, worst last: the thresholds that a plugin declares. */
  fit?: readonly FoundRule[];
  /** What is measured cannot be less, or more; what is was not measured, and is no data. Of a counter the rate per second. */
  min?: number;
  max?: number;
}

/** Levels by name; one that a work does not have is left out. */
export interface FoundRule {
  level: string;
  test: Test;
  /** The test in words: `>90`. */
  text: string;
}

export type Readings<Value extends string = string> = Partial<Record<Value, Reading>>;

/** What a reading came to. */
export interface Supply<Value extends string = string> {
  readings: Readings<Value>;
  found?: readonly Found[];
  /** What is wrong where what was found counts nevertheless; then the readings mean nothing. */
  error?: string;
}

/** What all probes declare. */
interface Declaration<Value extends string> {
  name: string;
  doc: string;
  /** The words behind its name, in order. */
  args?: readonly Argument[];
  /**
   * `key=value` words, and what they mean; they stand behind the arguments, but before a command line, which is taken as it is.
   * `env.NAME` stands for every `env.…=`.
   */
  options?: Readonly<Record<string, string>>;
  /** What it supplies. The first is what `item NAME PROBE` means when no value is named. */
  values: Record<Value, ProbeValue>;
  /** A line of a work.conf that uses it. */
  example: string;
  /** Privileges, kernel or programs that it needs; absent: none that a Linux of the last ten years would lack. */
  needs?: string;
  /** On which hosts there is no data, and why that is no error. Absent: every Linux has it. */
  nodata?: string;
  /** Seconds until a reading is given up; default PROBE_TIMEOUT_S. */
  timeout_s?: number;
  /** Seconds between two readings, where every minute would be too dear or tell nothing new. */
  every_s?: number;
  /** What it needs while it is read, of which there is little: readings of one lane wait for each other (client/lanes.ts). */
  lane?: Lane;
  /** It asks an address over the network and so serves dumb hosts (`via=`) too. Absent: it reads the host that it runs on. */
  remote?: true;
  /**
   * What this host has for the first argument (mounts, interfaces), as item names have it (core/names.slug), without
   * repetition; needed when there are patterns among the items.
   */
  instances?(host: Host): string[];
  /** `item` statements that make sense on this host, without the word `item`: `cert_www certificate /etc/ssl/www.pem`. */
  suggest?(host: Host): string[] | Promise<string[]>;
  /** Instances that many hosts have, lest they be taken for mistyped others, and to tell these: `rot` is `root`. */
  usual?: readonly string[];
}

export interface ReadingProbe<Value extends string = string> extends Declaration<Value> {
  /** Reads all values at once. A value left out is *no data*. Throws ProbeError for what should be there and is not. */
  read(host: Host, given: Given): Readings<Value> | Promise<Readings<Value>>;
}

/** A probe that supplies more than its values, under names that are known only when it is read. */
export interface FindingProbe<Value extends string = string> extends Declaration<Value> {
  /** What it finds: `each perfdatum of the plugin`. */
  finds: string;
  /** As `read`, with what was found. */
  find(host: Host, given: Given): Supply<Value> | Promise<Supply<Value>>;
}

export type Probe<Value extends string = string> = ReadingProbe<Value> | FindingProbe<Value>;

/** program: what takes seconds of cpu or disk (smartctl, apt), one at a time. plugin: other people's programs. network: answers of others. */
export type Lane = "program" | "plugin" | "network";

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

/** Declares a probe; only the types are checked here, the rest by test/probes. */
export function defineProbe<Value extends string>(probe: ReadingProbe<Value>): ReadingProbe<Value> {
  return probe;
}

/** The same for one that finds values when it is read. */
export function defineFinder<Value extends string>(probe: FindingProbe<Value>): FindingProbe<Value> {
  return probe;
}

/** How a probe is written: `disk MOUNT`, `http URL [match=…]`, `exec [user=…] COMMAND…`. */
export function probeUsage({ name, args = [], options = {} }: Pick<Probe, "name" | "args" | "options">): string {
  const words = args.map(({ name: arg, optional, rest }) => {
    const word = arg.toUpperCase() + (rest ? "…" : "");
    return optional ? `[${word}]` : word;
  });
  const optional = Object.keys(options).map((option) => `[${option}=…]`);
  const ahead = args.at(-1)?.rest ? words.length - 1 : words.length;
  return [name, ...words.slice(0, ahead), ...optional, ...words.slice(ahead)].join(" ");
}

/** The error for a text that is not in its documented form: names the file, the form, and what was there instead. */
export function notUnderstood(path: string, form: string, found: string): ProbeError {
  const excerpt = found.length > 40 ? `${found.slice(0, 40)}…` : found;
  return new ProbeError(`${path}: expected ${form}, found ${found === "" ? "nothing" : JSON.stringify(excerpt)}`);
}
