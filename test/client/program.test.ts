// Programs that misbehave in all the ways that plugins do.

import { describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../src/client/program.ts";
import { probeErrorOf } from "../probes/fake-host.ts";

const sh = (script: string, more = {}) => runProgram({ argv: ["sh", "-c", script], timeout_s: 20, ...more });

function isAlive(pid: number): boolean {
  // A zombie whose parent is gone is as dead as it gets in a container without init.
  return existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

/** Waits until it holds; the tests' only wait, for what the kernel does in its own time. */
async function eventually(holds: () => boolean): Promise<boolean> {
  for (let i = 0; i < 200 && !holds(); i++) await Bun.sleep(10);
  return holds();
}

describe("runProgram", () => {
  test("gives status and output", async () => {
    expect(await sh("echo out; echo err >&2; exit 3")).toEqual({
      code: 3,
      signal: null,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("has a clean environment, no input, / as its directory, and is niced", async () => {
    process.env.DMON_TEST_SECRET = "x";
    const { stdout } = await sh("env | sort; pwd; cat; nice", { env: { MUNIN_LIBDIR: "/usr/share/munin" } });
    delete process.env.DMON_TEST_SECRET;
    expect(stdout.split("\n").filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line))).toEqual([
      "HOME=/",
      "LANG=C.UTF-8",
      "LC_ALL=C.UTF-8",
      "MUNIN_LIBDIR=/usr/share/munin",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "/",
      "10",
      "",
    ]);
  });

  test("arguments are not words of a shell", async () => {
    const { stdout } = await runProgram({ argv: ["printf", "%s|", "$HOME", "a b", "; id", "-n"], timeout_s: 20 });
    expect(stdout).toBe("$HOME|a b|; id|-n|");
  });

  test("one that never ends is ended at its deadline, with all that it started", async () => {
    const { ended, stdout } = await sh("sleep 1000 & echo $!; wait", { timeout_s: 0.2 });
    expect(ended).toBe("late");
    expect(await eventually(() => !isAlive(Number(stdout)))).toBe(true);
  });

  test("one that leaves a child behind with its output open holds up nothing, and the child ends", async () => {
    const { code, stdout } = await sh("sleep 1000 & echo $!");
    expect(code).toBe(0);
    expect(await eventually(() => !isAlive(Number(stdout)))).toBe(true);
  });

  test("one that prints without end is ended when it printed more than is read", async () => {
    const { ended, stdout } = await sh("yes", { output_bytes_max: 100_000 });
    expect(ended).toBe("flood");
    expect(stdout).toHaveLength(100_000);
  });

  test("one that complains without end is not: only the beginning is kept", async () => {
    const { ended, stderr, code } = await sh("yes | head -c 1000000 >&2");
    expect({ ended, code, length: stderr.length }).toEqual({ ended: undefined, code: 0, length: 4096 });
  });

  test("one that takes all memory gets none", async () => {
    const { code } = await sh("exec perl -e '$x = \"x\" x (3 * 1024 ** 3); print length $x'");
    expect(code).not.toBe(0);
  });

  test("one that dies by a signal", async () => {
    expect(await sh("kill -TERM $$")).toMatchObject({ code: null, signal: "SIGTERM" });
  });

  test("what is no UTF-8 is shown as such", async () => {
    expect((await sh("printf 'a\\377b'")).stdout).toBe("a\ufffdb");
  });

  test("with the rights of another user", async () => {
    expect((await sh("id -un; id -Gn", { user: "nobody" })).stdout).toBe("nobody\nnogroup\n");
    expect(await probeErrorOf(() => sh("id", { user: "nobodyatall" }))).toBe(
      "there is no user nobodyatall in /etc/passwd",
    );
  });

  test("what cannot be run says why", async () => {
    const dir = mkdtempSync(join(tmpdir(), "dmon-program-"));
    writeFileSync(join(dir, "plain"), "");
    const fault = (file: string) => probeErrorOf(() => runProgram({ argv: [file], timeout_s: 5 }));
    expect(await fault("no-such-program")).toContain("no-such-program is not installed");
    expect(await fault(join(dir, "none"))).toBe(`${join(dir, "none")} is missing`);
    expect(await fault(join(dir, "plain"))).toContain("chmod +x is missing");
    expect(await fault(dir)).toBe(`${dir} is no program`);
    rmSync(dir, { recursive: true });
  });
});
