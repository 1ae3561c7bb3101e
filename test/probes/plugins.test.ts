// Debian's plugins as they are (monitoring-plugins-basic, munin-plugins-core), and node_exporter: what they say against what
// the host itself says before and after.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import munin from "../../probes/munin.ts";
import nagios from "../../probes/nagios.ts";
import textfile, { parse } from "../../probes/textfile.ts";
import { localHost } from "../../src/client/host.ts";
import type { SelfStats } from "../../src/core/host.ts";
import type { Found, Given } from "../../src/core/probe.ts";
import type { Reading } from "../../src/core/reading.ts";
import { lacks, lacksRoot } from "../skips.ts";
import { given, probeErrorOf } from "./fake-host.ts";

const dir = mkdtempSync(join(tmpdir(), "dmon-plugins-"));
const host = localHost({ root: "", self: () => ({}) as SelfStats, programs: join(dir, "programs") });
const nodeExporter = Bun.which("prometheus-node-exporter");
chmodSync(dir, 0o755); // plugins run as nobody
afterAll(() => rmSync(dir, { recursive: true }));

const read = (path: string) => readFileSync(path, "utf8");
/** The number behind a word at the beginning of a line, and the one at a column behind it. */
const numberIn = (path: string, word: string, column = 1) =>
  Number(
    read(path)
      .split("\n")
      .find((line) => line.trimStart().startsWith(word))
      ?.trim()
      .split(/[\s:]+/)[column],
  );
const out = (...command: string[]) =>
  Bun.spawnSync(command, { env: { PATH: process.env.PATH, LC_ALL: "C" } }).stdout.toString();
const processes = () => readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;
const numbers = (found: readonly Found[]) =>
  Object.fromEntries(found.map(({ key, reading }) => [key, typeof reading === "object" ? reading?.value : reading]));

/** Reads between two looks at the truth: each value must lie between them, with room for what the test itself changes. */
async function between(measure: () => Promise<readonly Found[]>, truth: () => Record<string, number>, room = 0) {
  const before = truth();
  const values = numbers(await measure());
  const after = truth();
  for (const [key, a] of Object.entries(before)) {
    const b = after[key] ?? Number.NaN;
    const is = { key, a, b, value: values[key] ?? Number.NaN };
    expect({ ...is, ok: is.value >= Math.min(a, b) - room && is.value <= Math.max(a, b) + room }).toEqual({
      ...is,
      ok: true,
    });
  }
}

