// One daemon a rundir: a lock that dies with its holder, and the pid beside it for people and scripts.

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { writeFileAtomic } from "./files.ts";
import { isFileLocked, lockFile } from "./libc.ts";

export interface RunFiles {
  lock: string;
  pid: string;
  secret: string;
  /** Where the daemon's own client listens, `address port`: dmon.conf may say otherwise by now. */
  listen: string;
}

/** The files of SPEC section 12 in a rundir. */
export function runFiles(rundir: string): RunFiles {
  const file = (ending: string) => `${rundir}/dmon.${ending}`;
  return { lock: file("lck"), pid: file("pid"), secret: file("stp"), listen: file("lsn") };
}

/**
 * Takes the daemon's lock for as long as this process lives and writes the pid; false when another daemon has it.
 * What a dead daemon left behind is no obstacle. Throws the system's error when the directory cannot be written.
 */
export function takeLock(files: RunFiles): boolean {
  mkdirSync(dirname(files.lock), { recursive: true, mode: 0o755 });
  const fd = openSync(files.lock, "a", 0o644);
  if (!lockFile(fd)) {
    closeSync(fd);
    return false;
  }
  rmSync(files.secret, { force: true }); // of a daemon that was killed: it would say that we serve already
  writeFileAtomic(files.pid, `${process.pid}\n`, 0o644);
  return true; // the descriptor stays open: it is the lock
}

/** Removes the secret and the address, and the pid unless the process goes on under it. The lock file stays: to remove a file that others may be locking makes two locks. */
export function leaveLock(files: RunFiles, goesOn = false): void {
  if (!goesOn) rmSync(files.pid, { force: true });
  rmSync(files.secret, { force: true });
  rmSync(files.listen, { force: true });
}

/** A daemon writes its pid just after it took the lock, on a disk that may be slow. */
const PID_WRITTEN_MS_MAX = 5_000;

/** The pid of the daemon that runs, 0 when it runs but does not write it, undefined when none runs. */
export function runningPid(files: RunFiles): number | undefined {
  const deadline = performance.now() + PID_WRITTEN_MS_MAX;
  for (;;) {
    const pid = writtenPid(files.pid);
    // Between two programs under one pid (re-exec) nobody has the lock for a moment; the one of our own pid are we.
    if (!isRunning(files)) {
      if (pid === 0 || pid === process.pid || !isDmon(pid) || performance.now() > deadline) return undefined;
    } else if (pid > 0 || performance.now() > deadline) return pid;
    Bun.sleepSync(2);
  }
}

/** Whether a daemon has the lock: from its start until its process is gone. */
function isRunning(files: RunFiles): boolean {
  let fd: number;
  try {
    fd = openSync(files.lock, "r");
  } catch {
    return false; // no lock file: never started here
  }
  try {
    return isFileLocked(fd);
  } finally {
    closeSync(fd);
  }
}

/** Which process has this pid: its start in clock ticks since the boot, the same across execve; undefined when it is gone. */
export function processStart(pid: number): string | undefined {
  try {
    // The name in brackets may hold anything; state is the 3rd field, starttime the 22nd (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

// In the moment of execve a process has no command line; a zombie never has one again.
function isDmon(pid: number): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "latin1");
    return command === "" ? processStart(pid) !== undefined : command.startsWith("dmon\0");
  } catch {
    return false;
  }
}

// What a killed daemon left must not be taken for the pid of the one that has the lock: it may be a stranger's tomorrow.
function writtenPid(file: string): number {
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10) || 0;
    return pid > 0 && existsSync(`/proc/${pid}`) ? pid : 0;
  } catch {
    return 0;
  }
}
