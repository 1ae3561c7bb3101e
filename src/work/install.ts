// Which work-files a work.conf changes, and putting them in place: what did not change keeps its time.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WORK_KINDS, type WorkKind } from "../core/work-kind.ts";
import type { Works } from "./compile.ts";
import { dropStaging, finishMoves, type Move, stageMoves, type Write, workFile } from "./journal.ts";
import {
  type ClientWork,
  formatWork,
  type ItemWork,
  type PmakerWork,
  parseWorkFile,
  type ServerWork,
} from "./works.ts";

export interface WorkChange {
  kind: WorkKind;
  host: string;
  /** Contents; absent where there is no such file before or after. */
  before?: string;
  after?: string;
}

/** Work-files could not be put in place; the message says how many of them were all the same, and why not the rest. */
export class InstallError extends Error {
  override name = "InstallError";
}

/** Finishes what a mk-work that was killed had begun to install. For all who read work-files. Throws InstallError. */
export function finishInstall(vardir: string): void {
  try {
    finishMoves(vardir);
  } catch (error) {
    const why = reasonOf(error);
    throw new InstallError(`new work-files cannot be moved from works.tmp to works: ${why}`, { cause: error });
  }
}

/**
 * What installing the works would change, by kind and host. `see` is shown every change with its contents, which are
 * not kept: of a large work there is a quarter of a gigabyte. Throws InstallError when a work-file would not read.
 */
export function planChanges(works: Works, vardir: string, see: (change: WorkChange) => void = () => {}): Move[] {
  checkReadable(works);
  const moves: Move[] = [];
  const wanted = new Set<string>();
  const want = (kind: WorkKind, host: string, text: () => string) => {
    const path = workFile(vardir, kind, host);
    wanted.add(path);
    const before = readIfAny(path, vardir);
    const after = text();
    if (before === after) return;
    moves.push({ kind, host, text });
    see({ kind, host, after, ...(before === undefined ? {} : { before }) });
  };
  for (const [host, work] of works.clients) want("client", host, () => formatWork(work));
  want("server", works.server.server, () => formatWork(works.server));
  want("pmaker", works.pmaker.pmaker, () => formatWork(works.pmaker));
  for (const kind of WORK_KINDS) {
    const dir = join(vardir, "works", kind);
    for (const file of listFiles(dir)) {
      const path = join(dir, file);
      if (wanted.has(path)) continue;
      const host = file.replace(/\.txt$/, "");
      moves.push({ kind, host });
      see({ kind, host, before: readIfAny(path, vardir) ?? "" });
    }
  }
  return moves;
}

const NO_ITEMS: Record<string, ItemWork> = {};

/**
 * Reads back what is to be installed, so that no daemon gets what it cannot read: the work of all clients as if it were one's,
 * with the items that hosts share only once. Throws InstallError.
 */
function checkReadable({ clients, server, pmaker }: Works): void {
  const seen = new Set<Record<string, ItemWork>>();
  const hosts: ClientWork["hosts"] = {};
  for (const work of clients.values()) {
    for (const [name, host] of Object.entries(work.hosts)) {
      hosts[name] = seen.has(host.items) ? { ...host, items: NO_ITEMS } : host;
      seen.add(host.items);
    }
  }
  const [client] = clients.values();
  if (client) check("client", { ...client, hosts });
  check("server", server);
  check("pmaker", pmaker);
}

function check(kind: WorkKind, work: ClientWork | ServerWork | PmakerWork): void {
  try {
    parseWorkFile(kind, formatWork(work));
  } catch (error) {
    const why = (error as Error).message;
    throw new InstallError(`nothing is changed, for a ${kind} could not read its work: ${why}`, { cause: error });
  }
}

/**
 * Carries changes out, all or none, also when it is killed: what was begun then, the next one who reads or makes work-files ends
 * (journal.ts). One at a time, which is the caller's to see to. Throws InstallError; when it says that some are
 * changed, the rest follows as soon as what was in the way is gone.
 */
export function installChanges(moves: readonly Move[], vardir: string, write: Write): void {
  if (moves.length === 0) {
    tidyUp(vardir);
    return;
  }
  try {
    stageMoves(moves, vardir, write);
  } catch (error) {
    const problem = notInstalled("nothing is changed", vardir, error);
    tidyUp(vardir);
    throw problem;
  }
  try {
    finishMoves(vardir);
  } catch (error) {
    const { done } = error as { done?: number };
    throw notInstalled(`only ${done ?? 0} of ${moves.length} work-files are changed yet`, vardir, error);
  }
}

/** Removes what a mk-work left that was killed, or could not stage. */
function tidyUp(vardir: string): void {
  try {
    dropStaging(vardir);
  } catch {
    // Without its journal it counts for nothing, and the next one removes it.
  }
}

/** That work-files could not be put in place, and why not. */
export function notInstalled(so: string, vardir: string, error: unknown): InstallError {
  const why = reasonOf(error);
  return new InstallError(`${so}, for ${vardir} (vardir) cannot be written: ${why}`, { cause: error });
}

/** Why the system said no, and what to do. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return "permission denied; run mk-work as root or as the owner of vardir";
  if (code === "ENOTDIR" || code === "EEXIST")
    return "it or a part of it is no directory; give another vardir in dmon.conf";
  if (code === "EROFS") return "the file system is read-only";
  return message;
}

function listFiles(dir: string): string[] {
  try {
    return readdirSync(dir).filter((file) => file.endsWith(".txt"));
  } catch {
    return []; // nothing was installed yet
  }
}

function readIfAny(path: string, vardir: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new InstallError(`${vardir} (vardir) cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
