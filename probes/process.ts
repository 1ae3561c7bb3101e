// Processes of one name, from /proc/PID (proc_pid_stat(5), proc_pid_cmdline(5)). Linux. One walk over /proc serves all items of
// a round, those of the probe processes too.

import { FILE_PATH, type Form, quoted, WordError } from "../src/core/form.ts";
import { type Host, readIfTold } from "../src/core/host.ts";
import { COMMAND_LINE_BYTES_MAX } from "../src/core/limits.ts";
import { type Before, Lookback } from "../src/core/lookback.ts";
import { PATTERN } from "../src/core/pattern.ts";
import { defineProbe, type Given, notUnderstood, type Options, optionOf } from "../src/core/probe.ts";
import { ProbeError, type Reading } from "../src/core/reading.ts";
import { matchesGlob } from "../src/core/selector.ts";
import { Shared } from "../src/core/shared.ts";
import { parseUptime } from "./uptime.ts";

/** One /proc/PID/stat takes 12 µs, and 3000 at one go would hold up all else in dmon for 36 ms: so a turn each 1.2 ms. */
const PIDS_PER_TURN = 100;
/** The kernel keeps so much of a name. */
const COMM_CHARS = 15;
/** Open files are counted of no more processes: before Linux 6.2 that means to list them all. */
const FILES_OF_MAX = 100;
/** User space sees so many ticks a second on every architecture of Linux (USER_HZ). */
const TICKS_PER_S = 100;

