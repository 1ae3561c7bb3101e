// What a host can do to dmon: ports taken, disks full, read-only or damaged. One clear line, and where it can it goes on.

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { lacksRoot } from "../skips.ts";
import { BINARY, endAll, run, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const NO_MOUNT = lacksRoot("mounting a small disk");

function occupy(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function remount(at: string, options: string): void {
  const done = Bun.spawnSync(["mount", "-o", `remount,${options}`, at]);
  if (!done.success) throw new Error(`remount: ${done.stderr.toString()}`);
}

/** Fills a disk to its last byte. */
function fill(disk: string): string {
  const filler = join(disk, "filler");
  const piece = Buffer.alloc(4096, "x");
  try {
    for (let i = 0; i < 10_000; i++) writeFileSync(filler, piece, { flag: "a" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") return filler;
    throw error;
  }
  throw new Error(`${disk} is not small`);
}

/** That it goes on measuring: values of this moment on the wire, and pages. */
async function expectMeasuring(dmon: TestDmon): Promise<void> {
  const before = (await until("a value", () => dmon.item("uptime"))).time;
  await until("a later value", async () => ((await dmon.item("uptime"))?.time ?? 0) > before + 1);
  expect(await dmon.client("STATE")).toMatch(/^-- +uptime +fine +\d/m);
  await until("the server has it", async () => ((await dmon.clients()).cdmp[dmon.name]?.uptime?.time ?? 0) > before);
  for (const path of ["/", "/hosts", "/host/al", "/events", "/graph/al/uptime"]) {
    expect((await dmon.fetch(path)).status).toBe(200);
  }
}

describe.concurrent("ports in use", () => {
  for (const [role, offset] of [
    ["server", 0],
    ["client", 1],
  ] as const) {
    test(`the ${role}'s`, async () => {
      await using dmon = await TestDmon.make();
      const other = await occupy(dmon.port + offset);
      try {
        const line = `[error] dmon: the ${role}'s port ${dmon.port + offset} of 127.0.0.1 is in use; is another dmon running? (PORT in dmon.conf sets another)\n`;
        expect(await dmon.dmon("start")).toEqual({ code: 1, out: "", err: line });
        expect(await dmon.dmon("state")).toMatchObject({ code: 3 });
        const foreground = await dmon.dmon("-i", "start");
        expect(foreground).toMatchObject({ code: 1, err: line });
        expect(readdirSync(dmon.path("run")).filter((name) => /pid|stp/.test(name))).toEqual([]);
      } finally {
        other.close();
      }
      await dmon.start();
    });
  }

  test("that of the pages: all else runs, and the log says so", async () => {
    await using dmon = await TestDmon.make();
    const other = await occupy(dmon.http);
    try {
      await dmon.start();
      expect(await dmon.client("PING")).toStartWith("PONG");
      expect(dmon.log()).toMatch(
        new RegExp(`pages cannot listen on 127\\.0\\.0\\.1:${dmon.http}: .*in use.*every minute`),
      );
    } finally {
      other.close();
    }
  });
});

describe.concurrent("files", () => {
  test("a vardir that cannot be made stops nothing", async () => {
    await using dmon = await TestDmon.make();
    const works = dmon.path("var/works");
    // A file where a directory should be is an obstacle for root too.
    writeFileSync(dmon.path("blocked"), "");
    dmon.writeConf({ rundir: dmon.path("blocked/run") });
    const rundir = await dmon.dmon("start");
    expect(rundir).toMatchObject({ code: 1, out: "" });
    expect(rundir.err).toMatch(/^\[error\] dmon: rundir \S+ cannot be used: [^\n]+\n$/);
    dmon.writeConf({ logdir: dmon.path("blocked/log") });
    const logdir = await dmon.dmon("start");
    expect(logdir).toMatchObject({ code: 1, out: "" });
    expect(logdir.err).toMatch(/^\[error\] dmon: logdir \S+ cannot be used: [^\n]+\n$/);
    expect(existsSync(works)).toBe(true);
    dmon.writeConf({ vardir: dmon.path("blocked/var") });
    const vardir = await dmon.dmon("start");
    expect(vardir).toMatchObject({ code: 1, out: "" });
    expect(vardir.err).toMatch(/^\[error\] dmon: [^\n]*mk-work -f\n$/);
  });

  test("databases that are no databases: one line each, new ones are begun, and it goes on", async () => {
    await using dmon = await TestDmon.make();
    const rubbish = Buffer.alloc(8192, "rubbish ");
    for (const name of ["data.lite", "server.lite"]) writeFileSync(dmon.path("var", name), rubbish);
    await dmon.start();
    await expectMeasuring(dmon);
    const lines = dmon.log().split("\n");
    for (const name of ["data.lite", "server.lite"]) {
      const moved = lines.filter((line) => line.includes(`${name}: is damaged or no database; moved to `));
      expect(moved).toHaveLength(1);
      // What somebody may still want to rescue is left as it is.
      const [, aside = ""] = /; moved to (\S+), a new one is begun$/.exec(moved[0] ?? "") ?? [];
      expect(readFileSync(aside).equals(rubbish)).toBe(true);
    }
  });

  test.skipIf(NO_MOUNT)(
    "a read-only vardir: it says so once, measures, and writes when it may",
    async () => {
      await using dmon = await TestDmon.make({ workConf: null });
      const disk = dmon.mount("var", "size=8m");
      dmon.writeWork(dmon.workText());
      expect(await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"))).toMatchObject({ code: 0 });
      remount(disk, "ro");
      const started = await dmon.dmon("start");
      expect(started).toMatchObject({ code: 0 });
      expect(started.err).toMatch(/^\[warning\] dmon: no history: [^\n]*data\.lite: [^\n]*read-only[^\n]*\n$/);
      await expectMeasuring(dmon);
      const lines = () =>
        dmon
          .log()
          .split("\n")
          .filter((line) => line.includes("read-only"));
      expect(lines().filter((line) => line.includes("data.lite"))).toHaveLength(1);
      expect(lines().filter((line) => line.includes("server.lite"))).toHaveLength(1);
      expect(readdirSync(disk)).toEqual(["works"]);
      dmon.writeWork(dmon.workText("get * uptime"));
      const mkWork = await dmon.dmon("mk-work", "-f", "-w", dmon.path("work.conf"));
      expect(mkWork.code).toBe(1);
      expect(mkWork.err).toMatch(/^\[error\] dmon: [^\n]*read-only[^\n]*\n$/);
      remount(disk, "rw");
      await until("it writes", () => existsSync(join(disk, "data.lite")));
      await until("history", async () =>
        (await dmon.hist("hour")).data.rows.some((row) => row.slice(1).some(Number.isFinite)),
      );
      await until("the log says so", () => /data\.lite: writing again/.test(dmon.log()));
    },
    30_000,
  );

  test.skipIf(NO_MOUNT)(
    "a full disk: it says so once, measures, and writes again when there is room",
    async () => {
      await using dmon = await TestDmon.make({ workConf: null });
      const disk = dmon.mount("var", "size=2m");
      const work = dmon.workText("get * uptime dmon_history\nfit dmon_history sick <1");
      dmon.writeWork(work);
      expect(await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"))).toMatchObject({ code: 0 });
      await dmon.start();
      await until("history", async () =>
        (await dmon.hist("hour")).data.rows.some((row) => row.slice(1).some(Number.isFinite)),
      );
      const events = async () => (await dmon.clients("al dmon_history")).events.toReversed();
      const filler = fill(disk);
      await until("the log says so", () => /data\.lite: the disk is full; measuring goes on/.test(dmon.log()));
      await expectMeasuring(dmon);
      await Bun.sleep(2000);
      expect(dmon.log().match(/data\.lite: the disk is full; measuring/g)).toHaveLength(1);
      expect((await dmon.clients()).cdmp[dmon.name]?.dmon_history).toMatchObject({
        level: "sick",
        text: expect.stringContaining("the disk is full"),
      });

      const file = join(disk, "works/client", `${dmon.name}.txt`);
      const before = { text: readFileSync(file, "utf8"), time: statSync(file).mtimeMs };
      dmon.writeWork(`${work}get * cpu_load\n# ${"x".repeat(8000)}`);
      const mkWork = await dmon.dmon("mk-work", "-f", "-w", dmon.path("work.conf"));
      expect(mkWork.code).toBe(1);
      expect(mkWork.err).toMatch(/^\[error\] dmon: [^\n]*(full|no space)[^\n]*\n$/i);
      expect({ text: readFileSync(file, "utf8"), time: statSync(file).mtimeMs }).toEqual(before);

      rmSync(filler);
      await until("it writes again", () => /data\.lite: writing again/.test(dmon.log()));
      await until("the server has stored it", async () => (await events()).length > 1);
      expect((await events()).map(({ level }) => level)).toEqual(["sick", "fine"]);
      expect(await dmon.dmon("mk-work", "-f", "-w", dmon.path("work.conf"))).toMatchObject({ code: 0 });
      await dmon.stop();
      await dmon.start();
      expect((await dmon.hist("hour")).data.rows.some((row) => row.slice(1).some(Number.isFinite))).toBe(true);
    },
    40_000,
  );

  test.skipIf(NO_MOUNT)("a full disk for logs and run files", async () => {
    await using dmon = await TestDmon.make();
    const disk = dmon.mount("log", "size=64k");
    await dmon.start();
    fill(disk);
    await expectMeasuring(dmon);
    await dmon.stop();
    const rundir = dmon.mount("run", "size=64k");
    fill(rundir);
    const { code, out, err } = await dmon.dmon("start");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^\[error\] dmon: rundir \S+ cannot be used: [^\n]+\n$/);
    expect(readdirSync(rundir).filter((name) => /pid|stp|new/.test(name))).toEqual([]);
  });
});

describe.concurrent("configs", () => {
  test("five errors in dmon.conf are five lines", async () => {
    await using dmon = await TestDmon.make({ workConf: null });
    writeFileSync(
      dmon.confFile,
      `server mars.example.org\nPROT 22007\nival_make_state soon\nloglvl Loud\nlisten nowhere\nvardir var\nrundir ${dmon.path("run")}\n`,
    );
    for (const args of [["start"], ["state"], ["-t"], ["mk-work"]]) {
      const { code, out, err } = await dmon.dmon(...args);
      const said = args[0] === "state" ? `dmon does not run (rundir ${dmon.path("run")})\n` : "";
      expect({ code, out }).toEqual({ code: 2, out: said });
      const heads = err.split("\n").filter((line) => line.startsWith("[error] dmon: "));
      expect(heads).toHaveLength(5);
      for (const [i, head] of heads.entries()) expect(head).toStartWith(`[error] dmon: ${dmon.confFile}:${i + 2}:`);
      expect(err).toContain('did you mean "PORT"?');
      expect(err.match(/^ +\^+$/gm)).toHaveLength(5);
    }
  });

  test("five errors in work.conf are five lines, and change nothing", async () => {
    await using dmon = await TestDmon.make();
    const before = readFileSync(dmon.path("var/works/client", `${dmon.name}.txt`), "utf8");
    dmon.writeWork(
      `host ${dmon.name} al\nhots mars ma\nget al cpu_lod\nget * uptime\nfit cpu_load sikc >5\nfit uptime sick >>5\npmaker nobody\n`,
    );
    for (const args of [["mk-work"], ["mk-work", "-f"]]) {
      const { code, out, err } = await dmon.dmon(...args, "-w", dmon.path("work.conf"));
      expect({ code, out }).toEqual({ code: 2, out: "" });
      const heads = err.split("\n").filter((line) => line.startsWith("[error] dmon: "));
      expect(heads.map((head) => /work\.conf:(\d+):\d+: /.exec(head)?.[1])).toEqual(["2", "3", "5", "6", "7"]);
      for (const near of ["host", "cpu_load", "sick"]) expect(err).toContain(`did you mean "${near}"?`);
    }
    expect(readFileSync(dmon.path("var/works/client", `${dmon.name}.txt`), "utf8")).toBe(before);
  });

  test("a file that is not there, a directory, and rubbish", async () => {
    const say = async (file: string) => run([BINARY, "-c", file, "start"]);
    expect(await say("/nonexistent/dmon.conf")).toEqual({
      code: 2,
      out: "",
      err: "[error] dmon: /nonexistent/dmon.conf: no such file\n",
    });
    expect((await say("/")).err).toBe("[error] dmon: /: is a directory\n");
    expect((await say(BINARY)).err).toBe(`[error] dmon: ${BINARY}: is larger than 16777216 bytes\n`);
    expect(await say("/bin/true")).toMatchObject({ code: 2, out: "" });
    const unknown = await run([BINARY, "strat"]);
    expect(unknown).toEqual({
      code: 2,
      out: "",
      err: '[error] dmon: unknown command "strat"; did you mean "start"?\n',
    });
    expect((await run([BINARY, "start", "--detach"])).code).toBe(2);
    expect((await run([BINARY])).code).toBe(2);
    expect((await run([BINARY, "state", "now"])).err).toContain('"now" is too much');
  });
});

describe.concurrent("mk-work", () => {
  const three = (dmon: TestDmon, more = "") =>
    dmon.workText(`host beta.example be\nhost gamma.example ga\nget * cpu_load uptime\n${more}`);

  test("a dry run writes nothing, -f only what changed", async () => {
    await using dmon = await TestDmon.make({ workConf: null });
    const mk = (...args: string[]) => dmon.dmon("mk-work", ...args, "-w", dmon.path("work.conf"));
    const way = `${dmon.path("work.conf")} -> ${dmon.path("var/works")}`;
    const files = () =>
      Object.fromEntries(
        readdirSync(dmon.path("var/works"), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .map((file) => [file.replace(dmon.path("var/works/"), ""), statSync(file).mtimeMs]),
      );
    dmon.writeWork(three(dmon));
    const dry = await mk();
    expect(dry).toMatchObject({ code: 0, err: "" });
    expect(dry.out).toContain("al, be, ga: new, 4 items\n");
    expect(dry.out).toContain("(-f makes them)");
    expect(existsSync(dmon.path("var"))).toBe(false);

    expect(await mk("-f")).toMatchObject({ code: 0, err: "" });
    const made = files();
    expect(Object.keys(made).sort()).toEqual(
      [
        `client/${dmon.name}.txt`,
        "client/beta.example.txt",
        "client/gamma.example.txt",
        `pmaker/${dmon.name}.txt`,
        `server/${dmon.name}.txt`,
      ].sort(),
    );
    await Bun.sleep(20);
    expect((await mk("-f")).out).toBe(`3 clients, ${way}; nothing changes\n`);
    expect(files()).toEqual(made);

    dmon.writeWork(three(dmon, "get be procs\n"));
    const change = await mk();
    expect(change.out).toBe(`be: + procs\n3 clients, ${way}; 1 work-file would change (-f makes them)\n`);
    expect(files()).toEqual(made);
    expect((await mk("-v")).out).toContain("al, ga: unchanged\n");
    expect((await mk("-q")).out).toBe("");
    expect(await mk("-f")).toMatchObject({ code: 0 });
    const changed = files();
    const newer = Object.keys(changed).filter((file) => changed[file] !== made[file]);
    expect(newer).toEqual(["client/beta.example.txt"]);

    dmon.writeWork(three(dmon).replace(/host gamma.*\n/, ""));
    expect((await mk("-f")).out).toContain("ga: removed\n");
    expect(Object.keys(files())).not.toContain("client/gamma.example.txt");
    expect(readdirSync(dmon.path("var")).filter((name) => name !== "works")).toEqual([]);
  });

  test("-l lists items: names, -v with more, -d as JSON", async () => {
    await using dmon = await TestDmon.make({ workConf: null });
    const names = (await dmon.dmon("mk-work", "-l")).out.trimEnd().split("\n");
    for (const name of ["cpu_load", "mem_avail", "root_usage", "uptime", "dmon"]) {
      expect(names.some((each) => each === name || each === name.replace("root", "{mount}"))).toBe(true);
    }
    const verbose = (await dmon.dmon("mk-work", "-v", "-l")).out.trimEnd().split("\n");
    expect(verbose).toHaveLength(names.length);
    expect(verbose.find((line) => line.startsWith("cpu_load "))).toMatch(/gauge +tasks +load\.load1 +Load average/);
    const all = JSON.parse((await dmon.dmon("mk-work", "-d", "-l")).out) as {
      name: string;
      kind: string;
      doc: string;
    }[];
    expect(all.map(({ name }) => name)).toEqual(names);
    for (const item of all) expect(item).toMatchObject({ kind: expect.any(String), doc: expect.any(String) });
  });

  test("init makes a config that works", async () => {
    await using dmon = await TestDmon.make({ workConf: null });
    const dir = dmon.path("new");
    mkdirSync(dir);
    const made = await run([BINARY, "init", dir], { cwd: dmon.dir.replace(/\/[^/]*$/, "") });
    expect(made).toMatchObject({ code: 0, err: "" });
    const again = await run([BINARY, "init", dir]);
    expect(again.code).toBe(2);
    expect(again.err).toContain("is already there");
    const conf = join(dir, "dmon.conf");
    writeFileSync(
      conf,
      `${readFileSync(conf, "utf8")}vardir ${dmon.path("var")}\nrundir ${dmon.path("run")}\nlogdir ${dmon.path("log")}\n`,
    );
    expect(await run([BINARY, "-c", conf, "mk-work", "-w", join(dir, "work.conf"), "-f"])).toMatchObject({
      code: 0,
      err: "",
    });
    expect((await run([BINARY, "-c", conf, "-t"])).out).toContain("work ok");
  });
});
