// dmon db backup: a copy of a database that is in use.

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { formatValue } from "../core/units.ts";
import { backUp } from "../store/backup.ts";
import { StoreError } from "../store/database.ts";
import { counted } from "../store/rescue.ts";
import { type DbContext, mustBeThere } from "./db.ts";

/** No backup is worth a database that is in use, its log, or one that was put aside. */
function refuseOwn(own: string, to: string): void {
  const real = (path: string) => (existsSync(path) ? realpathSync(path) : join(realDirectory(path), basename(path)));
  const [there, wanted] = [real(own), real(to)];
  if (dirname(wanted) === dirname(there) && basename(wanted).startsWith(basename(there)))
    throw new StoreError(`${to}: belongs to dmon's own ${own}; name another file`);
}

function realDirectory(path: string): string {
  const dir = dirname(resolve(path));
  return existsSync(dir) ? realpathSync(dir) : dir;
}

export function run({ args: [to = ""], options, files, say }: DbContext): number {
  const file = options.server ? files.server : files.client;
  mustBeThere(file);
  for (const own of Object.values(files)) refuseOwn(own, to);
  const { bytes, rows } = backUp(file, to, options.force === true);
  say(`${file} -> ${to}: ${formatValue(bytes, "B")}, ${counted(rows)} records\n`);
  return 0;
}
