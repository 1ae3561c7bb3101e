// Files that are either the old or the new, never half.

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";

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
