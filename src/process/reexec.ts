// The daemon's way from one program to the next under the same pid.

import { constants } from "node:os";
import { cleanEnvironment } from "./environment.ts";
import { defaultSignal, execve, ignoreSignal } from "./libc.ts";

/** Our own program and the words that make it run again as it runs now. */
export interface Self {
  file: string;
  argv: readonly string[];
}

/**
 * Becomes our program anew, keeping the pid, unless a stop was asked for up to the last moment. A HUP or USR1 that comes before
 * the new program listens for it would end it, so they are ignored until then. A TERM or INT that came before this call is
 * in the runtime's queue, where execve would lose it, so `stopped` is asked once more after a turn of the event loop; one that
 * comes later ends the process. Returns only when there was a stop or the system refused.
 */
export async function reExecute(self: Self, stopped: () => boolean): Promise<void> {
  const { SIGHUP, SIGUSR1, SIGINT, SIGTERM } = constants.signals;
  for (const signal of [SIGHUP, SIGUSR1]) ignoreSignal(signal);
  for (const signal of [SIGINT, SIGTERM]) defaultSignal(signal);
  await Bun.sleep(1);
  if (!stopped()) execve(self.file, ["dmon", ...self.argv], cleanEnvironment());
}
