// What programs leave behind although their process group was ended: children in a session of their own (setsid, daemons). They
// become children of this process (PR_SET_CHILD_SUBREAPER), so that one small file of /proc tells after each program whether there
// are any; Bun waits only for what it has started, so they are taken out of the kernel's table here.
//
// By a variable of its environment, DMON_RUN=NAMESPACE.PID.START.RUN, a process says which program of which dmon it comes from. So
// what outlived a dmon that was killed is found by the next one, and nothing is ended that a program which still runs has started.
// A dmon in a container counts pids of its own (pid_namespaces(7)): whether it lives only that container's dmon can tell.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { isSpared, takeHeirs } from "../process/children.ts";
import { adoptOrphans, reap } from "./process-calls.ts";

const MARK = "DMON_RUN";
/** Programs of this life have greater numbers than those of a life before, which may have had our pid (re-exec). */
const FIRST_RUN = Date.now();
/** What was killed is gone soon, and what it had started becomes ours only then. */
const AGAIN_MS = 50;
const LOOKS = 5;
/** Processes that are looked at before others get their turn. */
const AT_A_TIME = 100;

let last = FIRST_RUN;
let adopting = false;
/** Children that no program of ours has left, and when each was started: who started dmon may have left it some. */
const strangers = new Map<number, string>();
let timer: Timer | undefined;

/** Whose leftovers are ended: those of this process alone, or also what outlived a dmon that is dead. */
export type Adopts = "own" | "all";

/** A new program, and the variable that says so to all that it starts. */
export function newRun(): { run: number; env: Record<string, string> } {
  const run = ++last;
  return { run, env: { [MARK]: `${ourselves()}.${run}` } };
}

/**
 * Takes in what programs leave behind from now on. Before the first program, and only for a process that starts nothing else from
 * then on: every new child must come from a program. What bears the mark of our own life before (re-exec) is an orphan, too.
 */
export function adopt(whose: Adopts): void {
  if (adopting) return;
  adopting = adoptOrphans();
  for (const pid of childrenOfOurs()) if (!reap(pid) && markOf(pid)?.starter !== ourselves()) spare(pid);
  if (whose === "all") void endOrphaned();
}

/** Ends what is left of programs that are over. `running` has our own children and their runs. Without leftovers it costs 20 µs. */
export function sweep(running: ReadonlyMap<number, number>, looks = LOOKS): void {
  if (!adopting) return;
  const isHeir = [forgetStrangers(), takeHeirs()].some(Boolean);
  const isLeft = (pid: number) => !running.has(pid) && !isSpared(pid) && !strangers.has(pid) && !reap(pid);
  const left = childrenOfOurs().filter(isLeft);
  if (left.length === 0) return;
  const runs = new Set(running.values());
  for (const pid of left) {
    if (isHeir && !markOf(pid)) spare(pid);
    else if (isOver(pid, runs)) end(pid);
  }
  if (looks <= 1 || timer) return; // what does not die (it waits for a dead disk) is seen again after the next program
  timer = setTimeout(() => {
    timer = undefined;
    sweep(running, looks - 1);
  }, AGAIN_MS);
  timer.unref();
}

function isOver(pid: number, runs: ReadonlySet<number>): boolean {
  const mark = markOf(pid);
  if (mark?.starter === ourselves()) return !runs.has(mark.run);
  // It threw its environment away: nobody knows whose it is. And init gets everybody's orphans.
  return process.pid !== 1 && runs.size === 0;
}

function spare(pid: number): void {
  strangers.set(pid, startOf(pid));
}

/** Whether strangers have ended. What they had started is ours since then, and as strange. */
function forgetStrangers(): boolean {
  const ended = [...strangers].filter(([pid, start]) => reap(pid) || startOf(pid) !== start);
  for (const [pid] of ended) strangers.delete(pid);
  return ended.length > 0;
}

async function endOrphaned(): Promise<void> {
  if (linkIfAny("/proc/self") !== String(process.pid)) return; // that of another namespace, with other pids than kill(2) takes
  let seen = 0;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const mark = markOf(pid);
    if (mark && !isOfTheLiving(mark)) end(pid);
    if (++seen % AT_A_TIME === 0) await Bun.sleep(0);
  }
}

function isOfTheLiving({ starter, run }: Mark): boolean {
  if (starter === ourselves()) return run >= FIRST_RUN;
  const [space, pid = "", start] = starter.split(".");
  return space !== namespace() || start === startOf(pid);
}

interface Mark {
  /** NAMESPACE.PID.START of the dmon that ran the program. */
  starter: string;
  run: number;
}

/** Undefined for a process that has none, or whose environment is not for us. */
function markOf(pid: number): Mark | undefined {
  const word = readIfAny(`/proc/${pid}/environ`)
    .split("\0")
    .find((each) => each.startsWith(`${MARK}=`));
  const [, starter, run] = /=(\d+\.\d+\.\d+)\.(\d+)$/.exec(word ?? "") ?? [];
  return starter === undefined ? undefined : { starter, run: Number(run) };
}

let own: string | undefined;

function ourselves(): string {
  own ??= `${namespace()}.${process.pid}.${startOf("self")}`;
  return own;
}

/** The inode of our pid namespace; 0 where the kernel has none. */
function namespace(): string {
  return /\d+/.exec(linkIfAny("/proc/self/ns/pid"))?.[0] ?? "0";
}

/** When a process was started, in ticks since the boot: with the pid it names one process (proc_pid_stat(5), field 22). */
function startOf(pid: number | string): string {
  const text = readIfAny(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

/** Those of our first thread, to which the kernel gives orphans, too. None where the kernel does not tell (CONFIG_PROC_CHILDREN). */
function childrenOfOurs(): number[] {
  return readIfAny(`/proc/self/task/${process.pid}/children`).split(" ").filter(Boolean).map(Number);
}

function readIfAny(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

function linkIfAny(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return "";
  }
}

// With its group, of which it may be the first. For kill(2) -1 is everybody, and 0 our own group.
function end(pid: number): void {
  if (pid <= 1) return;
  for (const each of [-pid, pid]) {
    try {
      process.kill(each, "SIGKILL");
    } catch {
      // It has ended already, or it is not ours to end.
    }
  }
}
