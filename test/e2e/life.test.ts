// The daemon's life: start, stop, state, reload, signals, lock, log, and what it does not take from its surroundings.

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lacks, lacksRoot, skipping } from "../skips.ts";
import {
  BINARY,
  endAll,
  freePorts,
  isAlive,
  isFree,
  processesWith,
  run,
  TEST_MS_MAX,
  TestDmon,
  until,
} from "./harness.ts";
import { speak } from "./speak.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const NOBODY = 65_534;

describe.concurrent("start, stop, state", () => {
  test("exit codes and words", async () => {
    await using dmon = await TestDmon.make();
    const absent = `dmon does not run (rundir ${dmon.path("run")})\n`;
    expect(await dmon.dmon("state")).toEqual({ code: 3, out: absent, err: "" });
    expect(await dmon.dmon("stop")).toEqual({ code: 0, out: absent, err: "" });
    expect(await dmon.dmon("reload")).toMatchObject({ code: 1, out: "" });
    const started = await dmon.dmon("start");
    const pid = dmon.pid();
    expect(started).toEqual({
      code: 0,
      out: `dmon started (pid ${pid})\npages at http://127.0.0.1:${dmon.http}/\n`,
      err: "",
    });
    expect(await dmon.client("PING")).toMatch(/^PONG from Client dmon-\d+\.\d+\.\d+\n$/);
    expect(await dmon.dmon("start")).toEqual({ code: 0, out: `dmon runs already (pid ${pid})\n`, err: "" });
    expect(await dmon.dmon("state")).toEqual({ code: 0, out: `dmon runs (pid ${pid})\n`, err: "" });
    for (const command of ["state", "start", "reload"]) {
      expect(await dmon.dmon("-q", command)).toEqual({ code: 0, out: "", err: "" });
    }
    const verbose = await dmon.dmon("state", "-v");
    expect(verbose.out).toContain(`-- listening on port ${dmon.port + 1} as a Client\n`);
    expect(await dmon.dmon("reload")).toEqual({ code: 0, out: "reloaded\n", err: "" });
    expect(await dmon.dmon("stop")).toEqual({ code: 0, out: `dmon stopped (pid ${pid})\n`, err: "" });
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(dmon.path("run")).filter((name) => /pid|stp/.test(name))).toEqual([]);
    expect(await dmon.dmon("state")).toMatchObject({ code: 3 });
  });

  test("five starts at once give one daemon", async () => {
    await using dmon = await TestDmon.make();
    const starts = await Promise.all(Array.from({ length: 5 }, () => dmon.dmon("start")));
    const pid = dmon.pid();
    expect(starts.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    for (const { out, err } of starts) {
      expect(err).toBe("");
      expect(out).toMatch(new RegExp(`^dmon (started|runs already) \\(pid ${pid}\\)\n(pages at .*\n)?$`));
    }
    expect(starts.filter(({ out }) => out.startsWith("dmon started"))).toHaveLength(1);
    expect(daemonsOf(dmon.dir)).toEqual([pid]);
  });

  test("a rundir has one daemon, also when its starters read five different configs", async () => {
    await using dmon = await TestDmon.make();
    const confs = await Promise.all(
      Array.from({ length: 5 }, async (_, i) => {
        const [file, port] = [dmon.path(`dmon${i}.conf`), await freePorts(3)];
        const text = readFileSync(dmon.confFile, "utf8").replace(
          /^http_listen .*/m,
          `http_listen 127.0.0.1:${port + 2}`,
        );
        writeFileSync(file, text.replace(/^PORT .*/m, `PORT ${port}`));
        return file;
      }),
    );
    const starts = await Promise.all(confs.map((file) => run([BINARY, "-c", file, "start"])));
    const pid = dmon.pid();
    for (const { code, out, err } of starts) {
      expect(code).toBe(0);
      // Those that came too late are told that theirs is not the config it runs by.
      if (out.startsWith("dmon started")) expect(err).toBe("");
      else
        expect(err).toMatch(/^\[warning\] dmon: it runs by another config \(\S+\); for \S+: dmon stop; dmon start\n$/);
    }
    expect(starts.filter(({ out }) => out.startsWith("dmon started"))).toHaveLength(1);
    expect(daemonsOf(dmon.dir)).toEqual([pid]);
  });

  test("what a killed daemon left is no obstacle", async () => {
    await using dmon = await TestDmon.started();
    const first = dmon.pid();
    process.kill(first, "SIGKILL");
    await until("the daemon is dead", () => !isAlive(first));
    expect(existsSync(dmon.path("run/dmon.pid"))).toBe(true);
    expect(await dmon.dmon("state")).toMatchObject({ code: 3 });
    const second = await dmon.start();
    expect(second).not.toBe(first);
    expect(await dmon.client("PING")).toStartWith("PONG");
  });

  test("a pid file that names a stranger is no obstacle, and the stranger lives", async () => {
    await using dmon = await TestDmon.make();
    mkdirSync(dmon.path("run"));
    writeFileSync(dmon.path("run/dmon.pid"), `${process.pid}\n`);
    writeFileSync(dmon.path("run/dmon.lck"), "");
    expect(await dmon.dmon("state")).toMatchObject({ code: 3 });
    expect(await dmon.dmon("stop")).toMatchObject({ code: 0 });
    expect(await dmon.start()).not.toBe(process.pid);
  });

  test("the stop-secret is for its owner alone, and only the right one stops", async () => {
    await using dmon = await TestDmon.started();
    const file = dmon.path("run/dmon.stp");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = readFileSync(file, "utf8").trim();
    for (const wrong of ["STOP", "STOP wrong", `STOP ${secret}0`, `STOP ${secret.slice(1)}`, `STOP ${secret} more`]) {
      expect(await speak({ port: dmon.port + 1 }, `${wrong}\n`)).toMatch(
        /^COMMAND ERROR\nerror: [^\n]+\nCOMMAND DONE\n$/,
      );
    }
    expect(await speak({ port: dmon.port }, `STOP ${secret}\n`)).toStartWith("COMMAND ERROR\n");
    const pid = dmon.pid();
    expect(isAlive(pid)).toBe(true);
    expect(await dmon.client(`STOP ${secret}`)).toBe("stopping\n");
    await until("the daemon is gone", () => !isAlive(pid));
    expect(dmon.log()).toContain("dmon stops: STOP");
  });

  test("in the foreground ^C ends it", async () => {
    await using dmon = await TestDmon.make();
    const child = Bun.spawn([BINARY, "-c", dmon.confFile, "-i", "start"], { stdout: "pipe", stderr: "pipe" });
    await until("it answers", () => dmon.client("PING"));
    expect(await dmon.dmon("state")).toMatchObject({ code: 0, out: `dmon runs (pid ${child.pid})\n` });
    child.kill("SIGINT");
    expect(await child.exited).toBe(0);
    const out = await new Response(child.stdout).text();
    expect(out).toContain(`http://127.0.0.1:${dmon.http}/`);
    expect(out).toContain("dmon stops: SIGINT");
    expect(await new Response(child.stderr).text()).toBe("");
  });

  test("SIGTERM ends it cleanly", async () => {
    await using dmon = await TestDmon.started();
    const pid = dmon.pid();
    process.kill(pid, "SIGTERM");
    await until("the daemon is gone", () => !isAlive(pid));
    expect(dmon.log()).toContain("dmon stops: SIGTERM");
    expect(existsSync(dmon.path("run/dmon.pid"))).toBe(false);
  });
});

