// Runs other people's programs for probes: niced, with a clean environment, without input, and with bounds on output, time
// and memory. Loaded when the first one is run.

import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { PROGRAM_ERRORS_BYTES_MAX, PROGRAM_MEMORY_BYTES_MAX, PROGRAM_OUTPUT_BYTES_MAX } from "../core/limits.ts";
import type { Finished, Program } from "../core/probe.ts";
import { ProbeError } from "../core/reading.ts";

/** Not that of the daemon: what an administrator has exported must not change what a plugin says. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/",
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
};
/** What still comes when a program has ended; longer holds only a child that it left behind. */
const DRAIN_MS = 300;
const NICENESS = "10";

/** Process groups that run now. */
const running = new Set<number>();

/**
 * Runs a program to its end, or to its bounds; then nothing of it is left. `home` is the directory for what programs keep
 * from one time to the next. Throws ProbeError when it cannot be started.
 */
export async function runProgram(program: Program, home?: string): Promise<Finished> {
  const child = start(program, home);
  running.add(child.pid);
  let ended: Finished["ended"];
  const end = (why: "late" | "flood") => {
    ended ??= why;
    endGroup(child.pid);
  };
  const timer = setTimeout(() => end("late"), program.timeout_s * 1000);
  const output = collect(child.stdout, program.output_bytes_max ?? PROGRAM_OUTPUT_BYTES_MAX, () => end("flood"));
  const errors = collect(child.stderr, PROGRAM_OUTPUT_BYTES_MAX, () => end("flood"), PROGRAM_ERRORS_BYTES_MAX);
  try {
    await child.exited;
    await Promise.race([Promise.all([output.done, errors.done]), Bun.sleep(DRAIN_MS)]);
    return {
      code: child.exitCode,
      signal: child.signalCode === null ? null : String(child.signalCode),
      stdout: output.take(),
      stderr: errors.take(),
      ...(ended ? { ended } : {}),
    };
  } finally {
    clearTimeout(timer);
    endGroup(child.pid); // also what it left behind
    running.delete(child.pid);
  }
}

/** Ends all that run now: the daemon stops. */
export function endPrograms(): void {
  for (const pid of running) endGroup(pid);
}

