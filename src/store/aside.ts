// A damaged database makes room for a new one: it is moved aside, whole and as it is, for it may be the only copy of what it has.

import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDamagedLog } from "./log-frames.ts";

/** Damaged files that are kept beside the good one. */
export const DAMAGED_KEPT_MAX = 3;
const MARK = ".damaged-";

/** What SQLite would take for a new database though it was one; undefined when nothing is seen from outside. */
export function emptied(file: string): string | undefined {
  if (isDamagedLog(`${file}-wal`)) return "has a damaged log beside it";
  try {
    return statSync(file).size === 0 ? "is empty" : undefined;
  } catch {
    return undefined; // there is none yet
  }
}

/**
 * Moves a database aside with its log; `close` closes it, where it is in use. Returns its new path; undefined when it was empty
 * and is gone. Throws what the system says when that cannot be; then it is where it was.
 */
export function moveAside(file: string, now_s: number, close: () => void = () => {}): string | undefined {
  const aside = asideName(file, MARK, now_s);
  const hasLog = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  renameSync(file, aside);
  if (hasLog) renameSync(`${file}-wal`, `${aside}-wal`);
  close(); // of a file that was moved SQLite leaves the log as it is, and what has its name now
  for (const suffix of ["-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
  if (hasLog || statSync(aside).size > 0) return aside;
  rmSync(aside);
  return undefined;
}

/** A free name beside a file, with a mark that says why and the time. */
export function asideName(file: string, mark: string, now_s: number): string {
  return freeName(`${file}${mark}${new Date(Math.floor(now_s) * 1000).toISOString().replace(".000", "")}`);
}

function freeName(wanted: string): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted}-${i}`;
    if (!existsSync(name)) return name;
  }
}

/**
 * Removes what is too much of damaged files: the smallest goes first, so that a disk which damages one new file after the other
 * does not drive out the one that has the years. `needed` stay. Returns what was removed.
 */
export function dropSurplus(file: string, needed: readonly string[]): string[] {
  const beginning = `${basename(file)}${MARK}`;
  const kept = readdirSync(dirname(file))
    .filter((name) => name.startsWith(beginning) && !name.endsWith("-wal") && !name.endsWith("-shm"))
    .map((name) => join(dirname(file), name))
    .map((path) => ({ path, bytes: statSync(path).size }))
    .sort((a, b) => a.bytes - b.bytes || (a.path < b.path ? -1 : 1));
  const surplus = kept
    .slice(0, Math.max(0, kept.length - DAMAGED_KEPT_MAX))
    .filter(({ path }) => !needed.includes(path));
  for (const { path } of surplus)
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  return surplus.map(({ path }) => path);
}
