// Opens a SQLite database the way dmon wants it: one writer, readers never wait, a kill -9 loses nothing that was
// committed, a newer schema is left alone.

import { Database } from "bun:sqlite";
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { greatestLogged } from "./log-frames.ts";
import { isHeader, pageBytesIn } from "./page-file.ts";
import { schemaFaults } from "./schema.ts";

/** A database cannot be used now; the message says which and why. */
export class StoreError extends Error {
  override name = "StoreError";
}

/** The file itself is wrong: no waiting and no room on the disk would help, but another file. */
export class DamagedError extends StoreError {
  override name = "DamagedError";
}

/** Pages are 4 KiB: 512 KiB of cache hold the tables that a minute touches. */
const CACHE_KIB = 512;
/** Of what is wrong with tables and indexes so much is told. */
const FAULTS_TOLD = 3;
/** No dmon will ever have so many schemas: a larger number was never written by one. */
const VERSION_MAX = 1000;
/** The write-ahead log goes back into the database at so many pages, and is cut to this size. */
const WAL_PAGES = 150;

/**
 * What a power cut may take. NORMAL: the last transactions, though never the database; a client loses a minute or two of
 * history and is spared an fsync a minute on somebody else's disk. FULL: nothing that was committed; the server needs it,
 * for a client forgets an event when the server confirms it. (A kill -9 takes nothing either way.)
 */
export type Synchronous = "NORMAL" | "FULL";

