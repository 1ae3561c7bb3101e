// Programs end with us, however we end. Each has the reading end of a pipe whose writing end only we have. When we die, the kernel
// closes it, which is an event for who reads; and as signal for that event we ask for SIGKILL to the program's group (fcntl(2),
// F_SETSIG). That is five system calls; PR_SET_PDEATHSIG would be a setpriv more before each program (0.8 ms), which ends the
// program without its children. A program that closes all descriptors that it has inherited (sudo) is not reached.

import { closeSync, constants, openSync } from "node:fs";
import { killWhenClosed, openPipe } from "./process-calls.ts";

let pipe: ReturnType<typeof openPipe>;

/** A descriptor for a program to inherit; undefined where there can be none, and the program runs without. */
export function openLifeline(): number | undefined {
  try {
    pipe ??= openPipe(); // its writing end stays open as long as we live
    // Each program needs an open file of its own, for it has an owner of its own.
    return pipe && openSync(`/proc/self/fd/${pipe.reading}`, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/** Ties a process group to a descriptor that it has inherited, and closes ours; without a group only that. */
export function tieLifeline(fd: number | undefined, group?: number): void {
  if (fd === undefined) return;
  if (group !== undefined) killWhenClosed(fd, group);
  closeSync(fd);
}