describe.skipIf(lacks("/usr/lib/nagios/plugins/check_disk"))("monitoring-plugins-basic", () => {
  const check = async (...command: string[]) => {
    const { readings, found = [] } = await nagios.find(host, given(...command));
    const { value, text } = readings.state as { value: number; text: string };
    return { state: value, text, found, units: Object.fromEntries(found.map(({ key, unit }) => [key, unit])) };
  };
  const perfdata =
    (...command: string[]) =>
    async () =>
      (await check(...command)).found;

  test("check_disk: bytes used, as statfs(2) has them", async () => {
    const used = () => {
      const { blocks, bfree, bsize } = statfsSync("/");
      return { "/": (blocks - bfree) * bsize };
    };
    await between(perfdata("check_disk", "-w", "1%", "-c", "1%", "-p", "/"), used, 2 ** 26);
    expect((await check("check_disk", "-w", "1%", "-c", "1%", "-p", "/")).units).toEqual({ "/": "B" });
    expect(await check("check_disk", "-w", "101%", "-c", "1%", "-p", "/nowhere")).toMatchObject({ state: 2 });
  });

  test("check_load: /proc/loadavg", async () => {
    const truth = () => {
      const [load1 = 0, load5 = 0, load15 = 0] = read("/proc/loadavg").split(" ").map(Number);
      return { load1, load5, load15 };
    };
    await between(perfdata("check_load", "-w", "900,900,900", "-c", "999,999,999"), truth, 0.01);
    expect((await check("check_load", "-w", "0,0,0", "-c", "999,999,999")).state).toBe(1);
  });

  test("check_procs: /proc", async () => {
    await between(perfdata("check_procs"), () => ({ procs: processes() }), 15);
    expect((await check("check_procs", "-c", "1:1")).state).toBe(2);
  });

  test("check_swap: /proc/meminfo", async () => {
    await between(
      perfdata("check_swap", "-w", "1%", "-c", "1%"),
      () => ({ swap: numberIn("/proc/meminfo", "SwapFree") * 1024 }),
      2 ** 24,
    );
  });

  test("check_users: who(1)", async () => {
    const { found, text } = await check("check_users", "-w", "900", "-c", "999");
    expect(numbers(found)).toEqual({ users: out("who").split("\n").length - 1 });
    expect(text).toStartWith("USERS OK");
  });

  test("check_file_age: stat(2)", async () => {
    const { found, units, state } = await check("check_file_age", "-f", "/etc/passwd", "-w", "1", "-c", "9999999999");
    expect(numbers(found).size).toBe(statSync("/etc/passwd").size);
    expect(Math.abs((numbers(found).age ?? 0) - (Date.now() - statSync("/etc/passwd").mtimeMs) / 1000)).toBeLessThan(3);
    expect({ units, state }).toEqual({ units: { age: "s", size: "B" }, state: 1 });
  });

  test.each([
    ["check_ping", ["-w", "1000,50%", "-c", "2000,80%"]],
    ["check_icmp", []],
  ])("%s: this host answers", async (name, more) => {
    const { state, found, units } = await check(name, "-H", "127.0.0.1", ...more);
    expect({ state, pl: numbers(found).pl, units }).toMatchObject({ state: 0, pl: 0, units: { rta: "s", pl: "%" } });
    expect(numbers(found).rta).toBeLessThan(0.5);
  });

  test("check_dummy: all states, and none", async () => {
    const states = await Promise.all(["0", "1", "2", "3"].map((state) => check("check_dummy", state, "two words")));
    expect(states.map(({ state, text }) => [state, text])).toEqual([
      [0, "OK: two words"],
      [1, "WARNING: two words"],
      [2, "CRITICAL: two words"],
      [3, "UNKNOWN: two words"],
    ]);
  });

  test("negate, which runs another, and check_cluster", async () => {
    const dummy = "/usr/lib/nagios/plugins/check_dummy";
    expect(await check("negate", dummy, "0", "x")).toMatchObject({ state: 2, text: "OK: x" });
    expect(await check("check_cluster", "-s", "-d", "0,2,2", "-w", "0", "-c", "1")).toMatchObject({ state: 2 });
  });

  test("check_log: what is new in a log", async () => {
    const [log, old] = [join(dir, "log"), join(dir, "old")];
    writeFileSync(log, "a\n");
    await check("check_log", "-F", log, "-O", old, "-q", "disk.*failed");
    writeFileSync(log, "a\ndisk 3 failed\n");
    expect((await check("check_log", "-F", log, "-O", old, "-q", "disk.*failed")).text).toContain("disk 3 failed");
  });

  describe("of services", () => {
    const banner = (line: string) => {
      const server = Bun.listen({
        hostname: "127.0.0.1",
        port: 0,
        socket: {
          open: (socket) => void socket.write(`${line}\r\n`),
          data: (socket) => void socket.end("221 bye\r\n"),
        },
      });
      return { port: String(server.port), [Symbol.dispose]: () => server.stop(true) };
    };
    test.each([
      ["check_ssh", "SSH-2.0-OpenSSH_9.2p1 Test", "OpenSSH_9.2p1 Test"],
      ["check_smtp", "220 mars.example.org ESMTP", "SMTP OK"],
      ["check_pop", "+OK ready", "POP OK"],
      ["check_imap", "* OK ready", "IMAP OK"],
      ["check_ftp", "220 ready", "FTP OK"],
      ["check_tcp", "hello", "TCP OK"],
    ])("%s", async (name, line, said) => {
      using server = banner(line);
      const good = await check(name, "-H", "127.0.0.1", "-p", server.port);
      expect(good).toMatchObject({ state: 0, text: expect.stringContaining(said) });
      expect(numbers(good.found).time).toBeLessThan(5);
      server[Symbol.dispose]();
      expect(await check(name, "-H", "127.0.0.1", "-p", server.port)).toMatchObject({ state: 2 });
    });

    test("check_http", async () => {
      using server = Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: ({ url }) => new Response("hello", { status: url.endsWith("/no") ? 404 : 200 }),
      });
      const http = (path: string) => check("check_http", "-H", "127.0.0.1", "-p", String(server.port), "-u", path);
      const { state, found, units } = await http("/");
      expect({ state, units }).toEqual({ state: 0, units: { time: "s", size: "B" } });
      expect(numbers(found).size).toBeGreaterThan(5);
      expect(await http("/no")).toMatchObject({ state: 1, text: expect.stringContaining("404") });
    });
  });

  test.skipIf(lacksRoot("running a plugin as another user"))("as another user", async () => {
    const item: Given = { ...given("check_file_age", "-f", "/root/.profile"), options: { user: "nobody" } };
    expect((await nagios.find(host, item)).readings.state).toMatchObject({ value: 2 });
  });
});

