// dmon db backup: a copy of a database that is in use.

import { formatValue } from "../core/units.ts";
import { backUp } from "../store/backup.ts";
import { counted } from "../store/rescue.ts";
import { type DbContext, mustBeThere } from "./db.ts";

export function run({ args: [to = ""], options, files, say }: DbContext): number {
  const file = options.server ? files.server : files.client;
  mustBeThere(file);
  const { bytes, rows } = backUp(file, to, options.force === true);
  say(`${file} -> ${to}: ${formatValue(bytes, "B")}, ${counted(rows)} records\n`);
  return 0;
}