const NAME: Form<string> = {
  is: "a name as ps -e has it, * and ? in it",
  parse: (word) => {
    if (word !== "" && !word.startsWith("/")) return word;
    const name = word.replace(/^.*\//, "").slice(0, COMM_CHARS);
    throw new WordError(`${quoted(word)} is no name of a process`, name === "" ? "write *" : `write ${name}`);
  },
};

const USER: Form<string> = {
  is: "a user name or number",
  parse: (word) => {
    if (/^(\d+|[A-Za-z_][\w.-]*\$?)$/.test(word)) return word;
    throw new WordError(`${quoted(word)} is no user`, "write the name or the number");
  },
};

const OPTIONS = {
  cmd: { form: PATTERN, doc: "what the whole command line must match: of java or python its program" },
  user: { form: USER, doc: "whose they are" },
  pidfile: { form: FILE_PATH, doc: "only the one whose number is in this file" },
} satisfies Options;

export default defineProbe({
  name: "process",
  doc: "The processes of one name: how many there are, and what they take together.",
  args: [{ name: "name", form: NAME, doc: "The name: nginx, php-fpm*; what an interpreter runs is chosen by cmd=." }],
  options: OPTIONS,
  example: "item kafka process java cmd=kafka[.]Kafka user=kafka",
  needs: "To run as root for files, and where /proc is mounted with hidepid.",
  nodata:
    "On files where dmon may not count those of another user, on all but the count where there is none of the name.",
  values: {
    count: {
      unit: "",
      kind: "gauge",
      fit: "soso <1  crit <1 for 1m",
      doc: "How many there are, zombies not. None is critical only when it is seen twice, as services are restarted.",
    },
    cpu: {
      unit: "%",
      over100: true,
      kind: "rate",
      doc: "Processor time of all of them, in percent of one cpu. What one used between the last reading and its end is not known.",
    },
    rss: { unit: "B", kind: "gauge", doc: "Resident memory of all of them; what they share is counted for each." },
    oldest: {
      unit: "s",
      kind: "time",
      doc: "Age of the oldest: what falls to 0 was restarted. Without a default fitness: most restarts are meant.",
    },
    threads: { unit: "", kind: "gauge", doc: "Threads of all of them." },
    files: { unit: "", kind: "gauge", doc: "Files, sockets and pipes that they have open." },
  },
  read: async (host, given) => {
    const { all, hidden } = await walk(host);
    const { chosen, why } = choose(host, all, given);
    if (chosen.length === 0 && hidden)
      throw new ProbeError("the kernel hides the processes of others (hidepid): dmon must run as root");
    const uptime_s = parseUptime(host.read("/proc/uptime"));
    const seen = { uptime_s, ticks: new Map(chosen.map((each) => [`${each.pid} ${each.start}`, each])) };
    const cpu = used.compare(host, JSON.stringify([given.args, given.options]), seen, percentSeconds);
    if (chosen.length === 0) return { count: why === undefined ? 0 : { value: 0, text: why } };
    const age_s = uptime_s - Math.min(...chosen.map(({ start }) => start)) / TICKS_PER_S;
    return {
      count: chosen.length,
      cpu,
      rss: sum(chosen, ({ pages }) => pages) * host.pageBytes(),
      oldest: age_s >= 0 ? age_s : null, // lxcfs gives a container an uptime of its own
      threads: sum(chosen, ({ threads }) => threads),
      files: countFiles(host, chosen),
    };
  },
});

/** The beginning of a line of /proc/PID/stat, and the line: of most processes no more is asked. */
export interface Stat {
  pid: string;
  name: string;
  state: string;
  line: string;
}

/** What the rest of it tells. */
export interface Process {
  pid: string;
  parent: number;
  /** User and system time in ticks, without that of its children. */
  ticks: number;
  threads: number;
  /** Ticks after boot. */
  start: number;
  /** Resident pages. */
  pages: number;
}

interface Walk {
  all: readonly Stat[];
  /** The kernel hides those of others (hidepid=1 refuses, 2 does not even list them). */
  hidden: boolean;
}

const walks = new Shared<Promise<Walk>>();

/** All processes, the same for all items of a round. */
export function walk(host: Host): Promise<Walk> {
  return walks.get(host, () => readAll(host));
}

async function readAll(host: Host): Promise<Walk> {
  const pids = host.list("/proc").filter((name) => /^\d+$/.test(name));
  const all: Stat[] = [];
  let hidden = !pids.includes("1");
  for (const [index, pid] of pids.entries()) {
    if (index % PIDS_PER_TURN === PIDS_PER_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
    try {
      const text = host.readIfAny(`/proc/${pid}/stat`);
      if (text !== undefined) all.push(parseStat(text)); // else it ended since the list was made
    } catch (error) {
      if (!(error instanceof ProbeError) || error.message.includes("expected")) throw error;
      hidden = true;
    }
  }
  return { all, hidden };
}

const FORM = 'the form "1234 (sh) S 1200 …"';

/** The first columns of proc_pid_stat(5); ProbeError on anything else. */
export function parseStat(line: string): Stat {
  // The name may hold blanks and brackets of its own, so what follows is counted from the last one.
  const [begin, end] = [line.indexOf(" ("), line.lastIndexOf(") ")];
  const [pid, state] = [line.slice(0, Math.max(0, begin)), line.slice(end + 2, end + 3)];
  if (end < begin || !/^\d+$/.test(pid) || !/^[A-Za-z]$/.test(state) || line[end + 3] !== " ")
    throw notUnderstood("/proc/PID/stat", FORM, line);
  return { pid, state, name: line.slice(begin + 2, end), line };
}

/** The others, numbered as there; ProbeError when one is missing. */
export function parseRest({ pid, line }: Stat): Process {
  const columns = line.slice(line.lastIndexOf(") ") + 4).split(" ", 21);
  const at = (column: number) => Number(columns[column - 4] || Number.NaN);
  const process = { parent: at(4), ticks: at(14) + at(15), threads: at(20), start: at(22), pages: at(24) };
  if (!Object.values(process).every(Number.isSafeInteger)) throw notUnderstood("/proc/PID/stat", FORM, line);
  return { pid, ...process };
}

/** The processes that are meant, and why there are none where that is not the name. */
function choose(host: Host, all: readonly Stat[], given: Given): { chosen: Process[]; why?: string } {
  const name = NAME.parse(given.args[0] ?? "");
  const pattern = optionOf(OPTIONS, "cmd", given);
  const user = optionOf(OPTIONS, "user", given);
  const pidfile = optionOf(OPTIONS, "pidfile", given);
  const pid = pidfile === undefined ? undefined : pidIn(host.readIfAny(pidfile));
  if (typeof pid === "string") return { chosen: [], why: `${pidfile} ${pid}` };
  const matches = matcher(name);
  const uid = user === undefined ? undefined : uidOf(host, user);
  const chosen = all.filter((each) => {
    if (/[ZXx]/.test(each.state) || (pid !== undefined && Number(each.pid) !== pid) || !matches(each.name))
      return false;
    if (uid !== undefined && !isOf(host, each.pid, uid)) return false;
    if (pattern || name.length > COMM_CHARS) {
      const words = commandLine(host, each.pid);
      if (pattern && !pattern.test(words.join(" "))) return false;
      if (name.length > COMM_CHARS && !/[*?]/.test(name) && !words[0]?.split("/").at(-1)?.startsWith(name))
        return false;
    }
    return true;
  });
  if (pid === undefined) return { chosen: chosen.map(parseRest) };
  const named = all.find((each) => Number(each.pid) === pid);
  const what = !named ? "does not run" : matches(named.name) ? "is another one" : `is ${named.name}`;
  return { chosen: chosen.map(parseRest), why: `${pidfile} names ${pid}, which ${what}` };
}

/** The number in a file, which may say more behind it; or what is wrong with it. */
export function pidIn(text: string | undefined): number | string {
  if (text === undefined) return "is missing";
  const [word = ""] = text.trim().split(/\s/);
  if (word === "") return "is empty";
  return /^[1-9]\d{0,9}$/.test(word) ? Number(word) : "has no process number in it";
}

/** Whether a name as the kernel has it, cut off after 15 characters, is the one that is meant; `*` is any run, `?` one character. */
export function matcher(name: string): (comm: string) => boolean {
  if (!/[*?]/.test(name)) return (comm) => comm === name.slice(0, COMM_CHARS);
  return (comm) => matchesGlob(name, comm);
}

function commandLine(host: Host, pid: string): string[] {
  const bytes = host.readBytes(`/proc/${pid}/cmdline`) ?? new Uint8Array();
  const text = Buffer.from(bytes.subarray(0, COMMAND_LINE_BYTES_MAX)).toString("utf8");
  return (text.endsWith("\0") ? text.slice(0, -1) : text).split("\0");
}

function uidOf(host: Host, user: string): string {
  if (/^\d+$/.test(user)) return user;
  const lines = host.read("/etc/passwd").split("\n");
  const line = lines.find((each) => each.startsWith(`${user}:`));
  const uid = line?.split(":")[2];
  if (!uid) throw new ProbeError(`there is no user ${user} in /etc/passwd; of another directory use the number`);
  return uid;
}

function isOf(host: Host, pid: string, uid: string): boolean {
  const [, effective] = /^Uid:\t\d+\t(\d+)\t/m.exec(readIfTold(host, `/proc/${pid}/status`) ?? "") ?? [];
  return effective === uid;
}

interface Used {
  uptime_s: number;
  /** By number and start, for numbers are used again. */
  ticks: ReadonlyMap<string, Process>;
}

const used = new Lookback<Used, number>();

/**
 * What they used since this item was first read, in percent-seconds; it never goes back when one ends. Of one that was not
 * there before it is all that it used if it began since then, else nothing: it was there under another name.
 */
export function percentSeconds(now: Used, before: Before<Used, number> | undefined): number {
  if (!before) return 0;
  let ticks = 0;
  for (const [id, process] of now.ticks) {
    const was = before.seen.ticks.get(id);
    const isNew = process.start >= before.seen.uptime_s * TICKS_PER_S;
    if (was ?? isNew) ticks += Math.max(0, process.ticks - (was?.ticks ?? 0));
  }
  return before.result + (ticks * 100) / TICKS_PER_S;
}

// Since Linux 6.2 the size of the directory is the number of files.
function countFiles(host: Host, processes: readonly Process[]): Reading {
  if (processes.length > FILES_OF_MAX) return null;
  try {
    return sum(processes, ({ pid }) => host.stat(`/proc/${pid}/fd`)?.size || host.list(`/proc/${pid}/fd`).length);
  } catch (error) {
    if (error instanceof ProbeError) return null;
    throw error;
  }
}

function sum<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((total, each) => total + of(each), 0);
}