describe("hostile plugins", () => {
  const plugin = join(dir, "hostile");
  const write = (script: string) => writeFileSync(plugin, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const limited = (...command: string[]): Given => ({ ...given(...command), timeout_s: 1 });

  // What a Nagios plugin's state says, and a Munin plugin's error.
  test.each([
    [
      "prints a gigabyte",
      "exec head -c 1G /dev/zero",
      3,
      "it printed more than the 1 MiB that are read, and was killed",
    ],
    ["never ends", "exec sleep 1000", 3, "it did not end within 0.9 s and was killed"],
    ["forks and hangs", "for i in 1 2 3; do sleep 1000 & done; wait", 3, "it did not end within 0.9 s and was killed"],
    [
      "dies by a signal",
      "kill -SEGV $$",
      3,
      "it was ended by SIGSEGV; a program may take 1 GiB of memory; memory= gives more",
    ],
    ["fails without a word", "exit 1", 1, "it ended with status 1"],
  ])("one that %s", async (_, script, state, said) => {
    write(script);
    const { readings } = await nagios.find(host, limited(plugin));
    expect(readings.state).toEqual({ value: state, text: state === 1 ? "the plugin printed nothing" : said });
    expect(await probeErrorOf(() => munin.find(host, limited(plugin)))).toBe(said);
  });

  test("one that prints broken UTF-8, NULs and escape sequences", async () => {
    write("printf 'a\\377b\\000\\033[31m|x\\377=1 y=2\\000\\n'; printf 'z\\377.value 5\\nok.value 6\\n'");
    const { readings, found } = await nagios.find(host, limited(plugin));
    expect(readings.state).toEqual({ value: 0, text: "a\ufffdb\0\x1b[31m" }); // what is not to be shown goes when it is stored
    expect(found?.map(({ key, reading }) => [key, reading])).toEqual([
      ["x\ufffd", 1],
      ["y", 2],
    ]);
    expect((await munin.find(host, limited(plugin))).readings).toEqual({ fields: 2 });
  });

  test("one that leaves a child behind with its output open: what it said counts, and soon", async () => {
    write("sleep 1000 & echo 'OK|a=1'; echo 'a.value 1'");
    expect((await nagios.find(host, limited(plugin))).readings.state).toEqual({ value: 0, text: "OK" });
    expect((await munin.find(host, limited(plugin))).readings).toEqual({ fields: 1 });
  });
});

describe.skipIf(lacks("/usr/share/munin/plugins/cpu"))("munin-plugins-core", () => {
  const fieldsOf = (plugin: string) => async () => (await munin.find(host, given(plugin))).found ?? [];
  const jiffies = (column: number) => numberIn("/proc/stat", "cpu ", column);
  const snmp = (column: number) =>
    Number(
      read("/proc/net/snmp")
        .split("\n")
        .filter((line) => line.startsWith("Tcp:"))[1]
        ?.split(" ")[column],
    );
  const meminfo = (word: string) => numberIn("/proc/meminfo", `${word}:`) * 1024;
  const df = (option: string, column: number) => {
    const lines = out("df", "-P", "-l", option).split("\n").slice(1);
    const line = lines.find((each) => each.trim().endsWith(" /"))?.split(/\s+/) ?? [];
    return { [(line[0] ?? "").replace(/[^A-Za-z0-9_]/g, "_")]: Number.parseFloat(line[column] ?? "") };
  };

  test.each<[string, () => Record<string, number>, room: number]>([
    ["load", () => ({ load: Number(read("/proc/loadavg").split(" ")[1]) }), 0.01],
    ["uptime", () => ({ uptime: Number(read("/proc/uptime").split(" ")[0]) / 86_400 }), 0.01],
    ["cpu", () => ({ user: jiffies(1), system: jiffies(3), idle: jiffies(4) }), 1],
    [
      "memory",
      () => ({
        free: meminfo("MemFree"),
        page_tables: meminfo("PageTables"),
        cached: meminfo("Cached") - meminfo("Shmem"),
      }),
      2 ** 26,
    ],
    ["swap", () => ({ swap_in: numberIn("/proc/vmstat", "pswpin"), swap_out: numberIn("/proc/vmstat", "pswpout") }), 0],
    ["forks", () => ({ forks: numberIn("/proc/stat", "processes") }), 0],
    ["interrupts", () => ({ intr: numberIn("/proc/stat", "intr"), ctx: numberIn("/proc/stat", "ctxt") }), 0],
    ["entropy", () => ({ entropy: Number(read("/proc/sys/kernel/random/entropy_avail")) }), 256],
    ["open_files", () => ({ used: Number(read("/proc/sys/fs/file-nr").split("\t")[0]) }), 300],
    ["open_inodes", () => ({ max: Number(read("/proc/sys/fs/inode-nr").split("\t")[0]) }), 1000],
    ["processes", () => ({ processes: processes() }), 15],
    ["if_lo", () => ({ down: numberIn("/proc/net/dev", "lo:", 1), up: numberIn("/proc/net/dev", "lo:", 9) }), 0],
    [
      "if_err_lo",
      () => ({ rcvd: numberIn("/proc/net/dev", "lo:", 3), trans: numberIn("/proc/net/dev", "lo:", 11) }),
      0,
    ],
    ["netstat", () => ({ active: snmp(5), passive: snmp(6) }), 0],
    ["df", () => df("-k", 4), 1],
    ["df_inode", () => df("-i", 4), 1],
  ])("%s", (plugin, truth, room) => between(fieldsOf(plugin), truth, room));

  test("units, kinds, labels and the ranges of plugin-conf.d", async () => {
    const about = async (plugin: string, key: string) => {
      const { unit, kind, label, min, fit } = (await fieldsOf(plugin)()).find((each) => each.key === key) ?? {};
      return [unit, kind, label, min, fit?.map(({ level, text }) => level + text)];
    };
    expect(await about("cpu", "user")).toEqual(["%", "rate", "user", 0, undefined]);
    expect(await about("memory", "free")).toEqual(["B", "gauge", "unused", undefined, undefined]);
    expect(await about("forks", "forks")).toEqual(["forks/s", "rate", "forks", 0, undefined]);
    expect(await about("if_lo", "down")).toEqual(["1/s", "rate", "received", 0, undefined]);
    const [root] = Object.keys(df("-k", 4));
    const [unit, , label, , fit] = await about("df", root ?? "");
    expect([unit, label, fit]).toEqual(["%", "/", ["soso>92", "crit>98"]]);
  });

  test("threads, users, irqstats, proc_pri and vmstat have values", async () => {
    for (const plugin of ["threads", "users", "irqstats", "proc_pri", "tcp"]) {
      const values = Object.values(numbers(await fieldsOf(plugin)()));
      expect({ plugin, some: values.some((value) => typeof value === "number" && value >= 0) }).toEqual({
        plugin,
        some: true,
      });
    }
  });
});

describe.skipIf(lacks("prometheus-node-exporter"))("node_exporter", () => {
  const prom = join(dir, "prom");
  let child: Bun.Subprocess;
  let url: string;

  beforeAll(async () => {
    await Bun.write(
      join(prom, "jobs.prom"),
      [
        "# HELP backup_bytes What was written.",
        "# TYPE backup_bytes gauge",
        'backup_bytes{disk="a \\"b\\"",to="c:\\\\d"} 1.5e+09',
        "# TYPE runs_total counter",
        "runs_total 17",
        "ratio NaN",
        "limit +Inf",
        "negative -2.5",
        "",
      ].join("\n"),
    );
    const socket = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
    url = `http://127.0.0.1:${socket.port}/metrics`;
    socket.stop(true);
    const options = [`--web.listen-address=${new URL(url).host}`, `--collector.textfile.directory=${prom}`];
    child = Bun.spawn([nodeExporter ?? "", ...options], { stdout: "ignore", stderr: "ignore" });
    for (let i = 0; i < 200 && !(await fetch(url).catch(() => undefined)); i++) await Bun.sleep(20);
  });
  afterAll(async () => {
    child.kill();
    await child.exited;
  });

  test("says the same of a textfile, and of its age", async () => {
    const { readings, found = [] } = await textfile.find(host, given(prom));
    const theirs: Record<string, Reading | undefined> = numbers(
      parse(url, await (await fetch(url)).text(), Date.now() / 1000),
    );
    const { "jobs.prom": age, ...own } = numbers(found);
    expect(Object.keys(own)).toEqual(['backup_bytes.a "b".c:\\d', "runs_total", "ratio", "limit", "negative"]);
    for (const [key, value] of Object.entries(own)) expect([key, theirs[key]]).toEqual([key, value]);
    const written_s = theirs[`node_textfile_mtime_seconds.${join(prom, "jobs.prom")}`];
    expect(typeof written_s).toBe("number");
    expect(Math.abs(Date.now() / 1000 - Number(written_s) - (age ?? Number.NaN))).toBeLessThan(5);
    expect(readings.age).toMatchObject({ text: "jobs.prom" });
  });

  test("all that it says of this host is understood", async () => {
    const all = parse(url, await (await fetch(url)).text(), Date.now() / 1000);
    expect(all.length).toBeGreaterThan(200);
    expect(all.find(({ key }) => key === "node_load1")).toMatchObject({ kind: "gauge" });
    expect(all.find(({ key }) => key === "node_context_switches_total")).toMatchObject({ kind: "rate", unit: "1/s" });
    expect(all.find(({ key }) => key === "node_memory_MemTotal_bytes")).toMatchObject({ unit: "B" });
  });
});
