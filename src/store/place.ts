// Where the file of an open database is: somebody may remove it, move it, or put another one in its place, and SQLite goes on with
// what it holds, which nobody finds again when it is closed.

import type { Database } from "bun:sqlite";
import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { asideName } from "./aside.ts";
import { sync } from "./backup.ts";
import { guarded } from "./database.ts";

/** What is found in its place: it, nothing, or another one. */
type Found = "same" | "gone" | "other";

/** What was done with a database that was not in its place any more. */
export interface PutBack {
  /** It is in its place again; else what it had is in `aside`, for another one is there. */
  aside?: string;
}

const HELD = ".replaced-";

export class Place {
  private readonly file: string;
  private readonly id: string | undefined;

  /** `file` was just opened. */
  constructor(file: string) {
    this.file = file;
    this.id = idOf(file);
  }

  look(): Found {
    if (this.id === undefined) return "same"; // one in memory has no place
    const id = idOf(this.file);
    if (id === this.id) return "same";
    return id === undefined ? "gone" : "other";
  }
}

/**
 * Puts all that an open database has back to its place, or aside where another one is there, which is never touched; `close` closes
 * it. Throws StoreError; then it is open as before, and nothing of this is left.
 */
export function putBack(file: string, db: Database, now_s: number, close: () => void): PutBack {
  const copy = `${file}.${process.pid}.new`;
  return guarded(file, () => {
    try {
      mkdirSync(dirname(file), { recursive: true });
      rmSync(copy, { force: true });
      db.run("VACUUM INTO ?", [copy]);
      sync(copy);
      const isOurs = isHeld(`${file}-wal`);
      const aside = existsSync(file) ? asideName(file, HELD, now_s) : undefined;
      if (aside !== undefined) renameSync(copy, aside);
      close();
      // A log belongs to the file that it was written for; beside another one it would be written into that.
      if (isOurs) for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix, { force: true });
      if (aside !== undefined) return { aside };
      return into(file, copy, now_s);
    } finally {
      rmSync(copy, { force: true });
    }
  });
}

/** A link does not go over what somebody has put there meanwhile. */
function into(file: string, copy: string, now_s: number): PutBack {
  try {
    linkSync(copy, file);
    sync(dirname(file));
    return {};
  } catch {
    const aside = asideName(file, HELD, now_s);
    renameSync(copy, aside);
    return { aside };
  }
}

/** Whether this process has a file open. */
function isHeld(file: string): boolean {
  const id = idOf(file);
  return id !== undefined && readdirSync("/proc/self/fd").some((fd) => idOf(`/proc/self/fd/${fd}`) === id);
}

function idOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