/** Opens and migrates: `schema[n]` brings user_version n to n+1. Throws StoreError. */
export function openDatabase(file: string, schema: readonly string[], synchronous: Synchronous): Database {
  const isNew = file !== ":memory:" && !existsSync(file);
  try {
    mkdirSync(dirname(file), { recursive: true });
    refuseNewer(file, versionIn(file), schema);
    const db = new Database(file, { create: true, strict: true });
    try {
      db.run("PRAGMA busy_timeout = 2000");
      const version = userVersion(db); // before anything is written
      refuseNewer(file, version, schema);
      const faults = schemaFaults(db, schema.slice(0, version));
      if (faults.length > 0) throw new DamagedError(`${file}: ${faults.slice(0, FAULTS_TOLD).join("; ")}`);
      db.run("PRAGMA cell_size_check = ON"); // what is damaged shows when it is read, not when it has done harm
      if (version === 0) db.run("PRAGMA auto_vacuum = INCREMENTAL"); // only before the first table
      db.run("PRAGMA journal_mode = WAL");
      db.run(`PRAGMA synchronous = ${synchronous}`);
      db.run(`PRAGMA cache_size = -${CACHE_KIB}`);
      db.run(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}`);
      db.run(`PRAGMA journal_size_limit = ${WAL_PAGES * 4096}`);
      if (version < schema.length) migrate(db, schema, version);
      return db;
    } catch (error) {
      closeDatabase(db);
      throw error;
    }
  } catch (error) {
    if (isNew) removeEmpty(file);
    throw asStoreError(file, openingError(error, file));
  }
}

/**
 * Closes a database now, with its log written back into it: Bun's own close waits until the last statement is collected, and a
 * process that ends before leaves the log. Beside a copy that somebody puts there it would be a foreign one.
 */
export function closeDatabase(db: Database): void {
  try {
    db.close(true);
  } catch {
    db.close();
  }
}

function migrate(db: Database, schema: readonly string[], version: number): void {
  db.transaction(() => {
    for (const step of schema.slice(version)) db.run(step);
    db.run(`PRAGMA user_version = ${schema.length}`);
  })();
}

/** One of a newer dmon is refused before SQLite has it: that would write the log into the file. */
function refuseNewer(file: string, version: number, schema: readonly string[]): void {
  if (version <= schema.length) return;
  if (version > VERSION_MAX) throw new DamagedError(`${file}: has a schema that no dmon can have (${version})`);
  const what = `is of a newer dmon (schema ${version}, this one knows ${schema.length})`;
  throw new StoreError(`${file} ${what}; start that one, or move the file away`);
}

/** Where the header has the version. */
const VERSION_AT = 60;
const HEADER_BYTES = 100;

/** The version of a file without opening it as a database; 0 of what is none. */
function versionIn(file: string): number {
  if (!existsSync(file) || !statSync(file).isFile()) return 0;
  const fd = openSync(file, "r");
  try {
    const header = new Uint8Array(HEADER_BYTES);
    if (readSync(fd, header) < HEADER_BYTES || !isHeader(header)) return 0;
    const written = new DataView(header.buffer).getUint32(VERSION_AT);
    return Math.max(written, greatestLogged(`${file}-wal`, pageBytesIn(header), 1, VERSION_AT) ?? 0);
  } finally {
    closeSync(fd);
  }
}

/** A file that was made and could not be written: empty it would look as if somebody had emptied it. */
function removeEmpty(file: string): void {
  try {
    if (statSync(file).size === 0) rmSync(file);
  } catch {
    // Nor could it be made.
  }
}

// SQLite says only that it could not; the system knows why.
function openingError(error: unknown, file: string): unknown {
  if ((error as { code?: string }).code !== "SQLITE_CANTOPEN") return error;
  try {
    accessSync(dirname(file), constants.W_OK);
    return error;
  } catch (reason) {
    return reason;
  }
}

/** Runs a piece of work on a database; what SQLite says becomes a StoreError that a person understands. */
export function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asStoreError(file, error);
  }
}

/** What SQLite or the system said, as a StoreError that a person understands; its cause is what was said. */
export function asStoreError(file: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const text = `${file}: ${explain(error)}`;
  return isDamage(error) ? new DamagedError(text, { cause: error }) : new StoreError(text, { cause: error });
}

/** Also what ends before its last page. A disk that cannot be read is no damage, and may be readable again. */
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ)/;

function isDamage(error: unknown): boolean {
  return DAMAGE.test((error as { code?: string }).code ?? "");
}

/**
 * Whether the disk, a lock or a right is to blame for what SQLite said. Else the content of the database may be: where an index
 * lacks a row, a statement fails in any way.
 */
export function isOfTheDisk(error: StoreError): boolean {
  const { code = "" } = (error.cause ?? {}) as { code?: string };
  return code.startsWith("SQLITE_") && !/^SQLITE_(ERROR|CONSTRAINT|MISMATCH|INTERNAL)/.test(code);
}

/**
 * Reads for the first time what a file has, right after openDatabase. What fails there, and is not the disk's fault, fails each
 * time: then the file is damaged, whatever the reason. Throws StoreError.
 */
export function firstRead<T>(file: string, db: Database, work: () => T): T {
  try {
    return work();
  } catch (error) {
    closeDatabase(db);
    const said = asStoreError(file, error);
    const isOfSystem = /^E[A-Z]+$/.test((error as { code?: string }).code ?? "");
    if (said instanceof DamagedError || isOfSystem || isOfTheDisk(said)) throw said;
    throw new DamagedError(`${file}: cannot be made out: ${(error as Error).message}`, { cause: error });
  }
}

function userVersion(db: Database): number {
  return (db.query("PRAGMA user_version").get() as { user_version: number }).user_version;
}

function explain(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (isDamage(error)) return "is damaged or no database";
  switch (code) {
    case "SQLITE_FULL":
    case "ENOSPC":
      return "the disk is full";
    case "SQLITE_READONLY":
    case "SQLITE_READONLY_DIRECTORY":
    case "EROFS":
      return "the file system is read-only";
    case "SQLITE_CANTOPEN":
    case "EACCES":
      return `cannot be opened (${message})`;
    default:
      return code?.startsWith("SQLITE_IOERR") ? `the disk does not work (${message})` : message;
  }
}