describe.concurrent("signals", () => {
  test("HUP takes a good config over, and keeps the old one when the new is bad", async () => {
    await using dmon = await TestDmon.started();
    const pid = dmon.pid();
    dmon.writeConf({ loglvl: "Verbose" });
    process.kill(pid, "SIGHUP");
    await until("the new level", async () => (await dmon.client("STATE")).includes("-- loglevel Verbose\n"));
    writeFileSync(dmon.confFile, "server\nloglvll Trace\n");
    process.kill(pid, "SIGHUP");
    await until("the log says why", () => /reload bad, the old config stays:.*dmon\.conf:1:1:/.test(dmon.log()));
    expect(dmon.log()).toContain('unknown key "loglvll"; did you mean "loglvl"?');
    expect(await dmon.client("STATE")).toContain("-- loglevel Verbose\n");
    const reload = await dmon.dmon("reload");
    expect(reload.code).toBe(2);
    expect(reload.err).toContain('unknown key "loglvll"');
    expect(dmon.pid()).toBe(pid);
  });

  test("HUP with another port executes anew under the same pid", async () => {
    await using dmon = await TestDmon.started();
    const pid = dmon.pid();
    await using other = await TestDmon.make({ workConf: null });
    dmon.writeConf({ PORT: String(other.port) });
    process.kill(pid, "SIGHUP");
    await until("the new port answers", () => speak({ port: other.port + 1 }, "PING\n"));
    expect(isAlive(pid)).toBe(true);
    await until("the pid is written", () => dmon.pid() === pid);
  });

  test("USR1 executes it anew: same pid, clean environment, history goes on", async () => {
    await using dmon = await TestDmon.started();
    const pid = dmon.pid();
    await until("a value", async () => (await valuesOf(dmon)) > 0);
    const [before] = await Promise.all([valuesOf(dmon), dmon.client("STATE")]);
    const secret = readFileSync(dmon.path("run/dmon.stp"), "utf8");
    process.kill(pid, "SIGUSR1");
    await until("a new secret", () => {
      const file = dmon.path("run/dmon.stp");
      return existsSync(file) && readFileSync(file, "utf8") !== secret;
    });
    expect(dmon.pid()).toBe(pid);
    expect(isAlive(pid)).toBe(true);
    expect(await valuesOf(dmon)).toBeGreaterThanOrEqual(before);
    expect(dmon.log().match(/ starts on /g)).toHaveLength(2);
    expectCleanProcess(pid);
    expect(daemonsOf(dmon.dir)).toEqual([pid]);
  });
});

