// Where a role's work comes from: the file system on the server's host, the server by the wire on all others (kept for
// the day when the server is away), or nowhere when this host stands alone.

import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { writeFileAtomic } from "../process/files.ts";
import { PeerError } from "../wire/ask.ts";
import { DialError } from "../wire/dial.ts";
import { finishInstall } from "../work/install.ts";
import { workFile } from "../work/journal.ts";
import { parseWorkFile, type Work, type WorkKind } from "../work/works.ts";

/** Text of a work-file and its time of modification in seconds since the epoch. */
export interface WorkText {
  text: string;
  lm: number;
}

export interface WorkSource {
  /** When the work was last modified; 0 when there is none. Throws when it cannot be known now. */
  lm(kind: WorkKind): Promise<number>;
  /** The work itself. Throws when there is none, or it cannot be had now. */
  fetch(kind: WorkKind): Promise<WorkText>;
  /** The last copy that read, where copies are kept. */
  kept?(kind: WorkKind): WorkText | undefined;
  /** The host on which work-files are made, where that is another one. */
  madeOn?: string;
}

/** A work-file that is there and does not read. */
export class UnreadableWork extends Error {
  override name = "UnreadableWork";
  /** When that file was last modified. */
  readonly lm: number;

  constructor(message: string, lm: number, options: ErrorOptions) {
    super(message, options);
    this.lm = lm;
  }
}

/** What one work-file says, and its time of modification. */
export interface ReadWork<K extends WorkKind> {
  work: Work<K>;
  lm: number;
}

/** Work made in memory: it never changes until it is made anew. */
export function memorySource(texts: Readonly<Record<WorkKind, string>>): WorkSource {
  return {
    lm: () => Promise.resolve(0),
    fetch: (kind) => Promise.resolve({ text: texts[kind], lm: 0 }),
  };
}

/** Work-files on this host, which is the server's. */
export function fileSource(vardir: string, host: string): WorkSource {
  return {
    lm: async (kind) => workTime(vardir, kind, host),
    fetch: async (kind) => {
      const found = readWorkText(vardir, kind, host);
      if (!found) throw new Error(`there is no work in ${workFile(vardir, kind, host)}; run: dmon mk-work -f`);
      return found;
    },
  };
}

/** When a work-file was last modified; 0 when there is none. */
export function workTime(vardir: string, kind: WorkKind, host: string): number {
  try {
    finishInstall(vardir);
  } catch {
    // Who reads the work is told; a report that only wants to know whether there is newer work goes on.
  }
  return Math.round(statSync(workFile(vardir, kind, host), { throwIfNoEntry: false })?.mtimeMs ?? 0) / 1000;
}

/** A work-file, or undefined when there is none. Throws InstallError when a new one is ready and cannot be put in place. */
export function readWorkText(vardir: string, kind: WorkKind, host: string): WorkText | undefined {
  finishInstall(vardir);
  const path = workFile(vardir, kind, host);
  if (!existsSync(path)) return undefined;
  const fd = openSync(path, "r"); // one file for both: a rename in between would pair old text with the new time
  try {
    return { lm: Math.round(fstatSync(fd).mtimeMs) / 1000, text: readFileSync(fd, "utf8") };
  } finally {
    closeSync(fd);
  }
}

/** A host that gets its work from another one: both by name. */
export interface Served {
  host: string;
  server: string;
}

/** Work that the server gives. The last good one is kept in `cache(kind)` unless `keep` is false, and used while the server is away. */
export function wireSource(
  asked: (line: string) => Promise<Record<string, unknown>>,
  { host, server }: Served,
  cache: (kind: WorkKind) => string,
  keep = true,
): WorkSource {
  const ask = async (line: string) => {
    try {
      return await asked(line);
    } catch (error) {
      throw withRemedy(error as Error, { host, server });
    }
  };
  return {
    madeOn: server,
    lm: async (kind) => {
      const { lm } = await ask(`WORK_LM ${kind} ${host}`);
      return typeof lm === "number" ? lm : 0;
    },
    fetch: async (kind) => {
      let answer: Record<string, unknown>;
      try {
        answer = await ask(`WORK ${kind} ${host}`);
      } catch (error) {
        // Away is one thing; a server that says there is no work for us is another.
        const kept = error instanceof DialError ? readCache(cache(kind)) : undefined;
        if (kept) return kept;
        throw error;
      }
      const { data, lm } = answer;
      if (typeof data !== "string" || typeof lm !== "number") throw new Error("the server's answer is no work");
      if (keep) keepIfItReads(cache(kind), kind, data, lm);
      return { text: data, lm };
    },
    kept: (kind) => readCache(cache(kind)),
  };
}

/** How a server refuses a host that its work does not have; it does not say so to strangers. */
const STRANGER = /^no host is called| is not known here$| may not read |, not for \S+$/;

/** A refusal of the server with what to do there. */
function withRemedy(error: Error, { host, server }: Served): Error {
  if (!(error instanceof PeerError) || !STRANGER.test(error.message)) return error;
  const todo = `on the server ${server}, add to its work-config: host ${host} TAG, and run: dmon mk-work -f`;
  return new PeerError(`${error.message}; ${todo}`, { cause: error });
}

// A copy that cannot be written is missed only when the server is away; work that does not read is the caller's to refuse.
function keepIfItReads(path: string, kind: WorkKind, data: string, lm: number): void {
  try {
    parseWorkFile(kind, data);
    mkdirSync(dirname(path), { recursive: true });
    writeFileAtomic(path, JSON.stringify({ lm, data }), 0o600);
  } catch {
    // The old copy stays.
  }
}

/** The last good copy of a work that the server gave; undefined where there is none. */
export function readCache(path: string): WorkText | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { lm, data } = JSON.parse(readFileSync(path, "utf8")) as { lm: number; data: string };
    return { text: data, lm };
  } catch {
    return undefined; // a damaged copy is no copy
  }
}

/** Fetches and reads a work. Throws what the source throws, and UnreadableWork. */
export async function readWork<K extends WorkKind>(source: WorkSource, kind: K): Promise<ReadWork<K>> {
  return parse(kind, await source.fetch(kind), source.madeOn);
}

/** The same, but where `refused` is there to be told, what does not read gives way to its last good copy. */
export async function readOrKept<K extends WorkKind>(
  source: WorkSource,
  kind: K,
  refused?: (error: Error) => void,
): Promise<ReadWork<K>> {
  try {
    return await readWork(source, kind);
  } catch (error) {
    const kept = refused && error instanceof UnreadableWork ? source.kept?.(kind) : undefined;
    if (!kept) throw error;
    refused?.(error as Error);
    return parse(kind, kept, source.madeOn);
  }
}

function parse<K extends WorkKind>(kind: K, { text, lm }: WorkText, madeOn?: string): ReadWork<K> {
  try {
    return { work: parseWorkFile(kind, text), lm };
  } catch (error) {
    const why = (error as Error).message;
    const where = madeOn === undefined ? "" : ` on the server ${madeOn}`;
    const message = `the ${kind}'s work-file does not read (${why}); make it anew${where} with: dmon mk-work -f`;
    throw new UnreadableWork(message, lm, { cause: error });
  }
}
