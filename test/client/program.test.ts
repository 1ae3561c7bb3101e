// Programs that misbehave in all the ways that plugins do.

import { afterAll, describe, expect, spyOn, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../src/client/program.ts";
import { PROGRAM_MEMORY_BYTES_MAX } from "../../src/core/limits.ts";
import { probeErrorOf } from "../probes/fake-host.ts";
import { lacks, lacksRoot } from "../skips.ts";

/** Only root can give a program the rights of another user. */
const asRoot = test.skipIf(lacksRoot("running a program as another user"));
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

  test("takes bytes that are no text", async () => {
    const { stdout } = await sh("printf '\\000\\200\\377\\n'; cat", { input: "µ", isBinary: true });
    expect(stdout).toBe(`\0\x80\xff\n${Buffer.from("µ").toString("latin1")}`);
  });

  test("has a clean environment, no input, / as its directory, and is niced", async () => {
    process.env.DMON_TEST_SECRET = "x";
    const { stdout } = await sh("env | sort | sed s/DMON_RUN=.*/DMON_RUN=/; pwd; cat; nice", {
      env: { MUNIN_LIBDIR: "/usr/share/munin" },
    });
    delete process.env.DMON_TEST_SECRET;
    expect(stdout.split("\n").filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line))).toEqual([
      "DMON_RUN=",
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

  test("one that complains much is not: beginning and end are kept", async () => {
    const { ended, stderr, code } = await sh("echo first >&2; yes | head -c 1000000 >&2; echo last >&2");
    expect({ ended, code, length: stderr.length }).toEqual({ ended: undefined, code: 0, length: 4096 + 3 });
    expect(stderr).toStartWith("first\ny\n");
    expect(stderr).toContain("y\n\n…\n");
    expect(stderr).toEndWith("y\nlast\n");
  });

  test.each([0, 2048, 2049, 4096])("%i bytes of complaints are kept as they are", async (bytes) => {
    const { stderr } = await sh(`head -c ${bytes} /dev/zero | tr '\\0' x >&2; printf ab >&2`);
    const whole = `${"x".repeat(bytes)}ab`;
    expect(stderr).toBe(bytes + 2 <= 4096 ? whole : `${whole.slice(0, 2048)}\n…\n${whole.slice(-2048)}`);
  });

  test("one that takes all memory gets none", async () => {
    const { code } = await sh("exec perl -e '$x = \"x\" x (3 * 1024 ** 3); print length $x'");
    expect(code).not.toBe(0);
  });

  test("one may be given more, or less", async () => {
    const { stdout } = await sh("ulimit -d; ulimit -Hd", { memory_bytes_max: 2 ** 31 });
    expect(stdout).toBe("2097152\n2097152\n");
  });

  test.skipIf(lacks("perl"))("what is reserved and not written to costs nothing: Java reserves gigabytes", async () => {
    const mmap = process.arch === "arm64" ? 222 : 9;
    const reserve = `syscall(${mmap}, 0, ${PROGRAM_MEMORY_BYTES_MAX * 4}, 0, 0x22, -1, 0)`; // PROT_NONE, private, anonymous
    expect((await sh(`exec perl -e 'print ${reserve} > 0 ? "reserved" : $!'`)).stdout).toBe("reserved");
  });

  test("one that is ended late is told of before its reading is given up, whatever holds its output open", async () => {
    const sleep = spyOn(Bun, "sleep");
    const { ended, stdout } = await sh("trap '' TERM; setsid sleep 1000 & echo $!; wait", { timeout_s: 0.5 });
    process.kill(Number(stdout), "SIGKILL");
    const ours = sleep.mock.calls.map(([ms]) => Number(ms)).filter((ms) => ms < 100); // rounds of other tests wait longer
    const waited_ms = ours.reduce((sum, ms) => sum + ms, 0);
    sleep.mockRestore();
    expect(ended).toBe("late");
    expect(waited_ms).toBeLessThan(50); // of a timeout of 1 s the tenth is left
  });

  test("one that dies by a signal", async () => {
    expect(await sh("kill -TERM $$")).toMatchObject({ code: null, signal: "SIGTERM" });
  });

  test("what is no UTF-8 is shown as such", async () => {
    expect((await sh("printf 'a\\377b'")).stdout).toBe("a\ufffdb");
  });

  asRoot("with the rights of another user", async () => {
    expect((await sh("id -un; id -Gn", { user: "nobody" })).stdout).toBe("nobody\nnogroup\n");
    expect(await probeErrorOf(() => sh("id", { user: "nobodyatall" }))).toBe(
      "there is no user nobodyatall in /etc/passwd",
    );
    expect(await probeErrorOf(() => sh("id", { user: "nobodyatall", rightsBy: "/etc/munin/x" }))).toBe(
      "there is no user nobodyatall in /etc/passwd, as /etc/munin/x wants it; user= gives other rights",
    );
  });

  asRoot("with groups of their own beside the user's", async () => {
    const { stdout } = await sh("id -un; id -gn; id -Gn", { user: "nobody", groups: ["adm", "4"] });
    expect(stdout).toBe("nobody\nnogroup\nnogroup adm\n");
    const fault = await probeErrorOf(() => sh("id", { user: "nobody", groups: ["nothing"] }));
    expect(fault).toBe("there is no group nothing in /etc/group");
  });

  asRoot("another user has its own home", async () => {
    const { stdout } = await sh("echo $HOME $USER $LOGNAME", { user: "nobody" });
    expect(stdout).toBe("/nonexistent nobody nobody\n");
  });

  test("leaves no core behind when it crashes", async () => {
    expect((await sh("ulimit -Hc; ulimit -d; ulimit -v")).stdout).toBe("0\n1048576\nunlimited\n");
  });

  test("a gigabyte costs no memory, and ends soon", async () => {
    const before = process.memoryUsage.rss();
    const begin = performance.now();
    const { ended, stdout } = await sh("exec head -c 1G /dev/zero");
    expect({ ended, length: stdout.length }).toEqual({ ended: "flood", length: 1024 * 1024 });
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
  });

  test("one that ignores all that a program can ignore is ended too", async () => {
    const { ended, signal } = await sh("trap '' TERM INT HUP PIPE; sleep 100; sleep 100", { timeout_s: 0.2 });
    expect({ ended, signal }).toEqual({ ended: "late", signal: "SIGKILL" });
  });

  test("one whose child left the group with its output open holds up nothing", async () => {
    const { code, stdout } = await sh("setsid sleep 1000 & echo $!"); // its end: leftovers.test.ts
    process.kill(Number(stdout), "SIGKILL");
    expect(code).toBe(0);
  });

  describe("that keeps things", () => {
    const home = join(mkdtempSync(join(tmpdir(), "dmon-program-")), "programs");
    chmodSync(join(home, ".."), 0o755);
    afterAll(() => rmSync(join(home, ".."), { recursive: true }));
    const keep = (user: string | undefined) =>
      runProgram(
        {
          argv: ["sh", "-c", 'echo x >>"$FILE"; echo "$DIR"; stat -c "%U %a" "$DIR"; wc -l <"$FILE"'],
          stateIn: { DIR: "", FILE: "mine" },
          timeout_s: 20,
          ...(user ? { user } : {}),
        },
        { home },
      );

    asRoot("has a directory that is its user's alone, and finds it again", async () => {
      const [own, nobody, again] = [await keep(undefined), await keep("nobody"), await keep("nobody")];
      expect(own.stdout).toBe(`${home}/state/0\nroot 700\n1\n`);
      expect(nobody.stdout).toBe(`${home}/state/nobody\nnobody 700\n1\n`);
      expect(again.stdout).toEndWith("\n2\n");
    });

    test("runs without it where there can be none", async () => {
      const program = { argv: ["sh", "-c", "echo [$DIR]"], stateIn: { DIR: "" }, timeout_s: 20 };
      expect((await runProgram(program, { home: "/proc/no" })).stdout).toBe("[]\n");
      expect((await runProgram(program)).stdout).toBe("[]\n");
    });

    asRoot("may be called by another name, which may change its program", async () => {
      const called = (file: string) => {
        writeFileSync(join(home, "..", file), `#!/bin/sh\necho ${file} "$(basename $0)"\n`, { mode: 0o755 });
        return runProgram(
          { argv: [join(home, "..", file)], calledAs: "if_eth0", timeout_s: 20, user: "nobody" },
          { home },
        );
      };
      expect((await called("if_")).stdout).toBe("if_ if_eth0\n");
      expect((await called("if_")).stdout).toBe("if_ if_eth0\n");
      expect((await called("ip_")).stdout).toBe("ip_ if_eth0\n");
      const fault = await probeErrorOf(() => runProgram({ argv: ["true"], calledAs: "x", timeout_s: 5 }));
      expect(fault).toContain("cannot be called x: make a link");
    });

    test("is looked for in directories of its own before the PATH", async () => {
      writeFileSync(join(home, "..", "ls"), "#!/bin/sh\necho mine\n", { mode: 0o755 });
      const { stdout } = await runProgram({ argv: ["ls"], dirs: ["/none", join(home, "..")], timeout_s: 20 });
      expect(stdout).toBe("mine\n");
    });

    test("and a mistyped name is told where it is not, and what is there", async () => {
      const own = join(home, "..");
      writeFileSync(join(own, "check_disk"), "", { mode: 0o755 });
      const fault = (name: string, dirs?: string[], env = {}) =>
        probeErrorOf(() => runProgram({ argv: [name], ...(dirs ? { dirs } : {}), env, timeout_s: 5 }));
      const many = ["/none", own, ...Array.from({ length: 20 }, (_, i) => `/none/at/all/${i}`)];
      expect(await fault("check_dsk", many)).toBe(
        `check_dsk is not installed: there is none in ${own} or the PATH; did you mean "check_disk"?`,
      );
      expect(await fault("check_dsk", ["/none", "/no"])).toBe(
        "check_dsk is not installed: there is none in /none or the PATH",
      );
      expect(await fault("check_dsk", [], { PATH: own })).toBe(
        `check_dsk is not installed: there is none in the PATH ${own}; did you mean "check_disk"?`,
      );
      // What dmon looks for itself is not mistyped.
      expect(await fault("chmodd")).toBe("chmodd is not installed: there is none in the PATH");
      expect(await fault("chmodd", [])).toEndWith('; did you mean "chmod"?');
    });
  });

  test("a program that fails as if it could not be run is one that fails", async () => {
    expect(await sh("echo nice: x: No such file or directory >&2; exit 127")).toMatchObject({
      code: 127,
      stderr: "nice: x: No such file or directory\n",
    });
  });

  test("leaves no descriptor open", async () => {
    const open = () => readdirSync("/proc/self/fd").length;
    const all = () => Promise.all(["true", "sleep 1000 &", "exec yes", "kill $$"].map((script) => sh(script)));
    await all(); // what is opened once stays
    await probeErrorOf(() => sh("true", { user: "nobodyatall" }));
    const before = open();
    await all();
    await all();
    expect(await eventually(() => open() <= before)).toBe(true);
  });

  test("what cannot be run says why", async () => {
    const dir = mkdtempSync(join(tmpdir(), "dmon-program-"));
    writeFileSync(join(dir, "plain"), "");
    const fault = (file: string) => probeErrorOf(() => runProgram({ argv: [file], timeout_s: 5 }));
    expect(await fault("no-such-program")).toContain("no-such-program is not installed");
    expect(await fault(join(dir, "none"))).toBe(`${join(dir, "none")} is missing`);
    expect(await fault(join(dir, "plain"))).toContain("chmod +x is missing");
    expect(await fault(dir)).toBe(`${dir} is no program`);
    writeFileSync(join(dir, "perl6"), "#!/usr/bin/perl6\n", { mode: 0o755 });
    expect(await fault(join(dir, "perl6"))).toBe(
      `${join(dir, "perl6")} cannot be run: the interpreter that its first line names is missing`,
    );
    rmSync(dir, { recursive: true });
  });
});

test("one that complains without end is ended too", async () => {
  const { ended, stderr } = await sh("exec yes >&2");
  expect({ ended, length: stderr.length }).toEqual({ ended: "flood", length: 4096 + 3 });
});
