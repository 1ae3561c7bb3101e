// dmon db rescue: what a daemon does when it meets damage, for damage that only a check has met.

import { existsSync, renameSync, rmSync } from "node:fs";
import { runFiles, runningPid } from "../process/lock.ts";
import { moveAside } from "../store/aside.ts";
import { checkClient } from "../store/check.ts";
import { checkServer } from "../store/check-server.ts";
import { ClientStore } from "../store/client-store.ts";
import { asStoreError, closeDatabase, DamagedError, StoreError } from "../store/database.ts";
import { openForReading } from "../store/reading.ts";
import { rescue, savedText } from "../store/rescue.ts";
import { ServerStore } from "../store/server-store.ts";
import { UsageError } from "./command.ts";
import { type DbContext, mustBeThere } from "./db.ts";

const now_s = () => Date.now() / 1000;

export async function run({ options, files, tiers, rundir, say }: DbContext): Promise<number> {
  const pid = runningPid(runFiles(rundir));
  if (pid !== undefined) throw new UsageError(`dmon runs (pid ${pid}); stop it first: dmon stop`);
  const file = options.server ? files.server : files.client;
  mustBeThere(file);
  if (!options.force && isWhole(file, options.server === true)) {
    say(`${file}: nothing is wrong with it, and it is left as it is (--force: begins a new one all the same)\n`);
    return 0;
  }
  const damaged = moveAside(file, now_s());
  if (damaged === undefined) throw new StoreError(`${file}: was empty, and there was nothing to save`);
  const store = begin(file, damaged, () => {
    if (options.server) {
      const server = new ServerStore(file);
      server.succeed(damaged, []);
      return server;
    }
    const client = new ClientStore(file, tiers);
    client.succeed(damaged, undefined, [], now_s());
    return client;
  });
  say(`${file} is moved to ${damaged}\n`);
  try {
    for (const salvage of store.unsaved()) {
      const saved = await rescue(
        () => store.rescue(salvage.file, now_s),
        () => true,
      );
      if (saved) say(`${salvage.file}: ${savedText(saved)}\n`);
    }
  } finally {
    store.close();
  }
  return 0;
}

/** Whether there is nothing to rescue. Throws StoreError for one of a newer dmon, which is not ours to take apart. */
function isWhole(file: string, isServer: boolean): boolean {
  try {
    const db = openForReading(file);
    try {
      const { n } = db.query("SELECT count(*) AS n FROM sqlite_schema").get() as { n: number };
      if (n === 0) return false;
      const { damage, wrong, newer_than, schema } = isServer ? checkServer(db) : checkClient(db, now_s());
      if (newer_than !== undefined && damage.length === 0) {
        const known = `is of a newer dmon (schema ${schema}, this one knows ${newer_than})`;
        throw new StoreError(`${file} ${known}; use that one, or move the file away`);
      }
      return damage.length + wrong.length === 0;
    } finally {
      closeDatabase(db);
    }
  } catch (error) {
    if (asStoreError(file, error) instanceof DamagedError) return false;
    throw error;
  }
}

/** What cannot be begun leaves all as it was. */
function begin<S>(file: string, damaged: string, make: () => S): S {
  try {
    return make();
  } catch (error) {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
    for (const suffix of ["", "-wal"]) if (existsSync(damaged + suffix)) renameSync(damaged + suffix, file + suffix);
    throw error;
  }
}
