// Runs other people's programs for probes: niced, with a clean environment, and with bounds on output, time
// and memory. Loaded when the first one is run.

import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Finished, Program } from "../core/host.ts";
import {
  PROGRAM_ERRORS_BYTES_MAX,
  PROGRAM_MEMORY_BYTES_MAX,
  PROGRAM_NICENESS,
  PROGRAM_OUTPUT_BYTES_MAX,
} from "../core/limits.ts";
import { ProbeError } from "../core/reading.ts";
import { type Adopts, adopt, newRun, sweep } from "./leftovers.ts";
import { openLifeline, tieLifeline } from "./lifeline.ts";
import { codeOf, findProgram, SYSTEM_PATH, toolFile } from "./program-file.ts";
import { collect } from "./program-output.ts";

/** Not that of the daemon: what an administrator has exported must not change what a plugin says. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: SYSTEM_PATH,
  HOME: "/",
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
};
/** What still comes when a program has ended; longer holds only a child that it left behind. */
const DRAIN_STEP_MS = 100;
const DRAIN_STEPS = 3;
/** The same for one that we ended: what it said was read all the time, and its reading must end before it is given up. */
const DRAIN_ENDED_STEP_MS = 10;

/** Those that run now: the pid of each, which is that of its group, and its run. */
const running = new Map<number, number>();

/** Where programs run. */
export interface Surroundings {
  /** The directory for what programs keep from one time to the next. */
  home?: string;
  /** This process starts nothing else, so what programs leave behind can be told (leftovers.ts). */
  adopts?: Adopts;
}

/** Runs a program to its end, or to its bounds; then nothing of it is left. Throws ProbeError when it cannot be started. */
export async function runProgram(program: Program, { home, adopts }: Surroundings = {}): Promise<Finished> {
  if (adopts) adopt(adopts);
  const { child, file } = start(program, home);
  let ended: Finished["ended"];
  const end = (why: "late" | "flood") => {
    ended ??= why;
    endGroup(child.pid);
  };
  const timer = setTimeout(() => end("late"), program.timeout_s * 1000);
  const stop = () => end("late");
  program.signal?.addEventListener("abort", stop);
  if (program.signal?.aborted) stop(); // no event comes for what was before
  const output = collect(child.stdout, program.output_bytes_max ?? PROGRAM_OUTPUT_BYTES_MAX, () => end("flood"));
  const errors = collect(child.stderr, PROGRAM_OUTPUT_BYTES_MAX, () => end("flood"), PROGRAM_ERRORS_BYTES_MAX);
  try {
    await child.exited;
    const all = Promise.all([output.done, errors.done]).then(() => true);
    // In steps: after one long wait for our turn there is still time to read.
    const step_ms = ended ? DRAIN_ENDED_STEP_MS : DRAIN_STEP_MS;
    for (let step = 0; step < DRAIN_STEPS; step++) if (await Promise.race([all, Bun.sleep(step_ms)])) break;
    const finished: Finished = {
      code: child.exitCode,
      signal: child.signalCode === null ? null : String(child.signalCode),
      stdout: output.take(program.isBinary ? "latin1" : "utf8"),
      stderr: errors.take(),
      ...(ended ? { ended } : {}),
    };
    failIfNotRun(finished, file);
    return finished;
  } finally {
    clearTimeout(timer);
    program.signal?.removeEventListener("abort", stop);
    endGroup(child.pid); // also what it left behind
    running.delete(child.pid);
    sweep(running);
  }
}

/** Ends all that run now: the daemon stops. */
export function endPrograms(): void {
  for (const pid of running.keys()) endGroup(pid);
}

