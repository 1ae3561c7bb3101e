// /var/lock/subsys/dmon [seed]: for init scripts, which see by it whether the service was started. It holds the pid, so that
// of several daemons of one host none takes away another's.

import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
/** A pid, and a byte that shows that there is more. */
const CONTENT_BYTES = 16;

/**
 * Says that this process runs, in a directory that is there and nobody else's to write in; elsewhere, and where another
 * process said so that still lives, it does nothing. A link is not followed, and no text but a pid is replaced: in a
 * directory of somebody else's making, the name may lead anywhere.
 */
export function takeSystemLock(path: string): void {
  withLock(path, O_CREAT, (fd, owner) => {
    if (owner === undefined || (owner !== 0 && isAlive(owner))) return;
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`, 0);
  });
}

/** Takes it away, if it is ours. */
export function leaveSystemLock(path: string): void {
  withLock(path, 0, (_, owner) => {
    if (owner === process.pid) rmSync(path);
  });
}

/** `owner`: the pid in the file; 0 when it is empty, undefined when it is something else. */
function withLock(path: string, create: number, use: (fd: number, owner: number | undefined) => void): void {
  try {
    const dir = lstatSync(dirname(path));
    if (!dir.isDirectory() || dir.uid !== process.getuid?.() || (dir.mode & 0o022) !== 0) return;
    const fd = openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | create, 0o644);
    try {
      if (fstatSync(fd).isFile()) use(fd, ownerIn(fd));
    } finally {
      closeSync(fd);
    }
  } catch {
    // Nothing depends on it.
  }
}

function ownerIn(fd: number): number | undefined {
  const bytes = Buffer.alloc(CONTENT_BYTES);
  const text = bytes.toString("latin1", 0, readSync(fd, bytes, 0, CONTENT_BYTES, 0));
  return /^(\d{1,10}\n)?$/.test(text) ? Number(text) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
