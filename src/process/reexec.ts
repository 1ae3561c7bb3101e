// The daemon's way from one program to the next under the same pid.

import { cleanEnvironment } from "./environment.ts";
import { execve } from "./libc.ts";

/** Our own program and the words that make it run again as it runs now. */
export interface Self {
  file: string;
  argv: readonly string[];
}

/** Becomes our program anew, keeping the pid. Returns only when the system refused, and then nothing is changed. */
export function reExecute(self: Self): void {
  execve(self.file, ["dmon", ...self.argv], cleanEnvironment());
}