describe.concurrent("between two programs under one pid", () => {
  test("a stop has the last word", async () => {
    for (let i = 0; i < 8; i++) {
      await using dmon = await TestDmon.started();
      const pid = dmon.pid();
      process.kill(pid, "SIGUSR1");
      await Bun.sleep(i * 10); // before, in, and behind the exec
      expect(await dmon.dmon("stop")).toEqual({ code: 0, out: `dmon stopped (pid ${pid})\n`, err: "" });
      expect(isAlive(pid)).toBe(false);
      expect(await dmon.dmon("state")).toMatchObject({ code: 3 });
    }
  });

  test("signals end nothing, and state sees a daemon all the time", async () => {
    await using dmon = await TestDmon.started();
    const pid = dmon.pid();
    process.kill(pid, "SIGUSR1");
    const states: Promise<{ code: number | null }>[] = [];
    for (let i = 0; i < 40; i++) {
      process.kill(pid, "SIGHUP");
      if (i % 8 === 0) states.push(dmon.dmon("state"));
      await Bun.sleep(5);
    }
    expect((await Promise.all(states)).map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    // A program that takes the one before it for another daemon waits for 5 s.
    await until("it serves again", async () => (await dmon.client("PING")).startsWith("PONG"), 4_000);
    expect(dmon.pid()).toBe(pid);
  });

  test("a reload that needs a new start says so and waits for it", async () => {
    await using dmon = await TestDmon.started();
    const pid = dmon.pid();
    dmon.writeConf({ http_listen: "off" });
    const { code, out } = await dmon.dmon("reload");
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("executing anew") });
    expect(await dmon.dmon("state")).toEqual({ code: 0, out: `dmon runs (pid ${pid})\n`, err: "" });
    expect(await dmon.client("STATE")).not.toContain("-- pages at");
  });
});

