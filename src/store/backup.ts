// A copy of a database that is being written to: of one moment, checked, and in its place all at once or not at all.

import type { Database } from "bun:sqlite";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { asStoreError, closeDatabase, DamagedError, StoreError } from "./database.ts";
import { openForReading } from "./reading.ts";

/** Beside the pages that are in use; SQLite needs a few for itself. */
const ROOM_BYTES = 64 * 1024;

export interface Backup {
  bytes: number;
  /** Rows of all tables. */
  rows: number;
}

/** Copies `file` to `to`, which is replaced only where that is wished. Throws StoreError; then nothing of it is left. */
export function backUp(file: string, to: string, replaces: boolean): Backup {
  const source = openForReading(file);
  const beside = `${resolve(to)}.${process.pid}.new`;
  try {
    refuseTarget(file, to, replaces);
    removeLeftovers(to);
    refuseWithoutRoom(source, to);
    return guardedBy(file, to, () => {
      const before = countsOf(source);
      makeEmpty(beside, to, statSync(file).mode & 0o777);
      source.run("VACUUM INTO ?", [beside]);
      const copied = checked(beside, before, countsOf(source));
      sync(beside);
      renameSync(beside, to);
      sync(dirname(resolve(to)));
      return copied;
    });
  } finally {
    closeDatabase(source);
    for (const suffix of ["", "-journal"]) rmSync(beside + suffix, { force: true });
  }
}

function refuseTarget(file: string, to: string, replaces: boolean): void {
  const there = statSync(to, { throwIfNoEntry: false });
  const dir = dirname(resolve(to));
  if (there?.isDirectory())
    throw new StoreError(`${to}: is a directory; name a file in it: ${join(to, basename(file))}`);
  if (there && !there.isFile()) throw new StoreError(`${to}: is no file`);
  if (!existsSync(dir)) throw new StoreError(`${to}: there is no directory ${dir}`);
  const source = statSync(file);
  if (there && there.ino === source.ino && there.dev === source.dev)
    throw new StoreError(`${to}: is the database itself`);
  if (there && !replaces) throw new StoreError(`${to}: is already there; --force replaces it`);
}

/** An empty file for the copy, of the mode that it shall have: SQLite would not say why it cannot be. */
function makeEmpty(beside: string, to: string, mode: number): void {
  try {
    closeSync(openSync(beside, "wx", mode));
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const said = { EACCES: "permission denied", EPERM: "permission denied", EROFS: "the file system is read-only" };
    const why = said[code as keyof typeof said] ?? message;
    throw new StoreError(`${to}: ${dirname(resolve(to))} cannot be written: ${why}`, { cause: error });
  }
}

/** Of copies that were killed: those whose process is no more. */
function removeLeftovers(to: string): void {
  const dir = dirname(resolve(to));
  for (const name of readdirSync(dir)) {
    const [, pid] = name.startsWith(`${basename(to)}.`) ? (/\.(\d+)\.new(?:-journal)?$/.exec(name) ?? []) : [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(dir, name), { force: true });
  }
}

function refuseWithoutRoom(source: Database, to: string): void {
  const number = (pragma: string) => Number(source.query(`PRAGMA ${pragma}`).values()[0]?.[0] ?? 0);
  const needed = (number("page_count") - number("freelist_count")) * number("page_size") + ROOM_BYTES;
  const dir = dirname(resolve(to));
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize < needed)
    throw new StoreError(`${to}: needs ${mib(needed)}, and ${dir} has room for ${mib(bavail * bsize)}`);
}

/** Opens the copy as what it is. Where nothing was written meanwhile it has as many rows as there were. */
function checked(copy: string, before: Counts, after: Counts): Backup {
  const db = openForReading(copy);
  try {
    const [[found] = []] = db.query("PRAGMA integrity_check(1)").values();
    // Pages are copied as they are, those of indexes too.
    if (found !== "ok") throw new DamagedError(`${copy}: the copy is damaged: ${String(found)}`);
    const counts = countsOf(db);
    const isSame = [before, after].some((each) => JSON.stringify(each.rows) === JSON.stringify(counts.rows));
    if (!isSame && before.version === after.version)
      throw new StoreError(`${copy}: the copy has other rows than the database`);
    return { bytes: statSync(copy).size, rows: Object.values(counts.rows).reduce((sum, n) => sum + n, 0) };
  } finally {
    closeDatabase(db);
  }
}

interface Counts {
  rows: Record<string, number>;
  /** Another one when somebody has written. */
  version: number;
}

function countsOf(db: Database): Counts {
  const tables = db
    .query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .values()
    .flat() as string[];
  const count = (table: string) => Number(db.query(`SELECT count(*) FROM ${table}`).values()[0]?.[0] ?? 0);
  const version = Number(db.query("PRAGMA data_version").values()[0]?.[0] ?? 0);
  return { rows: Object.fromEntries(tables.map((table) => [table, count(table)])), version };
}

function guardedBy<T>(file: string, to: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const said = asStoreError(to, error);
    if (said instanceof DamagedError)
      throw new StoreError(`${file}: is damaged; dmon db check tells more, dmon db rescue saves what can be read`);
    throw said;
  }
}

/** Until a file, or the names in a directory, are on the disk. */
export function sync(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
