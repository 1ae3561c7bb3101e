// Reads the files that an include names.

import { lstatSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { INCLUDED_FILES_MAX } from "../core/limits.ts";
import { IncludeError, type ReadIncluded } from "./parse.ts";

/** Files by their paths; `readText` refuses what is no text or too large. */
export function includedFiles(readText: (file: string) => string): ReadIncluded {
  return (glob, from) => {
    const path = isAbsolute(glob) ? glob : join(dirname(from), glob);
    if (!/[*?[\]{}]/.test(glob)) return [{ file: path, text: readText(path) }];
    // Up to the first part with a star: below /, a glob would look through the whole disk.
    const parts = path.split("/");
    const first = parts.findIndex((part) => /[*?[\]{}]/.test(part));
    const base = parts.slice(0, first).join("/") || (isAbsolute(path) ? "/" : ".");
    const there = statSync(base, { throwIfNoEntry: false });
    if (there && !there.isDirectory()) throw new Error(`${base} is no directory`);
    if (!there) {
      const hint = `make it: mkdir -p ${resolve(base)}; or write a path from the directory of this file`;
      throw new IncludeError(`there is no directory ${base}`, hint);
    }
    const pattern = parts.slice(first).join("/");
    if (pattern.includes("**")) throw new Error("** would look through whole directories");
    // Not onlyFiles: that leaves out links, and their hosts would vanish without a word.
    const found = [...new Bun.Glob(pattern).scanSync({ cwd: base, onlyFiles: false, followSymlinks: true })].sort();
    return found
      .map((name) => (base === "." ? name : join(base, name)))
      .filter((file) => !isDirectory(file))
      .slice(0, INCLUDED_FILES_MAX + 1)
      .map((file) => ({ file, text: readText(file) }));
  };
}

/** Whether a match is no file to be read, but a directory beside them. Throws an Error for a link that leads nowhere. */
function isDirectory(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch (error) {
    if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) throw error;
    throw new Error(`${file} is a link that leads nowhere`, { cause: error });
  }
}