function start(program: Program, home: string | undefined) {
  const [name = ""] = program.argv;
  const file = findProgram(name, program.dirs, program.env?.PATH);
  const rights = rightsOf(program);
  const { run, env: mark } = newRun();
  const env = { ...ENVIRONMENT, ...rights?.env, ...stateOf(program, rights, home), ...program.env, ...mark };
  const called = program.calledAs === undefined ? file : linkOf(file, program.calledAs, home);
  const command = wrapped(program, rights, called);
  const lifeline = openLifeline();
  let pid: number | undefined;
  try {
    const child = Bun.spawn(command, {
      cwd: "/",
      env,
      // In memory (memfd) and not through a pipe: who reads none of it neither fails us nor holds us up.
      stdio: [
        program.input === undefined ? "ignore" : Buffer.from(program.input, "utf8"),
        "pipe",
        "pipe",
        ...(lifeline === undefined ? [] : [lifeline]),
      ],
      detached: true, // a session and process group of its own, which can be ended as a whole
    });
    pid = child.pid;
    running.set(pid, run);
    return { child, file: called };
  } catch (error) {
    throw new ProbeError(`${name} cannot be started: ${codeOf(error) ?? String(error)}`);
  } finally {
    tieLifeline(lifeline, pid);
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

// The shell becomes nice, nice becomes the program: one process in all. It leaves no core behind when it crashes. All is named by
// its file, for the PATH is the plugin's own.
function wrapped(program: Program, rights: Rights | undefined, file: string): string[] {
  const [, ...args] = program.argv;
  const memory_kib = Math.floor((program.memory_bytes_max ?? PROGRAM_MEMORY_BYTES_MAX) / 1024);
  const limit = `ulimit -d ${memory_kib} 2>/dev/null; ulimit -c 0 2>/dev/null; exec "$@"`;
  const command = rights ? [toolFile("setpriv"), ...rights.options, "--"] : [];
  return ["/bin/sh", "-c", limit, "sh", toolFile("nice"), "-n", String(PROGRAM_NICENESS), ...command, file, ...args];
}

/** Throws ProbeError where the program was not run: nice and setpriv say so by status and message, as env(1) does. */
function failIfNotRun({ code, stderr }: Finished, file: string): void {
  const [line = ""] = stderr.split("\n", 1);
  if ((code !== 126 && code !== 127) || !line.includes(file) || !/^(\S*\/)?(nice|setpriv): /.test(line)) return;
  const reason = line.slice(line.lastIndexOf(": ") + 2);
  const isMissing = reason.startsWith("No such file"); // not itself: it was found a moment ago
  throw new ProbeError(
    `${file} cannot be run: ${isMissing ? "the interpreter that its first line names is missing" : reason}`,
  );
}

/** Those of another user. */
interface Rights {
  user: string;
  uid: number;
  gid: number;
  /** Those of setpriv that give them. */
  options: string[];
  env: Record<string, string>;
}

function rightsOf({ user, groups, rightsBy }: Program): Rights | undefined {
  if (user === undefined) return undefined;
  const wanted = rightsBy === undefined ? "" : `, as ${rightsBy} wants it; user= gives other rights`;
  const [uid, gid, , home = "/"] = lineOf("/etc/passwd", user) ?? [];
  if (!uid || !gid) throw new ProbeError(`there is no user ${user} in /etc/passwd${wanted}`);
  if (Number(uid) === process.getuid?.() && !groups) return undefined;
  if (process.getuid?.() !== 0)
    throw new ProbeError(`only root can run a program as ${user}; dmon does not run as root`);
  const gids = groups?.map((group) => gidOf(group, wanted));
  const more = gids ? `--groups=${[gid, ...gids].join(",")}` : "--init-groups";
  return {
    user,
    uid: Number(uid),
    gid: Number(gid),
    options: [`--reuid=${uid}`, `--regid=${gid}`, more],
    env: { HOME: home, USER: user, LOGNAME: user },
  };
}

function gidOf(group: string, wanted: string): string {
  const [gid] = /^\d+$/.test(group) ? [group] : (lineOf("/etc/group", group) ?? []);
  if (gid) return gid;
  throw new ProbeError(`there is no group ${group} in /etc/group${wanted}`);
}

/** The fields behind name and password. */
function lineOf(file: string, name: string): string[] | undefined {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines
    .find((line) => line.startsWith(`${name}:`))
    ?.split(":")
    .slice(2);
}

/**
 * A directory of its user's own for what a program keeps, in the variables that tell it where. Where none can be made (a full
 * disk) they are not set: most programs need none, and the others say so.
 */
function stateOf({ stateIn }: Program, rights: Rights | undefined, home: string | undefined): Record<string, string> {
  if (!stateIn || home === undefined) return {};
  const uid = rights?.uid ?? process.getuid?.() ?? 0;
  const dir = join(home, "state", rights?.user ?? String(uid));
  try {
    if (lstatSync(dir, { throwIfNoEntry: false })?.uid !== uid) {
      makeOpen(home);
      makeOpen(join(home, "state"));
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      if (rights) chownSync(dir, rights.uid, rights.gid);
    }
  } catch {
    return {};
  }
  return Object.fromEntries(Object.entries(stateIn).map(([name, file]) => [name, join(dir, file)]));
}

/** A link of another name to a program. */
function linkOf(file: string, name: string, home: string | undefined): string {
  if (home === undefined) throw new ProbeError(`${file} cannot be called ${name}: make a link of that name to it`);
  const link = join(home, "links", name);
  try {
    if (lstatSync(link, { throwIfNoEntry: false }) && readlinkSync(link) === file) return link;
    makeOpen(home);
    makeOpen(join(home, "links"));
    rmSync(link, { force: true });
    symlinkSync(file, link);
  } catch (error) {
    throw new ProbeError(`${link}, a link to ${file}, cannot be made: ${codeOf(error)}`);
  }
  return link;
}

/** Makes a directory through which other users can pass. */
function makeOpen(dir: string): void {
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o711);
}
