// The users of the work, as the pagemaker on this host knows them: from the work-files, or the copies of what the server gave.

import type { Settings } from "../config/load.ts";
import { type Paths, paths } from "../daemon/paths.ts";
import { readCache, readWorkText } from "../daemon/work-source.ts";
import { parseWorkFile, type Work, type WorkKind } from "../work/works.ts";

export type WorkUsers =
  /** `elsewhere`: another host serves the pages. */
  { users: readonly string[] } | { unknown: string } | { elsewhere: string };

export function workUsers(settings: Settings, test: boolean): WorkUsers {
  const { file, hostname, server, conf } = settings;
  if (!file) return { users: [] };
  const isServer = hostname === server;
  const where = paths(conf, test);
  try {
    const client = read("client", settings, where);
    if (client && !client.pmaker) {
      const pmaker = isServer ? read("server", settings, where)?.pmaker : undefined;
      return { elsewhere: pmaker ?? "another host" };
    }
    const users = read("pmaker", settings, where)?.users;
    if (users) return { users };
    return { unknown: client ? "it was made by an older mk-work" : "there is none here yet" };
  } catch (error) {
    return { unknown: (error as Error).message };
  }
}

function read<K extends WorkKind>(kind: K, { hostname, server, conf }: Settings, where: Paths): Work<K> | undefined {
  const found = hostname === server ? readWorkText(conf.vardir, kind, hostname) : readCache(where.workCache(kind));
  return found && parseWorkFile(kind, found.text);
}
