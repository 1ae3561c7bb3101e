// Finds the files of programs.

import { accessSync, constants, statSync } from "node:fs";
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
export function findProgram(name: string, dirs: readonly string[] = [], path = SYSTEM_PATH): string {
  if (!name.includes("/")) {
    const PATH = [...dirs, path].join(":");
    const found = Bun.which(name, { PATH });
    if (found) return found;
    throw new ProbeError(`${name} is not installed: there is none in ${PATH}`);
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

/** The errno of a failed call, by name. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
