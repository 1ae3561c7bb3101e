// Finds the files of programs.

import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { didYouMean } from "../core/diagnostic.ts";
import { ProbeError } from "../core/reading.ts";

/** Where the system's own programs are, and those of a plugin that has no PATH of its own. */
export const SYSTEM_PATH: string = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const toolFiles = new Map<string, string>();

/** The file of one of the system's own programs. Throws ProbeError. */
export function toolFile(name: string): string {
  const file = toolFiles.get(name) ?? findProgram(name);
  toolFiles.set(name, file);
  return file;
}

/** The file of a program, found as it would be when it is run: in `dirs`, then along a PATH. Throws ProbeError. */
export function findProgram(name: string, dirs?: readonly string[], path = SYSTEM_PATH): string {
  if (!name.includes("/")) {
    const found = Bun.which(name, { PATH: [...(dirs ?? []), path].join(":") });
    if (found) return found;
    throw new ProbeError(`${name} is not installed: ${whereNot(name, dirs, path)}`);
  }
  try {
    if (!statSync(name).isFile()) throw new ProbeError(`${name} is no program`);
    accessSync(name, constants.X_OK);
    return name;
  } catch (error) {
    if (error instanceof ProbeError) throw error;
    const code = codeOf(error);
    if (code === "ENOENT") throw new ProbeError(`${name} is missing`);
    throw new ProbeError(
      `${name} cannot be run: ${code === "EACCES" ? "chmod +x is missing, or a directory above it is closed" : String(code)}`,
    );
  }
}

/** Where it is not, in few words, and what is there of nearly the same name. */
function whereNot(name: string, dirs: readonly string[] | undefined, path: string): string {
  const there = dirs?.filter((dir) => namesIn(dir).length > 0) ?? [];
  const [first] = there.length > 0 ? there : (dirs ?? []);
  const inPath = path === SYSTEM_PATH ? "the PATH" : `the PATH ${path}`;
  const none = `there is none in ${first === undefined ? inPath : `${first} or ${inPath}`}`;
  // Of the thousands in a PATH those that begin alike are enough; what dmon has chosen itself is not mistyped.
  const alike = dirs && path.split(":").flatMap((dir) => namesIn(dir).filter((each) => each[0] === name[0]));
  const hint = dirs && (didYouMean(name, there.flatMap(namesIn)) ?? didYouMean(name, alike ?? []));
  return hint === undefined ? none : `${none}; ${hint}`;
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/** The errno of a failed call, by name. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
