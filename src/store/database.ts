// Opens a SQLite database the way dmon wants it: one writer, readers never wait, a kill -9 loses nothing that was
// committed, a newer schema is left alone.

import { Database } from "bun:sqlite";
import { accessSync, constants, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** A database cannot be used now; the message says which and why. */
export class StoreError extends Error {
  override name = "StoreError";
}

/** Pages are 4 KiB: 512 KiB of cache hold the tables that a minute touches. */
const CACHE_KIB = 512;
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
  try {
    mkdirSync(dirname(file), { recursive: true });
    const db = new Database(file, { create: true, strict: true });
    try {
      db.run("PRAGMA busy_timeout = 2000");
      const version = userVersion(db); // before anything is written
      if (version > schema.length) {
        throw new StoreError(`${file} is of a newer dmon (schema ${version}, this one knows ${schema.length})`);
      }
      if (version === 0) db.run("PRAGMA auto_vacuum = INCREMENTAL"); // only before the first table
      db.run("PRAGMA journal_mode = WAL");
      db.run(`PRAGMA synchronous = ${synchronous}`);
      db.run(`PRAGMA cache_size = -${CACHE_KIB}`);
      db.run(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}`);
      db.run(`PRAGMA journal_size_limit = ${WAL_PAGES * 4096}`);
      db.transaction(() => {
        for (const step of schema.slice(version)) db.run(step);
        db.run(`PRAGMA user_version = ${schema.length}`);
      })();
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw error instanceof StoreError ? error : new StoreError(`${file}: ${explain(openingError(error, file))}`);
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
    throw error instanceof StoreError ? error : new StoreError(`${file}: ${explain(error)}`);
  }
}

function userVersion(db: Database): number {
  return (db.query("PRAGMA user_version").get() as { user_version: number }).user_version;
}

function explain(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
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
    case "SQLITE_CORRUPT":
    case "SQLITE_NOTADB":
      return "is damaged or no database";
    default:
      return code?.startsWith("SQLITE_IOERR") ? `the disk does not work (${message})` : message;
  }
}
