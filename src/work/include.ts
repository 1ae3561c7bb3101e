// Reads the files that an include names.

import { statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { INCLUDED_FILES_MAX } from "../core/limits.ts";
import type { ReadIncluded } from "./parse.ts";

/** Files by their paths; `readText` refuses what is no text or too large. */
export function includedFiles(readText: (file: string) => string): ReadIncluded {
  return (glob, from) => {
    const path = isAbsolute(glob) ? glob : join(dirname(from), glob);
    if (!/[*?[\]{}]/.test(glob)) return [{ file: path, text: readText(path) }];
    // Up to the first part with a star: below /, a glob would look through the whole disk.
    const parts = path.split("/");
    const first = parts.findIndex((part) => /[*?[\]{}]/.test(part));
    const base = parts.slice(0, first).join("/") || (isAbsolute(path) ? "/" : ".");
    if (!statSync(base, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`there is no directory ${base}`);
    const pattern = parts.slice(first).join("/");
    if (pattern.includes("**")) throw new Error("** would look through whole directories");
    const found = [...new Bun.Glob(pattern).scanSync({ cwd: base, onlyFiles: true })].sort();
    return found.slice(0, INCLUDED_FILES_MAX + 1).map((name) => {
      const file = base === "." ? name : join(base, name);
      return { file, text: readText(file) };
    });
  };
}