test("a killed daemon's secret does not make a failing start a success", async () => {
  await using dmon = await TestDmon.started();
  const pid = dmon.pid();
  process.kill(pid, "SIGKILL");
  await until("it is gone", () => !isAlive(pid));
  const listen = () => Bun.listen({ hostname: "127.0.0.1", port: dmon.port + 1, socket: { data() {} } });
  const taken = await until("its port is free", listen);
  for (let i = 0; i < 5; i++) expect(await dmon.dmon("start")).toMatchObject({ code: 1, out: "" });
  taken.stop(true);
});

test("a reload that is refused leaves everything as it was, and says why", async () => {
  await using dmon = await TestDmon.started({ conf: { loglvl: "Terse" } });
  dmon.writeConf({ loglvl: "Trace" });
  const work = dmon.path("var/works/client", `${dmon.name}.txt`);
  writeFileSync(work, readFileSync(work, "utf8").slice(0, 100));
  const { code, err } = await dmon.dmon("reload");
  expect(code).toBe(1);
  expect(err).toMatch(
    /^\[error\] dmon: the old config stays: the client's work-file does not read .*dmon mk-work -f\n$/,
  );
  expect(await dmon.client("STATE")).toContain("-- loglevel Terse\n");
});

describe.concurrent("a reload that needs a new start which would fail is refused, and nothing changes", () => {
  const refused = async (dmon: TestDmon, why: RegExp) => {
    const pid = dmon.pid();
    const { code, out, err } = await dmon.dmon("reload");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^\[error\] dmon: the old config stays: [^\n]+\n$/);
    expect(err).toMatch(why);
    process.kill(pid, "SIGUSR1"); // the same for who would execute it anew
    await until("USR1 is refused", () => dmon.log().includes("a new start would fail, so this one goes on"));
    expect(await dmon.client("PING")).toStartWith("PONG");
    expect(dmon.pid()).toBe(pid);
  };

  test("a vardir without work", async () => {
    await using dmon = await TestDmon.started();
    dmon.writeConf({ vardir: dmon.path("empty") });
    await refused(dmon, /there is no work in \S+\/empty\/works\/server\/\S+; run: dmon mk-work -f/);
    expect(existsSync(dmon.path("empty"))).toBe(false);
  });

  test("a port that another has, also another dmon", async () => {
    await using dmon = await TestDmon.started();
    await using other = await TestDmon.started();
    dmon.writeConf({ PORT: String(other.port) });
    await refused(dmon, /port \d+ of 127\.0\.0\.1 is in use/);
    expect(await other.client("PING")).toStartWith("PONG");
  });

  test("a rundir that another dmon has, a logdir that cannot be", async () => {
    await using dmon = await TestDmon.started();
    await using other = await TestDmon.started();
    writeFileSync(dmon.path("file"), "");
    dmon.writeConf({ logdir: dmon.path("file/log") });
    await refused(dmon, /logdir \S+\/file\/log cannot be used: ENOTDIR/);
    dmon.writeConf({ rundir: other.path("run"), logdir: dmon.path("log") });
    process.kill(dmon.pid(), "SIGHUP");
    await until("it says why", () => dmon.log().includes(`another dmon (pid ${other.pid()}) runs in rundir`));
    expect(await dmon.client("PING")).toStartWith("PONG");
  });

  test("a config that is broken", async () => {
    await using dmon = await TestDmon.started();
    writeFileSync(dmon.confFile, "sever x\n");
    process.kill(dmon.pid(), "SIGUSR1");
    await until("USR1 is refused", () => dmon.log().includes("a new start would fail, so this one goes on"));
    expect(await dmon.client("PING")).toStartWith("PONG");
  });
});

