// Files that are either the old or the new, never half.

import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";

/**
 * Replaces the text of a file that is there, in one step: its owner and mode stay, and a link goes on leading to it. Throws
 * when it is somebody else's and cannot stay so.
 */
export function rewriteFileAtomic(path: string, text: string): void {
  const file = realpathSync(path);
  const { mode, uid, gid } = statSync(file);
  writeFileAtomic(file, text, 0o600, (fd) => {
    if (uid !== process.geteuid?.() || gid !== process.getegid?.()) fchownSync(fd, uid, gid);
    fchmodSync(fd, mode & 0o7777); // behind chown, which takes the special bits away
  });
}

/**
 * Replaces a file in one step: written beside it, synced, renamed over it. `prepare` may give it another owner or mode. Nothing is
 * left behind on an error.
 */
export function writeFileAtomic(path: string, text: string, mode = 0o644, prepare?: (fd: number) => void): void {
  const beside = `${path}.${process.pid}.new`;
  try {
    rmSync(beside, { force: true });
    const fd = openSync(beside, "wx", mode); // made anew: a link or a mode that was left there must not count
    try {
      const bytes = Buffer.from(text, "utf8");
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      prepare?.(fd);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
