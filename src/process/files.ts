// Files that are either the old or the new, never half.

import { closeSync, constants, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Replaces a file in one step: written beside it, synced, renamed over it. Nothing is left behind on an error. */
export function writeFileAtomic(path: string, text: string, mode = 0o644): void {
  const beside = `${path}.${process.pid}.new`;
  try {
    rmSync(beside, { force: true });
    const fd = openSync(beside, "wx", mode); // made anew: a link or a mode that was left there must not count
    try {
      const bytes = Buffer.from(text, "utf8");
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
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

/**
 * Touches a file in a directory that is there and nobody else's to write in; elsewhere it does nothing. A link is not
 * followed and nothing is truncated: in a directory of somebody else's making, the name may lead anywhere.
 */
export function touchIfOurs(path: string): void {
  const dir = lstatSync(dirname(path), { throwIfNoEntry: false });
  if (!dir?.isDirectory() || dir.uid !== process.getuid?.() || (dir.mode & 0o022) !== 0) return;
  try {
    closeSync(
      openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o644),
    );
  } catch {
    // Nothing depends on it.
  }
}
