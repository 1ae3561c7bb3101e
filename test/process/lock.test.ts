import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { leaveLock, processStart, type RunFiles, runFiles, runningPid, takeLock } from "../../src/process/lock.ts";

let dir = "";
let files: RunFiles;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/dmon-lock-`);
  files = runFiles(`${dir}/run`);
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Another process that takes the lock, and says what came of it; it ends when it is killed. */
async function holder(): Promise<{ said: string; pid: number; kill(): Promise<void> }> {
  const script = `
    import { runFiles, takeLock } from "${import.meta.dir}/../../src/process/lock.ts";
    console.log(takeLock(runFiles("${dir}/run")));
    setInterval(() => {}, 1000);`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" });
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  return {
    said: new TextDecoder().decode(value).trim(),
    pid: child.pid,
    kill: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

describe("the lock", () => {
  test("is for one process, and kill -9 gives it back", async () => {
    expect(runningPid(files)).toBeUndefined();
    const first = await holder();
    expect(first.said).toBe("true");
    expect(runningPid(files)).toBe(first.pid);
    expect(takeLock(files)).toBe(false);
    const second = await holder();
    expect(second.said).toBe("false");
    expect(readFileSync(files.pid, "utf8")).toBe(`${first.pid}\n`); // who came too late wrote nothing
    await second.kill();
    expect(runningPid(files)).toBe(first.pid);
    await first.kill();
    expect(existsSync(files.pid)).toBe(true); // it could not tidy up
    expect(runningPid(files)).toBeUndefined();
    const third = await holder();
    expect(third.said).toBe("true");
    expect(runningPid(files)).toBe(third.pid);
    await third.kill();
  });

  test("asking for the pid takes nothing", () => {
    writeFileSync(`${dir}/x`, "");
    for (let i = 0; i < 3; i++) expect(runningPid(files)).toBeUndefined();
    expect(existsSync(files.lock)).toBe(false);
  });

  test("a stale pid, of whatever process, is no obstacle", () => {
    Bun.spawnSync(["mkdir", "-p", `${dir}/run`]);
    writeFileSync(files.lock, "");
    writeFileSync(files.pid, "1\n");
    expect(runningPid(files)).toBeUndefined();
    expect(takeLock(files)).toBe(true);
    expect(runningPid(files)).toBe(process.pid);
  });

  test("held in our own process is held, too", () => {
    expect(takeLock(files)).toBe(true);
    expect(takeLock(files)).toBe(false);
  });

  test("a process is known by its start, and gone when it is gone or a zombie", async () => {
    const start = processStart(process.pid);
    expect(start).toMatch(/^\d+$/);
    expect(processStart(process.pid)).toBe(start);
    const child = Bun.spawn(["sh", "-c", "sleep 0 & echo $!; exec sleep 60"], { stdout: "pipe" });
    expect(processStart(child.pid)).toMatch(/^\d+$/);
    const { value } = await child.stdout.getReader().read();
    const zombie = Number(new TextDecoder().decode(value)); // nobody waits for it any more
    for (let i = 0; i < 500 && processStart(zombie) !== undefined; i++) await Bun.sleep(10);
    expect(processStart(zombie)).toBeUndefined();
    expect(existsSync(`/proc/${zombie}`)).toBe(true);
    child.kill();
    await child.exited;
    expect(processStart(child.pid)).toBeUndefined();
  });

  test("leaving removes pid and secret, never the lock", () => {
    takeLock(files);
    writeFileSync(files.secret, "s");
    leaveLock(files);
    leaveLock(files);
    expect([existsSync(files.pid), existsSync(files.secret), existsSync(files.lock)]).toEqual([false, false, true]);
  });

  test("all may read who runs", () => {
    takeLock(files);
    expect(statSync(files.pid).mode & 0o444).toBe(0o444);
  });

  test("a directory that cannot be made is the system's error", () => {
    writeFileSync(`${dir}/run`, "");
    expect(() => takeLock(files)).toThrow(/EEXIST|ENOTDIR/);
  });
});