test("a daemon is found where it serves, not where dmon.conf says by now", async () => {
  await using dmon = await TestDmon.started();
  const pid = dmon.pid();
  const port = await freePorts(2);
  dmon.writeConf({ PORT: String(port) });
  expect((await dmon.dmon("state", "-v")).out).toContain(`-- listening on port ${dmon.port + 1} as a Client\n`);
  expect(await dmon.dmon("hist", "cpu_load")).toMatchObject({ code: 0 });
  const { code, out } = await dmon.dmon("reload");
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("executing anew") });
  expect((await dmon.dmon("state", "-v")).out).toContain(`-- listening on port ${port + 1} as a Client\n`);
  expect(dmon.pid()).toBe(pid);
  await dmon.stop();
  const absent = `[error] dmon: dmon does not run (rundir ${dmon.path("run")}); start it with: dmon start\n`;
  const past = absent.replace("\n", "; without it the past can be read by: dmon db export\n");
  expect(await dmon.dmon("hist")).toEqual({ code: 1, out: "", err: past });
  expect(await dmon.dmon("reload")).toEqual({ code: 1, out: "", err: absent });
});

test("a broken config never stops another daemon", async () => {
  await using dmon = await TestDmon.started();
  const conf = readFileSync(dmon.confFile, "utf8");
  writeFileSync(dmon.confFile, conf.replace("rundir", "rundri"));
  for (const command of ["stop", "state"]) {
    const { code, out, err } = await dmon.dmon(command);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain('did you mean "rundir"?');
  }
  writeFileSync(dmon.confFile, conf.replace("server", "sever"));
  expect(await dmon.dmon("stop")).toMatchObject({ code: 0, out: expect.stringContaining("dmon stopped") });
});

