// The items that this host's work has, from the work-file that its daemon reads: for advice alone, so what cannot be read is none.

import { existsSync, readFileSync } from "node:fs";
import type { Settings } from "../config/load.ts";
import { paths } from "../daemon/paths.ts";
import { readCache } from "../daemon/work-source.ts";
import { workFile } from "../work/journal.ts";
import { type ItemWork, parseWorkFile } from "../work/works.ts";

export function ownItems({ conf, hostname }: Pick<Settings, "conf" | "hostname">): Record<string, ItemWork> {
  try {
    const file = workFile(conf.vardir, "client", hostname);
    const copy = () => readCache(paths(conf, false).workCache("client"))?.text;
    const text = existsSync(file) ? readFileSync(file, "utf8") : copy();
    return text === undefined ? {} : (parseWorkFile("client", text).hosts[hostname]?.items ?? {});
  } catch {
    return {}; // not ours to read, or of another version
  }
}
