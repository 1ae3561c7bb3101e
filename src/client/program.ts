// Runs other people's programs for probes: niced, with a clean environment, without input, and with bounds on output, time
// and memory. Loaded when the first one is run.

import { accessSync, constants, readFileSync, statSync } from "node:fs";
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

/** Runs a program to its end, or to its bounds; then nothing of it is left. Throws ProbeError when it cannot be started. */
export async function runProgram(program: Program): Promise<Finished> {
  const [name = ""] = program.argv;
  const child = Bun.spawn(wrapped(program, findProgram(name)), {
    cwd: "/",
    env: { ...ENVIRONMENT, ...program.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true, // a session and process group of its own, which can be ended as a whole
  });
  running.add(child.pid);
  let ended: Finished["ended"];
  const end = (why: "late" | "flood") => {
    ended ??= why;
    endGroup(child.pid);
  };
  const timer = setTimeout(() => end("late"), program.timeout_s * 1000);
  const output = collect(child.stdout, program.output_bytes_max ?? PROGRAM_OUTPUT_BYTES_MAX, () => end("flood"));
  const errors = collect(child.stderr, PROGRAM_ERRORS_BYTES_MAX, () => {});
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

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

// The shell becomes nice, nice becomes the program: one process in all.
function wrapped({ user, argv: [, ...args] }: Program, file: string): string[] {
  const memory_kib = Math.floor(PROGRAM_MEMORY_BYTES_MAX / 1024);
  const rights = user === undefined ? [] : rightsOf(user);
  const limit = `ulimit -v ${memory_kib} 2>/dev/null; exec "$@"`;
  return ["/bin/sh", "-c", limit, "sh", "nice", "-n", NICENESS, ...rights, file, ...args];
}

function rightsOf(user: string): string[] {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((each) => each.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (!uid || !gid) throw new ProbeError(`there is no user ${user} in /etc/passwd`);
  if (Number(uid) === process.getuid?.()) return [];
  if (process.getuid?.() !== 0)
    throw new ProbeError(`only root can run a program as ${user}; dmon does not run as root`);
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--init-groups", "--"];
}

/** The file of a program, found as it would be when it is run. Throws ProbeError. */
export function findProgram(name: string): string {
  if (!name.includes("/")) {
    const found = Bun.which(name, { PATH: ENVIRONMENT.PATH ?? "" });
    if (found) return found;
    throw new ProbeError(`${name} is not installed: there is none in ${ENVIRONMENT.PATH}`);
  }
  try {
    if (!statSync(name).isFile()) throw new ProbeError(`${name} is no program`);
    accessSync(name, constants.X_OK);
    return name;
  } catch (error) {
    if (error instanceof ProbeError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new ProbeError(`${name} is missing`);
    throw new ProbeError(
      `${name} cannot be run: ${code === "EACCES" ? "chmod +x is missing, or a directory above it is closed" : String(code)}`,
    );
  }
}

/** Reads a stream up to `bytes_max`; what comes then is dropped, and `over` is called. */
function collect(stream: ReadableStream<Uint8Array>, bytes_max: number, over: () => void) {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  const read = async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const room = bytes_max - length;
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
