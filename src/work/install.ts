// Puts work-files in place: staged beside, then each renamed over its old one; what did not change keeps its time.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { WORK_KINDS, type WorkKind } from "../core/work-kind.ts";
import type { Works } from "./compile.ts";
import { formatWork } from "./works.ts";

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

/** Where work-files are, below vardir [seed]. */
export function workFile(vardir: string, kind: WorkKind, host: string): string {
  return join(vardir, "works", kind, `${host}.txt`);
}

/** What installing the works would change, by kind and host. */
export function planChanges(works: Works, vardir: string): WorkChange[] {
  const wanted = new Map<string, { kind: WorkKind; host: string; text: string }>();
  const want = (kind: WorkKind, host: string, text: string) =>
    wanted.set(workFile(vardir, kind, host), { kind, host, text });
  for (const [host, work] of works.clients) want("client", host, formatWork(work));
  want("server", works.server.server, formatWork(works.server));
  want("pmaker", works.pmaker.pmaker, formatWork(works.pmaker));
  const changes: WorkChange[] = [];
  for (const [path, { kind, host, text }] of wanted) {
    const before = existsSync(path) ? readFileSync(path, "utf8") : undefined;
    if (before !== text) changes.push({ kind, host, after: text, ...(before === undefined ? {} : { before }) });
  }
  for (const kind of WORK_KINDS) {
    for (const file of listFiles(join(vardir, "works", kind))) {
      const path = join(vardir, "works", kind, file);
      if (!wanted.has(path))
        changes.push({ kind, host: file.replace(/\.txt$/, ""), before: readFileSync(path, "utf8") });
    }
  }
  return changes;
}

/**
 * Carries changes out: all new files are written and only then moved, so a full disk changes nothing. Throws InstallError;
 * what was installed by then stays, and the next mk-work does the rest.
 */
export function installChanges(
  changes: readonly WorkChange[],
  vardir: string,
  write: (path: string, text: string) => void,
): void {
  const staging = join(vardir, "works.tmp");
  const staged = ({ kind, host }: WorkChange) => join(staging, kind, `${host}.txt`);
  let done = 0;
  try {
    rmSync(staging, { recursive: true, force: true });
    for (const kind of WORK_KINDS) {
      mkdirSync(join(staging, kind), { recursive: true, mode: 0o700 });
      mkdirSync(join(vardir, "works", kind), { recursive: true, mode: 0o700 });
    }
    for (const change of changes) if (change.after !== undefined) write(staged(change), change.after);
    // New files first: a host that moves has its work before the old one goes.
    for (const change of changes.toSorted((a, b) => Number(a.after === undefined) - Number(b.after === undefined))) {
      const file = workFile(vardir, change.kind, change.host);
      if (change.after === undefined) rmSync(file, { force: true });
      else renameSync(staged(change), file);
      done++;
    }
  } catch (error) {
    const cause = (error as Error).message;
    const so = done === 0 ? "nothing is changed" : `only ${done} of ${changes.length} work-files are changed`;
    throw new InstallError(`${so}, for ${vardir} (vardir) cannot be written: ${cause}`, { cause: error });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** The lines that differ, `-` and `+`. Work-files have one item a line, so this reads as what changed. */
export function diffLines({ before, after }: WorkChange): string[] {
  const old = (before ?? "").split("\n");
  const now = (after ?? "").split("\n");
  const strip = (line: string) => line.replace(/,$/, "");
  const oldSet = new Set(old.map(strip));
  const nowSet = new Set(now.map(strip));
  return [
    ...old.filter((line) => !nowSet.has(strip(line))).map((line) => `- ${strip(line).trim()}`),
    ...now.filter((line) => !oldSet.has(strip(line))).map((line) => `+ ${strip(line).trim()}`),
  ];
}

function listFiles(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).filter((file) => file.endsWith(".txt")) : [];
}
