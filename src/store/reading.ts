// Looks into a database that its daemon may be writing to: by a connection of its own that writes nothing and holds up nobody.

import { constants, Database } from "bun:sqlite";
import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { asStoreError, StoreError } from "./database.ts";

/** A checkpoint may hold a reader up for a moment. */
const BUSY_MS = 5000;

/** Throws StoreError. To be closed by closeDatabase. */
export function openForReading(file: string): Database {
  if (!existsSync(file)) throw new StoreError(`${file}: no such file`);
  if (!statSync(file).isFile()) throw new StoreError(`${file}: is no file`);
  try {
    closeSync(openSync(file, "r")); // the system says why not
    const db = isInUse(file)
      ? new Database(file, { readonly: true, strict: true })
      : new Database(untouched(file), READ_URI);
    try {
      db.run(`PRAGMA busy_timeout = ${BUSY_MS}`);
      db.query("SELECT count(*) FROM sqlite_schema").get(); // what is no database shows now
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw readingError(file, error);
  }
}

const READ_URI = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI;

/** Whether somebody has it open, or was killed while he had: then there is more in the log. */
export function isInUse(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0 || existsSync(`${file}-shm`);
}

/** Read so, not even an empty log comes to stand beside it. */
function untouched(file: string): string {
  return `file:${file.split("/").map(encodeURIComponent).join("/")}?immutable=1`;
}

function readingError(file: string, error: unknown): StoreError {
  const { code } = error as { code?: string };
  if (code === "EACCES" || code === "EPERM") return new StoreError(`${file}: permission denied; root may read it`);
  // Of a log that a killed daemon left, an index is made first, and that is written beside it.
  if (code === "SQLITE_CANTOPEN" || code?.startsWith("SQLITE_READONLY"))
    return new StoreError(`${file}: has a log beside it that you may not read; root may, or start dmon`);
  return asStoreError(file, error);
}
