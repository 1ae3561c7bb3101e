// How work-files change together, also when whoever changes them is killed. The new ones are staged, a journal lists what is to
// be moved and removed, and only then it is done: by whoever made it, or by the next one who reads or makes work-files.
//   works.tmp/NAME/{client,server,pmaker}/HOST.txt   what is new
//   works.tmp/NAME/gone/…                            what was removed: moved here, so that a late helper removes nothing newer
//   works.tmp/NAME/ready                             the journal; without it the staging counts for nothing
// NAME is another each time: a helper that lags behind finds neither its files nor its journal, and so does no harm.

import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { FILE_NAME_CHARS_MAX, HOSTS_PER_WORK_MAX } from "../core/limits.ts";
import { list, object, type Shape, ShapeError, text } from "../core/shape.ts";
import { WORK_KINDS, type WorkKind } from "../core/work-kind.ts";

/** A work-file that is to be put in place, or removed. */
export interface Move {
  kind: WorkKind;
  host: string;
  /** Its new content; absent where it goes. */
  text?: () => string;
}

/** Writes a new file, synced to the disk. */
export type Write = (path: string, text: string) => void;

const kind: Shape<WorkKind> = (value, path) => {
  const known = WORK_KINDS.find((each) => each === value);
  if (!known) throw new ShapeError(path, `one of ${WORK_KINDS.join(", ")}`);
  return known;
};
// Not only host names: whatever else lies among the work-files is removed by its name.
const host = text(FILE_NAME_CHARS_MAX, { test: (name) => !/[/\0]/.test(name), name: "a file's name" });
const files = list(object({ kind, host }), WORK_KINDS.length * HOSTS_PER_WORK_MAX);
const journal = object({ moves: files, removals: files });

/** Where work-files are, below vardir [seed]. */
export function workFile(vardir: string, of: WorkKind, name: string): string {
  return join(vardir, "works", of, `${name}.txt`);
}

/** Stages moves below vardir and writes the journal, from when on they are done, whatever happens. Before that nothing is changed. */
export function stageMoves(moves: readonly Move[], vardir: string, write: Write): void {
  dropStaging(vardir);
  const tmp = join(vardir, "works.tmp");
  mkdirSync(tmp, { recursive: true, mode: 0o700 });
  const staging = mkdtempSync(join(tmp, "new-"));
  for (const each of WORK_KINDS) {
    mkdirSync(join(staging, each), { mode: 0o700 });
    mkdirSync(join(staging, "gone", each), { recursive: true, mode: 0o700 });
    mkdirSync(join(vardir, "works", each), { recursive: true, mode: 0o700 });
  }
  for (const { kind: of, host: name, text: make } of moves) if (make) write(join(staging, of, `${name}.txt`), make());
  for (const dir of [...WORK_KINDS.map((each) => join(staging, each)), staging, tmp, vardir]) syncDirectory(dir);
  const listed = (some: readonly Move[]) => some.map(({ kind: of, host: name }) => ({ kind: of, host: name }));
  const entries = {
    // The files of one host are moved one behind the other, new ones first: a host that moves has its work before the old one goes.
    moves: listed(
      moves.filter((move) => move.text).toSorted((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : 0)),
    ),
    removals: listed(moves.filter((move) => !move.text)),
  };
  write(join(staging, "ready"), JSON.stringify(entries)); // the last step: behind it somebody may have begun to move
}

/**
 * Does what journals below vardir still list. Several processes may do so at once. Throws the system's error when
 * it cannot be done, with `done`, the number of files that were; the journal stays then.
 */
export function finishMoves(vardir: string): number {
  let done = 0;
  for (const staging of stagings(vardir)) {
    const listed = readJournal(join(staging, "ready"));
    if (!listed) continue;
    try {
      if (!syncIfThere(staging)) continue; // another has just ended it
      for (const each of WORK_KINDS) mkdirSync(join(vardir, "works", each), { recursive: true, mode: 0o700 });
      for (const { kind: of, host: name } of listed.moves)
        done += moveIfThere(join(staging, of, `${name}.txt`), workFile(vardir, of, name));
      for (const { kind: of, host: name } of listed.removals)
        done += moveIfThere(workFile(vardir, of, name), join(staging, "gone", of, `${name}.txt`));
      for (const each of WORK_KINDS) syncDirectory(join(vardir, "works", each));
    } catch (error) {
      throw Object.assign(error as Error, { done });
    }
    rmSync(join(staging, "ready"), { force: true });
    tidy(staging, join(vardir, "works.tmp"));
  }
  return done;
}

/** Forgets what was staged. A journal must have been finished before. */
export function dropStaging(vardir: string): void {
  rmSync(join(vardir, "works.tmp"), { recursive: true, force: true });
}

/** Directories below works.tmp, where that is ours or root's alone: a journal of somebody else's making moves nothing. */
function stagings(vardir: string): string[] {
  const tmp = join(vardir, "works.tmp");
  if (!isOurs(tmp)) return [];
  try {
    return readdirSync(tmp).map((name) => join(tmp, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isOurs(path: string): boolean {
  try {
    const stat = lstatSync(path);
    const isPlain = stat.isDirectory() || stat.isFile();
    return isPlain && (stat.uid === 0 || stat.uid === process.geteuid?.()) && (stat.mode & 0o022) === 0;
  } catch {
    return false; // it is not there; or vardir cannot be entered, which the reading of a work-file says
  }
}

/** Undefined when there is none; a damaged one is none, for it was never written half. */
function readJournal(path: string): ReturnType<typeof journal> | undefined {
  if (!isOurs(path)) return undefined;
  try {
    return journal(JSON.parse(readFileSync(path, "utf8")), "");
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ShapeError || isMissing(error)) return undefined;
    throw error;
  }
}

/** 1, or 0 when it was moved before. */
function moveIfThere(from: string, to: string): number {
  try {
    renameSync(from, to);
    return 1;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

// What a crash of the system leaves of a directory is what was synced: the journal must stand before the first move.
function syncIfThere(dir: string): boolean {
  try {
    syncDirectory(dir);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function syncDirectory(dir: string): void {
  const fd = openSync(dir, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

// What is left of a staging that was finished; two helpers may be at it. The directory above by rmdir: the next staging may be in it.
function tidy(staging: string, tmp: string): void {
  try {
    rmSync(staging, { recursive: true, force: true });
    rmdirSync(tmp);
  } catch {
    // It is gone, or the next mk-work removes it.
  }
}