function start(program: Program, home: string | undefined) {
  const [name = ""] = program.argv;
  const file = findProgram(name, program.dirs ?? []);
  const rights = rightsOf(program);
  const env = { ...ENVIRONMENT, ...rights?.env, ...stateOf(program, rights, home), ...program.env };
  const called = program.calledAs === undefined ? file : linkOf(file, program.calledAs, home);
  try {
    return Bun.spawn(wrapped(program, rights, called), {
      cwd: "/",
      env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      detached: true, // a session and process group of its own, which can be ended as a whole
    });
  } catch (error) {
    throw new ProbeError(`${name} cannot be started: ${codeOf(error) ?? String(error)}`);
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

// The shell becomes nice, nice becomes the program: one process in all. It leaves no core behind when it crashes.
function wrapped({ argv: [, ...args] }: Program, rights: Rights | undefined, file: string): string[] {
  const memory_kib = Math.floor(PROGRAM_MEMORY_BYTES_MAX / 1024);
  const limit = `ulimit -v ${memory_kib} 2>/dev/null; ulimit -c 0 2>/dev/null; exec "$@"`;
  return ["/bin/sh", "-c", limit, "sh", "nice", "-n", NICENESS, ...(rights?.command ?? []), file, ...args];
}

/** Those of another user. */
interface Rights {
  user: string;
  uid: number;
  gid: number;
  /** What gives them to a command that stands behind. */
  command: string[];
  env: Record<string, string>;
}

function rightsOf({ user, groups }: Program): Rights | undefined {
  if (user === undefined) return undefined;
  const [uid, gid, , home = "/"] = lineOf("/etc/passwd", user) ?? [];
  if (!uid || !gid) throw new ProbeError(`there is no user ${user} in /etc/passwd`);
  if (Number(uid) === process.getuid?.() && !groups) return undefined;
  if (process.getuid?.() !== 0)
    throw new ProbeError(`only root can run a program as ${user}; dmon does not run as root`);
  const gids = groups?.map((group) => gidOf(group));
  const more = gids ? `--groups=${[gid, ...gids].join(",")}` : "--init-groups";
  return {
    user,
    uid: Number(uid),
    gid: Number(gid),
    command: ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, more, "--"],
    env: { HOME: home, USER: user, LOGNAME: user },
  };
}

function gidOf(group: string): string {
  const [gid] = /^\d+$/.test(group) ? [group] : (lineOf("/etc/group", group) ?? []);
  if (gid) return gid;
  throw new ProbeError(`there is no group ${group} in /etc/group`);
}

/** The fields behind name and password. */
function lineOf(file: string, name: string): string[] | undefined {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines
    .find((line) => line.startsWith(`${name}:`))
    ?.split(":")
    .slice(2);
}

/**
 * A directory of its user's own for what a program keeps, in the variables that tell it where. Where none can be made (a full
 * disk) they are not set: most programs need none, and the others say so.
 */
function stateOf({ stateIn }: Program, rights: Rights | undefined, home: string | undefined): Record<string, string> {
  if (!stateIn || home === undefined) return {};
  const uid = rights?.uid ?? process.getuid?.() ?? 0;
  const dir = join(home, "state", rights?.user ?? String(uid));
  try {
    if (lstatSync(dir, { throwIfNoEntry: false })?.uid !== uid) {
      makeOpen(home);
      makeOpen(join(home, "state"));
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      if (rights) chownSync(dir, rights.uid, rights.gid);
    }
  } catch {
    return {};
  }
  return Object.fromEntries(Object.entries(stateIn).map(([name, file]) => [name, join(dir, file)]));
}

/** A link of another name to a program. */
function linkOf(file: string, name: string, home: string | undefined): string {
  if (home === undefined) throw new ProbeError(`${file} cannot be called ${name}: make a link of that name to it`);
  const link = join(home, "links", name);
  try {
    if (lstatSync(link, { throwIfNoEntry: false }) && readlinkSync(link) === file) return link;
    makeOpen(home);
    makeOpen(join(home, "links"));
    rmSync(link, { force: true });
    symlinkSync(file, link);
  } catch (error) {
    throw new ProbeError(`${link}, a link to ${file}, cannot be made: ${codeOf(error)}`);
  }
  return link;
}

/** Makes a directory through which other users can pass. */
function makeOpen(dir: string): void {
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o711);
}

/** The file of a program, found as it would be when it is run. Throws ProbeError. */
export function findProgram(name: string, dirs: readonly string[] = []): string {
  if (!name.includes("/")) {
    const PATH = [...dirs, ENVIRONMENT.PATH].join(":");
    const found = Bun.which(name, { PATH });
    if (found) return found;
    throw new ProbeError(`${name} is not installed: there is none in ${PATH}`);
  }
  try {
    if (!statSync(name).isFile()) throw new ProbeError(`${name} is no program`);
    accessSync(name, constants.X_OK);
    return name;
  } catch (error) {
    if (error instanceof ProbeError) throw error;
    const code = codeOf(error);
    if (code === "ENOENT") throw new ProbeError(`${name} is missing`);
    throw new ProbeError(
      `${name} cannot be run: ${code === "EACCES" ? "chmod +x is missing, or a directory above it is closed" : String(code)}`,
    );
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** Reads a stream and keeps its first `kept_max` bytes; `over` is called when it has more than `bytes_max`. */
function collect(stream: ReadableStream<Uint8Array>, bytes_max: number, over: () => void, kept_max = bytes_max) {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  const read = async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const room = kept_max - length;
      if (room > 0) chunks.push(value.subarray(0, room));
      length += value.length;
      if (length > bytes_max) over();
    }
  };
  const done = read().catch(() => {});
  return {
    done,
    take(): string {
      void reader.cancel().catch(() => {});
      return Buffer.concat(chunks).toString("utf8");
    },
  };
}
