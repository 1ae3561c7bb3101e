// Age, size and number of files: whether the backup came, whether a spool fills up. From stat(2).

import { type Form, PATH, quoted, WordError } from "../src/core/form.ts";
import type { FileStatus, Host } from "../src/core/host.ts";
import { FILES_MAX, GLOB_DIRECTORIES_MAX, STRETCH_MS_MAX } from "../src/core/limits.ts";
import { defineProbe } from "../src/core/probe.ts";
import { ProbeError } from "../src/core/reading.ts";
import { isRemote, type Mount, parseMounts } from "./disk.ts";

const MOUNTS = "/proc/self/mounts";

/** One file, or a pattern of several. */
export const FILES: Form<string> = {
  is: "a path that begins with /, * ? and [a-z] in it",
  parse: (word) => {
    PATH.parse(word);
    if (word.endsWith("/")) throw new WordError(`${quoted(word)} is a directory`, `write ${word}* for all files in it`);
    const open = word.split("/").find((part) => /\[[^\]]*$/.test(part));
    if (open === undefined) return word;
    throw new WordError(`${quoted(open)} has a "[" that is never closed`, "for the character itself write [[]");
  },
};

/** Whether a path may mean several files. */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

export default defineProbe({
  name: "file",
  doc: "Age, size and number of files: whether the backup came, whether a spool fills up.",
  args: [
    {
      name: "path",
      form: FILES,
      doc: "A file, or several: * ? and [a-z] stand for characters of one name, not for /.",
    },
  ],
  values: {
    age: {
      unit: "s",
      kind: "time",
      fit: "sick stale",
      doc: "Time since the newest file was changed. No data, which is sick, while there is no such file; how old it may be, only you know.",
    },
    oldest: {
      unit: "s",
      kind: "time",
      doc: "Time since the oldest one was changed: how long something waits in a spool.",
    },
    size: { unit: "B", kind: "gauge", doc: "Size of all of them together." },
    count: { unit: "files", kind: "gauge", doc: "How many there are; 0 is no error." },
  },
  example: "item backup file /backup/*.tar.gz",
  needs: "the right to see the files: dmon as root, or a group of theirs",
  nodata: "where there is no such file",
  read: async (host, { args: [word = ""] }) => {
    const path = FILES.parse(word);
    await wake(host, path);
    return evaluate(await statusOf(host, path), host.now());
  },
});

export interface NamedStatus extends FileStatus {
  path: string;
}

/** The plain files that a path means. Throws ProbeError when it is something else, or means more than is looked at. */
async function statusOf(host: Host, path: string): Promise<NamedStatus[]> {
  const found: NamedStatus[] = [];
  let rested_ms = performance.now();
  for (const each of await expand(host, path)) {
    const status = host.stat(each);
    if (status && status.kind !== "file" && each === path) throw new ProbeError(whatIs(path, status.kind));
    if (status?.kind === "file") found.push({ ...status, path: each });
    if (performance.now() - rested_ms < STRETCH_MS_MAX) continue;
    await Bun.sleep(0);
    rested_ms = performance.now();
  }
  return found;
}

function whatIs(path: string, kind: Exclude<FileStatus["kind"], "file">): string {
  if (kind === "directory") return `${path} is a directory; write ${path}/*`;
  return `${path} is ${kind === "socket" ? "a socket" : "a pipe or a device"}, which has no age and no size`;
}

/** All paths that a pattern may mean; one without signs is itself, whether it is there or not. */
export async function expand(host: Host, pattern: string): Promise<string[]> {
  let paths = [""];
  for (const part of pattern.split("/").slice(1)) {
    if (part === "") continue;
    if (!isGlob(part)) {
      paths = paths.map((path) => `${path}/${part}`);
      continue;
    }
    if (paths.length > GLOB_DIRECTORIES_MAX) throw tooMany(pattern, GLOB_DIRECTORIES_MAX, "directories");
    // Braces and ! have a meaning for Glob that nobody expects in a file name here.
    const glob = new Bun.Glob(part.replace(/[{}\\]/g, "\\$&").replace(/^!/, "\\!"));
    const next: string[] = [];
    for (const path of paths) {
      const names = host.list(path === "" ? "/" : path);
      for (const name of names) {
        if (name.startsWith(".") !== part.startsWith(".") || !glob.match(name)) continue;
        if (next.length >= FILES_MAX) throw tooMany(pattern, FILES_MAX, "files");
        next.push(`${path}/${name}`);
      }
      await Bun.sleep(0);
    }
    paths = next;
  }
  return paths;
}

function tooMany(pattern: string, most: number, what: string): ProbeError {
  return new ProbeError(`${pattern} means more than ${most} ${what}: write a narrower one`);
}

/** What is newest, oldest, and all of it. A file from the future (a clock that was wrong) is new. */
export function evaluate(files: readonly NamedStatus[], now_s: number) {
  if (files.length === 0) return { age: null, oldest: null, size: 0, count: 0 };
  const sorted = files.toSorted((a, b) => a.changed_s - b.changed_s);
  const age = (file: NamedStatus | undefined) =>
    file ? { value: Math.max(0, now_s - file.changed_s), text: file.path } : null;
  return {
    age: age(sorted.at(-1)),
    oldest: age(sorted[0]),
    size: files.reduce((sum, { size }) => sum + size, 0),
    count: files.length,
  };
}

/**
 * Waits for the file system that a path is on, if another host answers for it: stat(2) on a dead one never returns, and
 * would take the whole daemon with it. Then the reading misses its deadline instead.
 */
export async function wake(host: Host, path: string): Promise<void> {
  const mounts = host.readIfAny(MOUNTS);
  if (!mounts) return; // no /proc, so nobody can tell
  const mount = mountOf(parseMounts(mounts), path.replace(/\/[^/]*[*?[].*$/, ""));
  if (mount && isRemote(mount)) await host.statfs(mount.path, true);
}

/** The mount that a path is on: the one whose path is the longest beginning of it. */
export function mountOf(mounts: ReadonlyMap<string, Mount>, path: string): Mount | undefined {
  for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const mount = mounts.get(at);
    if (mount) return mount;
  }
  return mounts.get("/");
}
