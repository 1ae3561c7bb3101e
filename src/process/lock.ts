// One daemon a rundir: a lock that dies with its holder, and the pid beside it for people and scripts.

import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { writeFileAtomic } from "./files.ts";
import { isFileLocked, lockFile } from "./libc.ts";

export interface RunFiles {
  lock: string;
  pid: string;
  secret: string;
}

/** The files of SPEC section 12 in a rundir. */
export function runFiles(rundir: string): RunFiles {
  return { lock: `${rundir}/dmon.lck`, pid: `${rundir}/dmon.pid`, secret: `${rundir}/dmon.stp` };
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
  writeFileAtomic(files.pid, `${process.pid}\n`, 0o644);
  return true; // the descriptor stays open: it is the lock
}

/** Removes pid and secret. The lock file stays: to remove a file that others may be locking makes two locks. */
export function leaveLock(files: RunFiles): void {
  rmSync(files.pid, { force: true });
  rmSync(files.secret, { force: true });
}

/** The pid of the daemon that runs, 0 when it runs but has not yet written it, undefined when none runs. */
export function runningPid(files: RunFiles): number | undefined {
  let fd: number;
  try {
    fd = openSync(files.lock, "r");
  } catch {
    return undefined; // no lock file: never started here
  }
  try {
    if (!isFileLocked(fd)) return undefined;
  } finally {
    closeSync(fd);
  }
  try {
    return Number.parseInt(readFileSync(files.pid, "utf8"), 10) || 0;
  } catch {
    return 0;
  }
}