test("level Trace shows what was read and what was said", async () => {
  await using dmon = await TestDmon.make();
  await dmon.start("-T");
  for (const line of [/ cpu_load=\d/, /to the server: REPORT \{"-client"/, /from the server: \{"resp":"ok report/])
    await until(`a line ${line}`, () => line.test(dmon.log()));
});

test("a reader that goes away is no failure", async () => {
  await using dmon = await TestDmon.make();
  for (const command of ["start", "-v state", "hist", "stop"]) {
    const line = `{ ${BINARY} -c ${dmon.confFile} ${command}; echo "code $?" >&2; } | true`;
    expect((await run(["sh", "-c", line])).err).toBe("code 0\n");
  }
});

test("one address of the pages is for one daemon", async () => {
  await using dmon = await TestDmon.started();
  await using other = await TestDmon.make({ conf: { http_listen: `127.0.0.1:${dmon.http}` } });
  const { code, err } = await other.dmon("start");
  expect(code).toBe(0);
  expect(err).toMatch(/^\[warning\] dmon: no pages: pages cannot listen on \S+: the port is in use/);
  // And it is said again by who makes it so.
  await using third = await TestDmon.started();
  third.writeConf({ http_listen: `127.0.0.1:${dmon.http}` });
  expect(await third.dmon("reload")).toMatchObject({ code: 0, err: expect.stringContaining("no pages: ") });
});

test.skipIf(lacksRoot("a directory of somebody else's"))("a link in a foreign lckdir is not followed", async () => {
  await using dmon = await TestDmon.make();
  const victim = dmon.path("victim");
  writeFileSync(victim, "precious");
  mkdirSync(dmon.path("lck"));
  symlinkSync(victim, dmon.path("lck/dmon"));
  for (const uid of [0, NOBODY]) {
    chownSync(dmon.path("lck"), uid, uid);
    await dmon.start();
    await dmon.stop();
    expect(readFileSync(victim, "utf8")).toBe("precious");
  }
});

test("an answer goes whole through a slow pipe", async () => {
  await using dmon = await TestDmon.started();
  const command = `${BINARY} -c ${dmon.confFile} send localhost HIST -100000m..now 100000 ${dmon.name} cpu_load +minmax`;
  const { out } = await run(["sh", "-c", `${command} | (sleep 0.3; wc -c)`]);
  expect(Number(out)).toBeGreaterThan(3_000_000);
});

describe.concurrent("surroundings", () => {
  test("the daemon has / as its directory and a clean environment", async () => {
    await using dmon = await TestDmon.make();
    const env = { BUN_CONFIG_VERBOSE_FETCH: "curl", LD_LIBRARY_PATH: "/nowhere", SECRET_OF_ADMIN: "x", HOME: "/root" };
    expect(await dmon.run(["start"], { env })).toMatchObject({ code: 0 });
    expectCleanProcess(dmon.pid());
  });

  test("a hostile bunfig.toml and .env in the working directory are neither run nor read", async () => {
    await using dmon = await TestDmon.make();
    const cwd = dmon.path("hostile");
    mkdirSync(cwd);
    const witness = join(cwd, "was-here");
    writeFileSync(join(cwd, "preload.ts"), `require("node:fs").writeFileSync(${JSON.stringify(witness)}, "");\n`);
    writeFileSync(join(cwd, "bunfig.toml"), 'preload = ["./preload.ts"]\n[run]\npreload = ["./preload.ts"]\n');
    writeFileSync(join(cwd, "package.json"), '{"name":"x","imports":{}}\n');
    writeFileSync(join(cwd, "tsconfig.json"), "{ nonsense");
    writeFileSync(join(cwd, ".env"), `DMON_STACK=1\nXDG_STATE_HOME=${cwd}\nNO_COLOR=1\n`);
    for (const args of [["--version"], ["-h"], ["state"], ["start"], ["probe", "load"]]) {
      const { err } = await dmon.run(args, { cwd });
      expect(err).toBe("");
    }
    expect(readFileSync(`/proc/${dmon.pid()}/environ`, "utf8")).not.toContain(cwd);
    // DMON_STACK would print a stack with an error.
    expect((await run([BINARY, "-c", "/nonexistent", "state"], { cwd })).err).not.toContain("    at ");
    expect(existsSync(witness)).toBe(false);
  });

  test("BUN_OPTIONS and BUN_BE_BUN of the shell do not reach the daemon", async () => {
    await using dmon = await TestDmon.make();
    const started = await dmon.run(["start"], { env: { BUN_OPTIONS: "--smol" } });
    expect(started.code).toBe(0);
    expectCleanProcess(dmon.pid());
  });

  test("a relative -c is found again after a re-exec", async () => {
    await using dmon = await TestDmon.make();
    const started = await run([BINARY, "-c", "dmon.conf", "start"], { cwd: dmon.dir });
    expect(started).toMatchObject({ code: 0, err: "" });
    const pid = dmon.pid();
    expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).toContain(dmon.confFile);
    expect(await dmon.client("STATE")).toContain(`-- config ${dmon.confFile}\n`);
    // ./dmon.conf is found without -c
    expect(await run([BINARY, "state"], { cwd: dmon.dir })).toMatchObject({ code: 0 });
  });

  test("invoked as mk-dmon-work it is mk-work", async () => {
    await using dmon = await TestDmon.make();
    symlinkSync(BINARY, dmon.path("mk-dmon-work"));
    const list = await run([dmon.path("mk-dmon-work"), "-l"], { cwd: dmon.dir });
    expect(list.code).toBe(0);
    expect(list.out).toContain("cpu_load\n");
    const dry = await run([dmon.path("mk-dmon-work")], { cwd: dmon.dir });
    expect(dry).toMatchObject({ code: 0, out: `1 client, work.conf -> ${dmon.path("var/works")}; nothing changes\n` });
  });

  test("--version and -h need no config and no writable place", async () => {
    const version = await run([BINARY, "--version"], { cwd: "/" });
    expect(version.code).toBe(0);
    expect(version.out).toMatch(/^dmon-\d+\.\d+\.\d+ \(.+, linux-(x64|arm64), bun \d.*\)\n$/);
    const help = await run([BINARY, "-h"], { cwd: "/" });
    expect(help.out).toContain("Usage: dmon");
    for (const command of ["start", "stop", "state", "reload", "mk-work", "probe", "send", "hist", "init"]) {
      expect(help.out).toContain(`  ${command} `);
      expect((await run([BINARY, command, "--help"])).out).toStartWith(`Usage: dmon [OPTIONS] ${command}`);
    }
  });

  test("what cannot be sent is said by -t, at a start and at a reload", async () => {
    await using dmon = await TestDmon.make({
      conf: { smtp: "smtp://mail.example.org?tls=requierd" },
      work: `get al uptime\nuser anna anna@example.org\nchannel chat slack @/nonexistent/slack\nalert anna * * >=sick via chat`,
    });
    const fault = "smtp has tls=requierd: write one of required, offered, off";
    const { code, out, err } = await dmon.dmon("-t");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(
      new RegExp(`^\\[error\\] dmon: ${fault}\n\\[error\\] dmon: channel chat: /nonexistent/slack: no such file`),
    );
    await dmon.start();
    expect(dmon.log()).toContain(`warning: ${fault}`);
    expect(dmon.log()).toContain("warning: channel chat: /nonexistent/slack: no such file");
    dmon.writeConf({ smtp: "@/nonexistent/smtp" });
    expect(await dmon.dmon("reload")).toMatchObject({ code: 0 });
    expect(dmon.log()).toContain("warning: smtp: /nonexistent/smtp: no such file");
  });

  test("-t tests config and work", async () => {
    await using dmon = await TestDmon.make();
    expect(await dmon.dmon("-t")).toEqual({ code: 0, out: `config ${dmon.confFile} ok, work ok\n`, err: "" });
    const verbose = await dmon.dmon("-t", "-v");
    expect(verbose.code).toBe(0);
    for (const wanted of [dmon.name, "fine soso sick critical dead", "client, server, pagemaker", dmon.path("run")]) {
      expect(verbose.out).toContain(wanted);
    }
    expect(verbose.out).toMatch(
      /my items :\n cpu_load\n dmon\n dmon_history\n dmon_work\n mem_avail\n root_usage\n uptime\n/,
    );
    expect(existsSync(dmon.path("run"))).toBe(false);
    rmSync(dmon.path("var"), { recursive: true });
    const without = await dmon.dmon("-t");
    expect(without.code).not.toBe(0);
    expect(without.err).toMatch(/^\[error\] dmon: .*mk-work -f\n$/);
  });
});

describe("log", () => {
  test("is rotated when it is large, and so many old ones are kept", async () => {
    await using dmon = await TestDmon.make({ conf: { rotate: "2 1d" } });
    for (let round = 0; round < 4; round++) {
      mkdirSync(dmon.path("log"), { recursive: true });
      const file = dmon.path("log/dmon.log");
      writeFileSync(file, `round ${round}\n`, { flag: "a" });
      truncateSync(file, 17 * 2 ** 20);
      await dmon.start();
      await dmon.stop();
    }
    expect(readdirSync(dmon.path("log")).sort()).toEqual(["dmon.log", "dmon.log.1", "dmon.log.2"]);
    expect(statSync(dmon.path("log/dmon.log")).size).toBeLessThan(2 ** 20);
  });
});

// The ports of --test are fixed, so these two do not run beside each other.
const testPortsFree = await allFree(23_007, 23_008, 23_080);
const realPortsFree = await allFree(22_007, 22_008, 22_080);

describe("fixed ports", () => {
  test.skipIf(skipping(!testPortsFree, "port 23007, 23008 or 23080 is taken"))(
    "--test runs beside the real one",
    async () => {
      await using dmon = await TestDmon.started();
      const pid = dmon.pid();
      const started = await dmon.dmon("--test", "start");
      expect(started).toMatchObject({ code: 0, err: "" });
      const second = Number(/pid (\d+)/.exec(started.out)?.[1]);
      expect(second).not.toBe(pid);
      expect(await dmon.dmon("state")).toMatchObject({ out: `dmon runs (pid ${pid})\n` });
      expect(await dmon.dmon("--test", "state")).toMatchObject({ out: `dmon runs (pid ${second})\n` });
      expect(await speak({ port: 23_008 }, "PING\n")).toContain("PONG from Client");
      expect(await speak({ port: 23_007 }, "PING\n")).toContain("PONG from Server");
      expect(await dmon.dmon("--test", "stop")).toMatchObject({ code: 0 });
      expect(isAlive(pid)).toBe(true);
      expect(await dmon.client("PING")).toStartWith("PONG");
    },
  );

  test.skipIf(
    skipping(!realPortsFree, "port 22007, 22008 or 22080 is taken") ||
      (isNobodyNeeded() && (lacksRoot("becoming another user") || lacks("setpriv"))) ||
      skipping(existsSync("/etc/dmon/conf"), "this host has a config of its own"),
  )("without any config it stands alone, as an ordinary user", async () => {
    const home = mkdtempSync(join(tmpdir(), "dmon-e2e-alone-"));
    let pid = 0;
    const as = isNobodyNeeded() ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"] : [];
    const env = { XDG_STATE_HOME: join(home, "state"), HOME: home };
    const alone = (...args: string[]) => run([...as, BINARY, ...args], { cwd: "/", env });
    try {
      chmodSync(home, 0o755);
      if (as.length > 0) chownSync(home, NOBODY, NOBODY);
      const started = await alone("start");
      expect(started).toMatchObject({ code: 0, err: "" });
      pid = Number(/pid (\d+)/.exec(started.out)?.[1]);
      expect(started.out).toContain("http://127.0.0.1:22080/");
      expect(started.out).toContain("echo STATE | nc localhost 22008");
      expect(await speak({ port: 22_008 }, "STATE\n")).toContain("-- roles Client, Server, Pagemaker\n");
      const items = await until("values", async () => {
        const report = JSON.parse((await speak({ port: 22_008 }, "REPORT\n")).split("\n")[1] ?? "");
        return Object.values(report as Record<string, object>).find((host) => "cpu_load" in host);
      });
      expect(Object.keys(items).length).toBeGreaterThan(15);
      const page = await until("its page", () => textOf("http://127.0.0.1:22080/"));
      expect(page).toContain("<main");
      expect((await alone("hist", "cpu_load")).out).toMatch(/^TIME +cpu_load\(tasks\)\n/);
      expect((await alone("probe", "load")).out).toContain("cpu_load");
      const file = join(home, "state/dmon/data.lite");
      expect(statSync(file).uid).toBe(as.length > 0 ? NOBODY : (process.getuid?.() ?? 0));
      expect(await alone("stop")).toMatchObject({ code: 0, out: `dmon stopped (pid ${pid})\n` });
      expect(isAlive(pid)).toBe(false);
    } finally {
      if (pid > 0 && isAlive(pid)) process.kill(pid, "SIGKILL");
      rmSync(home, { recursive: true, force: true });
    }
  });
});

function isNobodyNeeded(): boolean {
  return process.getuid?.() === 0;
}

async function allFree(...ports: number[]): Promise<boolean> {
  return (await Promise.all(ports.map((port) => isFree(port)))).every(Boolean);
}

/** Processes that run as a daemon with a config in this directory. */
function daemonsOf(dir: string): number[] {
  return processesWith(dir).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--detached"));
}

function expectCleanProcess(pid: number): void {
  expect(readlinkSync(`/proc/${pid}/cwd`)).toBe("/");
  const names = readFileSync(`/proc/${pid}/environ`, "utf8")
    .split("\0")
    .filter(Boolean)
    .map((each) => each.replace(/=.*/s, ""));
  const kept = new Set(["HOME", "LANG", "LC_ALL", "LOGNAME", "NO_COLOR", "PATH", "TZ", "USER", "XDG_STATE_HOME"]);
  expect(names.filter((name) => !kept.has(name))).toEqual([]);
}

/** Values of cpu_load in the last hour. */
async function valuesOf(dmon: TestDmon): Promise<number> {
  const { data } = await dmon.hist(`hour 60 ${dmon.name} cpu_load`);
  return data.rows.filter(([, value]) => value !== null).length;
}

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}
