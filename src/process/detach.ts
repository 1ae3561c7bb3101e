// The daemon's way into the background.

import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { cleanEnvironment } from "./environment.ts";
import type { Self } from "./reexec.ts";

/** What became of a daemon that was sent into the background. */
export type Started = { ok: true; pid: number } | { ok: false; output: string };

/**
 * Starts our program in the background in a session of its own, with a clean environment and `/` as its directory, and
 * waits until `ready(pid)` says that it serves. What it prints goes to dmon.out, which tells why when it dies.
 */
export async function startDetached(
  self: Self,
  rundir: string,
  ready: (pid: number) => boolean,
  timeout_ms: number,
): Promise<Started> {
  const output = `${rundir}/dmon.out`;
  const fd = openOutput(rundir, output);
  const child = spawn(self.file, [...self.argv], {
    argv0: "dmon",
    cwd: "/",
    detached: true,
    env: cleanEnvironment(),
    stdio: ["ignore", fd, fd],
  });
  closeSync(fd);
  let failure: string | undefined;
  child.on("error", (error) => {
    failure = error.message;
  });
  child.unref();
  const deadline = Date.now() + timeout_ms;
  while (Date.now() < deadline) {
    if (failure !== undefined) return { ok: false, output: failure };
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (child.pid !== undefined && ready(child.pid)) return { ok: true, pid: child.pid };
    await Bun.sleep(10);
  }
  const died = child.exitCode !== null || child.signalCode !== null;
  const text = readFileSync(output, "utf8").trim();
  return {
    ok: false,
    output: text || (died ? "it ended without a word" : `it was not ready in ${timeout_ms / 1000} s`),
  };
}

/**
 * Starts our program for a task of its own, which nobody waits for and which tells nobody. It is no child of ours, for those of the
 * daemon are plugins and what they leave behind. Init would get it back, and must see to its end: it has it as a child.
 */
export async function startAside({ file, argv }: Self): Promise<void> {
  const isInit = process.pid === 1;
  const child = Bun.spawn(isInit ? [file, ...argv] : ["/bin/sh", "-c", '"$0" "$@" &', file, ...argv], {
    cwd: "/",
    detached: true,
    env: cleanEnvironment(),
    stdio: ["ignore", "ignore", "ignore"],
  });
  if (isInit) child.unref();
  else await child.exited; // of the shell, at once
}

// Where nothing can be written the daemon could neither run nor say why.
function openOutput(rundir: string, output: string): number {
  try {
    mkdirSync(rundir, { recursive: true, mode: 0o755 });
    const fd = openSync(output, "w", 0o600);
    writeSync(fd, "\n");
    return fd;
  } catch (error) {
    throw new Error(`rundir ${rundir} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}
