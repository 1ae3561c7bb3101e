// Where the daemon's files are, from its settings (SPEC section 12).

import { join } from "node:path";
import type { Conf } from "../config/keys.ts";
import { type RunFiles, runFiles } from "../process/lock.ts";
import type { WorkKind } from "../work/works.ts";

export interface Paths {
  run: RunFiles;
  /** The client's database and the server's. */
  data: string;
  server: string;
  /** By which links in mails are signed. */
  ticketKey: string;
  /** By which sessions of the pages are signed; who may log in to them, and which sessions were logged out. */
  cgiSecret: string;
  passwords: string;
  endedSessions: string;
  /** The last good work-files of a host that is not the server. */
  workCache: (kind: WorkKind) => string;
  /** What the host is made of. */
  inventory: string;
  /** Touched for the system's init scripts, where the directory exists. */
  systemLock: string;
}

/** A test instance shares the work-files and nothing else. */
export function paths(conf: Pick<Conf, "vardir" | "rundir" | "lckdir">, test: boolean): Paths {
  const data = test ? join(conf.vardir, "test") : conf.vardir;
  return {
    run: runFiles(conf.rundir),
    data: join(data, "data.lite"),
    server: join(data, "server.lite"),
    ticketKey: join(data, "links.key"),
    cgiSecret: join(data, "cgi-secret"),
    passwords: join(data, "passwords"),
    endedSessions: join(data, "sessions-ended"),
    workCache: (kind) => join(data, `work.${kind}.json`),
    inventory: join(data, "inventory.json"),
    systemLock: join(conf.lckdir, "dmon"),
  };
}
