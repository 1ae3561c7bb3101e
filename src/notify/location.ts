// Where a channel's URL is: in the work, or in a file of the server (`@/FILE`), so that a secret need not stand in work.conf. The
// file is read for each message: a new secret holds at once.

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { badCharacter } from "../core/bad-text.ts";
import { ARGUMENT_CHARS_MAX, CHANNEL_FILE_BYTES_MAX } from "../core/limits.ts";
import { type ChannelType, SendError } from "./channel.ts";
import { fileOf } from "./web-url.ts";

export interface Located {
  url: string;
  /** What is not right with the file, though it can be used. */
  warning?: string;
}

/** The URL to send to. Throws SendError that says which file has what wrong, and never what is in it. */
export function locate(url: string, type: ChannelType): Located {
  const path = fileOf(url);
  if (path === undefined) return { url };
  const { text, mode } = read(path);
  const found = urlIn(text, type);
  if ("fault" in found) throw new SendError(`${path}${found.line ? `:${found.line}` : ""}: ${found.fault}`);
  if ((mode & 0o004) === 0) return found;
  const octal = (mode & 0o7777).toString(8).padStart(4, "0");
  return { ...found, warning: `${path} can be read by everybody (mode ${octal}); chmod o= ${path}` };
}

/** The one line of a file that is no comment. Pure. */
export function urlIn(text: string, type: ChannelType): { url: string } | { fault: string; line?: number } {
  const lines = text
    .replace(/^\ufeff/, "")
    .split("\n")
    .map((raw, index) => ({ url: raw.trim(), line: index + 1 }))
    .filter(({ url }) => url !== "" && !url.startsWith("#"));
  const [first, second] = lines;
  if (!first) return { fault: `there is no ${type.is} in it; write ${type.form}` };
  if (second) return { fault: "a second line; write one line, and comments behind #", line: second.line };
  const { url, line } = first;
  const bad = badCharacter(`"${url.replaceAll('"', "'")}"`);
  if (bad) return { fault: `${bad.message}; ${bad.hint}`, line };
  if (url.length > ARGUMENT_CHARS_MAX) return { fault: `more than ${ARGUMENT_CHARS_MAX} characters`, line };
  if (!type.accepts(url)) return { fault: `what is in it is no ${type.is}; write ${type.form}`, line };
  const fault = type.fault?.(url);
  return fault ? { fault: `${fault.message}; ${fault.hint}`, line } : { url };
}

function read(path: string): { text: string; mode: number } {
  try {
    // A FIFO would hold the daemon until somebody writes.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = fstatSync(fd);
      if (!status.isFile()) throw new SendError(`${path}: no file; write the URL into a file`);
      const bytes = Buffer.alloc(CHANNEL_FILE_BYTES_MAX + 1);
      const length = readSync(fd, bytes, 0, bytes.length, 0);
      if (length > CHANNEL_FILE_BYTES_MAX)
        throw new SendError(`${path}: more than ${CHANNEL_FILE_BYTES_MAX} bytes; it should hold one URL`);
      return { text: bytes.subarray(0, length).toString("utf8"), mode: status.mode };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (error instanceof SendError) throw error;
    throw new SendError(`${path}: ${REASONS[codeOf(error)] ?? codeOf(error)}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file; make it on this host, the server",
  EACCES: "dmon may not read it; give it to dmon's user or group",
  ENOTDIR: "no such file: a part of its path is no directory",
};

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
