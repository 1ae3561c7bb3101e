// The daemon's way from one program to the next under the same pid.

import { constants } from "node:os";
import { cleanEnvironment } from "./environment.ts";
import { execve, ignoreSignal } from "./libc.ts";

/** Our own program and the words that make it run again as it runs now. */
export interface Self {
  file: string;
  argv: readonly string[];
}

/**
 * Becomes our program anew, keeping the pid. A HUP or USR1 that comes before the new program listens for it would end it,
 * so they are ignored until then. Returns only when the system refused.
 */
export function reExecute(self: Self): void {
  ignoreSignal(constants.signals.SIGHUP);
  ignoreSignal(constants.signals.SIGUSR1);
  execve(self.file, ["dmon", ...self.argv], cleanEnvironment());
}
