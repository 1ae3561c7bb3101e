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

/** Carries changes out: all new files are written and only then moved, so a full disk changes nothing. */
export function installChanges(
  changes: readonly WorkChange[],
  vardir: string,
  write: (path: string, text: string) => void,
): void {
  const staging = join(vardir, "works.tmp");
  rmSync(staging, { recursive: true, force: true });
  try {
    const moves: [string, string][] = [];
    for (const { kind, host, after } of changes) {
      if (after === undefined) continue;
      const staged = join(staging, kind, `${host}.txt`);
      mkdirSync(join(staging, kind), { recursive: true, mode: 0o700 });
      write(staged, after);
      moves.push([staged, workFile(vardir, kind, host)]);
    }
    for (const kind of WORK_KINDS) mkdirSync(join(vardir, "works", kind), { recursive: true, mode: 0o700 });
    for (const [from, to] of moves) renameSync(from, to);
    for (const { kind, host, after } of changes)
      if (after === undefined) rmSync(workFile(vardir, kind, host), { force: true });
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
