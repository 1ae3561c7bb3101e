// Finds dmon.conf and completes it with what the system tells. Without any, dmon stands alone.

import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { isNativeError } from "node:util/types";
import { type Diagnostic, SourceError } from "../core/diagnostic.ts";
import { CONFIG_BYTES_MAX } from "../core/limits.ts";
import { defaultDirectories } from "./directories.ts";
import { followCname, type KnownNames, qualify, recallNames, systemNames } from "./hostname.ts";
import type { Conf } from "./keys.ts";
import { complete, parseConf, rundirIn } from "./parse.ts";

export interface Settings {
  conf: Conf;
  /** Absolute path of the dmon.conf; absent when dmon stands alone. */
  file?: string;
  /** Canonical names. They are equal on the server. */
  hostname: string;
  server: string;
  /** Both as they were written, for instance a CNAME; and http_names. */
  aliases: readonly string[];
  /** What in the config has no effect. */
  warnings: Diagnostic[];
  /** What the resolver said of the names, for the daemon to keep; absent when it did not answer. */
  names?: KnownNames;
}

/** Where the daemon keeps what names led to. */
export function namesFile(conf: Pick<Conf, "vardir">): string {
  return `${conf.vardir}/names.json`;
}

/** Where a dmon.conf is looked for [seed]. */
export const CONF_FILES = ["./dmon.conf", "/etc/dmon/conf"] as const;
/** `--test`: a second instance beside the real one. */
const TEST_PORT = 23_007;
const TEST_HTTP_PORT = 23_080;

export interface LoadOptions {
  /** -c; default the first of CONF_FILES that exists. */
  file?: string;
  test?: boolean;
}

/** A file could not be read; says which and why. */
export class FileError extends Error {
  override name = "FileError";
}

/** Loads the settings. Throws SourceError (bad config) or FileError (the file that -c names cannot be read). */
export async function loadSettings(options: LoadOptions): Promise<Settings> {
  const file = confFile(options);
  const dirs = defaultDirectories(process.getuid?.() ?? 0, process.env);
  const system = systemNames();
  const warnings: Diagnostic[] = [];
  const conf = file === undefined ? complete(dirs, {}) : parseConf(file, readText(file), dirs, warnings);
  if (options.test) {
    conf.PORT = TEST_PORT;
    if (conf.http_listen) conf.http_listen = { ...conf.http_listen, port: TEST_HTTP_PORT };
    conf.rundir += "/test";
    conf.logdir += "/test";
  }
  const own = qualify(conf.hostname ?? system.hostname, conf.domain, system.resolvConf);
  // Standing alone needs no name service, and must start as fast where there is none.
  if (file === undefined || !conf.server)
    return { conf, hostname: own, server: own, aliases: conf.http_names, warnings };
  const wanted = qualify(conf.server, conf.domain, system.resolvConf);
  const [mine, theirs] = await Promise.all([followCname(own), followCname(wanted)]);
  const names: KnownNames = { own, wanted, hostname: mine.name, server: theirs.name };
  const sure = mine.sure && theirs.sure;
  // While no resolver answers, a server known by its CNAME would take itself for somebody else.
  const known = sure ? names : (recallNames(namesFile(conf), own, wanted) ?? names);
  const { hostname, server } = known;
  const aliases = [own, wanted, ...conf.http_names];
  return { conf, file: resolve(file), hostname, server, aliases, warnings, ...(sure ? { names } : {}) };
}

/**
 * Where the running daemon's files are, and what is wrong with the config, if that keeps it from being read. Throws SourceError
 * when the config leaves that open.
 */
export async function findRundir(
  options: LoadOptions,
): Promise<{ rundir: string; file?: string; problem?: SourceError }> {
  try {
    const { conf, file } = await loadSettings(options);
    return { rundir: conf.rundir, ...(file ? { file } : {}) };
  } catch (problem) {
    const file = confFile(options);
    if (!(problem instanceof SourceError) || file === undefined) throw problem;
    const rundir = rundirIn(file, readText(file), defaultDirectories(process.getuid?.() ?? 0, process.env));
    if (rundir === undefined) throw problem;
    return { rundir: rundir + (options.test ? "/test" : ""), file, problem };
  }
}

/** The config that is meant: that of -c, or the first that is there. Throws FileError for one that root must not trust. */
function confFile({ file }: LoadOptions): string | undefined {
  if (file !== undefined) return file;
  const found = CONF_FILES.find((candidate) => existsSync(candidate));
  if (found === undefined || process.getuid?.() !== 0) return found;
  const { uid } = statSync(found);
  // In a directory where others may write, somebody's dmon.conf would tell root what to run and where.
  if (uid !== 0) throw new FileError(`${found} is not root's (owner ${uid}); use it with -c ${found}, or remove it`);
  return found;
}

/** A program or a picture has a NUL near its beginning; a text that has one somewhere is told where. */
const HEAD_BYTES = 4096;

/** The text of a config file; throws FileError with the reason. */
export function readText(file: string): string {
  try {
    // Somebody's `-c /usr/sbin/dmon` is not read to its end to find that it is no text.
    const stat = statSync(file);
    if (!stat.isFile()) throw new FileError(`${file}: ${stat.isDirectory() ? "is a directory" : "is no regular file"}`);
    if (stat.size > CONFIG_BYTES_MAX) throw new FileError(`${file}: is larger than ${CONFIG_BYTES_MAX} bytes`);
    const bytes = readFileSync(file);
    const problem = noText(bytes.subarray(0, HEAD_BYTES));
    if (problem) throw new FileError(`${file}${problem}`);
    return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`${file}: ${isNativeError(error) ? reason(error) : "cannot be read"}`);
  }
}

/** What is wrong with the beginning of a file that is no text, with its place behind the name of the file. */
function noText(head: Buffer): string | undefined {
  const nul = head.indexOf(0);
  const mark = head.length >= 2 && [0xfeff, 0xfffe].includes(head.readUInt16BE(0));
  // Of UTF-16 without its mark every other byte is NUL, for the words of a config are of Latin letters.
  const isWide = nul >= 0 && nul < 2 && head.indexOf(0, nul + 1) === nul + 2;
  if (mark || isWide) return ": is UTF-16; save it as UTF-8";
  if (nul < 0) return undefined;
  const before = head.subarray(0, nul).toString("utf8").split("\n");
  return `:${before.length}:${(before.at(-1) ?? "").length + 1}: a NUL byte; a config is a text file`;
}

function reason(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "no such file";
  if (error.code === "EACCES") return "permission denied";
  return error.code === "EISDIR" ? "is a directory" : error.message;
}
