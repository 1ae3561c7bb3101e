import { describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import munin, { findPlugin } from "../../probes/munin.ts";
import { localHost } from "../../src/client/host.ts";
import type { Host, Program, SelfStats } from "../../src/core/host.ts";
import { evaluate, parseGraphs, parseValue, ruleOf } from "../../src/core/munin.ts";
import type { Given } from "../../src/core/probe.ts";
import { fakeHost, given, probeErrorOf } from "./fake-host.ts";

describe("values", () => {
  test.each([
    ["12.5", 12.5],
    ["-3", -3],
    ["1.5e+03", 1500],
    ["1E-2", 0.01],
    ["1700000000:42", 42],
    ["N:42", 42],
    [".5", 0.5],
    ["U", null],
    ["NaN", null],
    ["", null],
    ["1e999", null],
    ["0x10", null],
    ["12 apples", null],
  ])("%p", (text, value) => expect(parseValue(text)).toBe(value));
});

describe("ranges", () => {
  test.each([
    ["92", ">92"],
    [":92", ">92"],
    ["10:", "<10"],
    ["10:92", "!10..92"],
    ["-5:5.5", "!-5..5.5"],
    ["92%", ">92"],
    ["", undefined],
    [":", undefined],
    ["9:1", undefined],
    ["a:b", undefined],
  ])("%p", (text, words) => expect(ruleOf("soso", text)[0]?.text).toBe(words as string));
});

/** As plugins print it; Munin puts the word in. */
const PERIOD = "\u0024{graph_period}";
const shown = (config: string, values = config, sums = new Map<string, number>()) =>
  evaluate(parseGraphs(config), parseGraphs(values), sums, "p");

describe("fields", () => {
  test.each([
    ["a.label Apples\n", "a.value 5\n", { key: "a", reading: 5, unit: "", kind: "gauge", label: "Apples" }],
    ["graph_vlabel Bytes\na.type GAUGE", "a.value 5", { key: "a", reading: 5, unit: "B", kind: "gauge" }],
    ["graph_vlabel Bytes\na.type COUNTER", "a.value 5", { key: "a", reading: 5, unit: "B/s", kind: "rate" }],
    [
      `graph_vlabel forks / ${PERIOD}\na.type DERIVE`,
      "a.value 5",
      { key: "a", reading: 5, unit: "forks/s", kind: "rate" },
    ],
    [`graph_vlabel packets per ${PERIOD}`, "a.value 5", { key: "a", reading: 5, unit: "packets/s", kind: "gauge" }],
    [
      "graph_vlabel bits in (-) / out (+)\na.type DERIVE",
      "a.value 5",
      { key: "a", reading: 5, unit: "1/s", kind: "rate" },
    ],
    [
      "graph_vlabel bits\na.type DERIVE\na.cdef a,8,*",
      "a.value 5",
      { key: "a", reading: 5, unit: "1/s", kind: "rate" },
    ],
    [
      "graph_vlabel %\na.min 0\na.max 100",
      "a.value -5",
      { key: "a", reading: -5, unit: "%", kind: "gauge", min: 0, max: 100 },
    ],
    ["a.max U", "a.value U", { key: "a", reading: null, unit: "", kind: "gauge" }],
    [
      "a.label x",
      "a.value 5\na.extinfo the third disk",
      { key: "a", reading: { value: 5, text: "the third disk" }, unit: "", kind: "gauge", label: "x" },
    ],
    ["", "a.value 5", { key: "a", reading: 5, unit: "", kind: "gauge" }],
  ])("%j with %j", (config, values, found) => expect(shown(config, values)).toEqual([found as never]));

  test("graphs of a multigraph plugin have names of their own, also nested ones", () => {
    const config = "multigraph io\na.label A\nmultigraph io.sda\ngraph_vlabel %\na.label a\n";
    const values = "multigraph io\na.value 1\nmultigraph io.sda\na.value 2\n";
    expect(shown(config, values).map(({ key, label, unit }) => [key, label, unit])).toEqual([
      ["io.a", "A", ""],
      ["io.sda.a", "a", "%"],
    ]);
    expect(shown("", "multigraph p\na.value 1\nmultigraph p_more\na.value 2").map(({ key }) => key)).toEqual([
      "a",
      "p_more.a",
    ]);
  });

  test("warning and critical are levels, the worst last", () => {
    const [field] = shown("a.warning 92\na.critical 10:98", "a.value 5");
    expect(field?.fit).toEqual([
      { level: "soso", test: { op: ">", value: 92 }, text: ">92" },
      { level: "crit", test: { op: "outside", low: 10, high: 98 }, text: "!10..98" },
    ]);
  });

  test("ABSOLUTE begins anew at each reading, so it is added up", () => {
    const sums = new Map<string, number>();
    const readings = [5, 7, "U", 0].map((value) => shown("a.type ABSOLUTE", `a.value ${value}`, sums)[0]);
    expect(readings.map((each) => each?.reading)).toEqual([5, 12, null, 12]);
    expect(readings[0]?.kind).toBe("rate");
  });

  test("lines that are none of it are left out", () => {
    expect(
      shown("# x\n.\na\nConfig file missing\na.value\nb.value 1\n\u0001\n.value 3\n").map(({ key }) => key),
    ).toEqual(["b"]);
  });
});

describe("which plugin", () => {
  const host = fakeHost({
    "/etc/munin/plugins/if_eth0": "",
    "/usr/share/munin/plugins/if_": "",
    "/usr/share/munin/plugins/if_err_": "",
    "/usr/share/munin/plugins/load": "",
    "/usr/share/munin/plugins/snmp__if_": "",
  });
  const share = "/usr/share/munin/plugins";
  test.each([
    ["load", { file: `${share}/load`, name: "load" }],
    ["if_eth0", { file: "/etc/munin/plugins/if_eth0", name: "if_eth0" }],
    ["if_eth1", { file: `${share}/if_`, name: "if_eth1", calledAs: "if_eth1" }],
    ["if_err_eth1", { file: `${share}/if_err_`, name: "if_err_eth1", calledAs: "if_err_eth1" }],
    [
      "snmp_sw1.example.org_if_3",
      { file: `${share}/snmp__if_`, name: "snmp_sw1.example.org_if_3", calledAs: "snmp_sw1.example.org_if_3" },
    ],
    ["/opt/x/queue", { file: "/opt/x/queue", name: "queue" }],
  ])("%p", (name, plugin) => expect(findPlugin(host, name)).toEqual(plugin));

  test("none of that name", async () => {
    expect(await probeErrorOf(() => findPlugin(host, "lod"))).toBe(
      `there is no plugin lod in /etc/munin/plugins or ${share}; did you mean "load"?`,
    );
    expect(await probeErrorOf(() => findPlugin(host, "postgres"))).toBe(
      `there is no plugin postgres in /etc/munin/plugins or ${share}`,
    );
  });

  test("links are suggested", () => {
    expect(munin.suggest?.(host)).toEqual(["munin_if_eth0 munin if_eth0"]);
  });
});

/** A host on which a plugin answers `config` and fetch, and which remembers how it was run. */
function pluginHost(answers: { config: string; fetch: string }, files: Record<string, string> = {}) {
  const runs: Program[] = [];
  const clock = { now_s: 1_700_000_000 };
  const run: Host["run"] = async (program) => {
    runs.push(program);
    return { code: 0, signal: null, stdout: program.argv[1] === "config" ? answers.config : answers.fetch, stderr: "" };
  };
  const host = fakeHost({ "/etc/munin/plugins/p": "", ...files }, { run, now: () => clock.now_s });
  const modes = () => runs.splice(0).map(({ argv }) => argv[1] ?? "fetch");
  return { host, runs, clock, answers, modes };
}

test.each([" ", "1", ".", "per ", "\t"])("a megabyte of %j holds up nobody", (text) => {
  const much = text.repeat(1e6);
  const graphs = parseGraphs(
    `graph_vlabel a${much}b\na.type DERIVE\na.warning ${much}x\na.value 1${much}x\n${much}y\n`,
  );
  evaluate(graphs, graphs, new Map(), "p");
});

describe("how often it is run", () => {
  const item = (name: string): Given => ({ ...given("p"), target: { host: name } });

  test("config once an hour, or when there is a new field", async () => {
    const { host, clock, answers, modes } = pluginHost({ config: "a.label A", fetch: "a.value 1" });
    const read = async (later_s: number) => {
      clock.now_s += later_s;
      await munin.find(host, item("hourly"));
      return modes();
    };
    expect(await read(0)).toEqual(["config", "fetch"]);
    expect(await read(60)).toEqual(["fetch"]);
    expect(await read(3600)).toEqual(["config", "fetch"]);
    answers.fetch = "a.value 1\nb.value 2";
    expect(await read(60)).toEqual(["fetch"]);
    expect(await read(60)).toEqual(["fetch"]);
    expect(await read(300)).toEqual(["config", "fetch"]);
    expect(await read(-9999)).toEqual(["config", "fetch"]);
  });

  test("one process for a plugin whose config has the values", async () => {
    const { host, modes } = pluginHost({ config: "a.label A\na.value 3", fetch: "" });
    for (let i = 0; i < 3; i++) {
      expect(await munin.find(host, item("dirty"))).toEqual({
        readings: { fields: 1 },
        found: [{ key: "a", reading: 3, unit: "", kind: "gauge", label: "A" }],
      });
      expect(modes()).toEqual(["config"]);
    }
  });

  test("no value at first is no data: it may need two readings for a rate", async () => {
    const { host, answers } = pluginHost({ config: "a.label A", fetch: "" });
    const fields = async () => (await munin.find(host, item("early"))).readings.fields;
    expect(await fields()).toBeNull();
    expect(await fields()).toEqual({ value: 0, text: "it printed no value" });
    answers.fetch = "a.value 1";
    expect(await fields()).toBe(1);
  });

  test("after a failure config is asked anew", async () => {
    const { host, modes } = pluginHost({ config: "a.label A", fetch: "a.value 1" });
    await munin.find(host, item("fails"));
    const broken: Host = { ...host, run: async () => ({ code: 1, signal: null, stdout: "", stderr: "no database\n" }) };
    expect(await probeErrorOf(() => munin.find(broken, item("fails")))).toBe("it ended with status 1: no database");
    modes();
    await munin.find(host, item("fails"));
    expect(modes()).toEqual(["config", "fetch"]);
  });
});

describe("rights and environment", () => {
  const conf = {
    "/etc/munin/plugin-conf.d/munin-node":
      "[p]\nuser postgres\ngroup adm, (none), (there)\nenv.url http://a\nenv.k conf\n",
    "/etc/munin/plugin-conf.d/.hidden": "[p]\nuser root\n",
    "/etc/group": "root:x:0:\nthere:x:5:\n",
  };
  const root = { "/proc/self/status": "Name:\tdmon\nUid:\t0\t0\t0\t0\n" };
  const runOf = async (files: Record<string, string>, more: Partial<Given> = {}) => {
    const { host, runs } = pluginHost({ config: "a.label A", fetch: "a.value 1" }, files);
    await munin.find(host, { ...given("p"), target: { host: crypto.randomUUID() }, ...more });
    return runs.at(-1);
  };

  test("are those of plugin-conf.d, else nobody's, and dmon's own where it is not root", async () => {
    expect(await runOf({ ...conf, ...root })).toMatchObject({
      user: "postgres",
      groups: ["adm", "there"],
      env: { url: "http://a", MUNIN_LIBDIR: "/usr/share/munin", MUNIN_MASTER_IP: "-", MUNIN_CAP_DIRTYCONFIG: "1" },
      stateIn: { MUNIN_PLUGSTATE: "" },
    });
    expect((await runOf({ ...conf, ...root }))?.rightsBy).toBe("/etc/munin/plugin-conf.d/munin-node");
    const later = {
      "/etc/munin/plugin-conf.d/own": "[p]\nuser munin\n",
      "/etc/munin/plugin-conf.d/z": "[p]\nenv.x 1\n",
    };
    expect(await runOf({ ...conf, ...root, ...later })).toMatchObject({
      user: "munin",
      rightsBy: "/etc/munin/plugin-conf.d/own",
    });
    expect((await runOf(root))?.rightsBy).toBeUndefined();
    expect((await runOf(root))?.user).toBe("nobody");
    expect((await runOf(conf))?.user).toBeUndefined();
  });

  test("an item's options go before", async () => {
    const run = await runOf({ ...conf, ...root }, { options: { user: "daemon", "env.k": "item" } });
    expect(run).toMatchObject({ user: "daemon", env: { url: "http://a", k: "item" } });
    expect(run?.groups).toBeUndefined();
    expect(run?.rightsBy).toBeUndefined();
  });

  test("a command of plugin-conf.d is refused", async () => {
    const files = { "/etc/munin/plugin-conf.d/x": "[p]\ncommand ssh there %c\n" };
    expect(await probeErrorOf(() => runOf(files))).toContain("has a command for p");
  });
});

test("a wildcard plugin without a link knows its name, and has a place to keep things, as another user too", async () => {
  const dir = mkdtempSync(join(tmpdir(), "dmon-munin-"));
  chmodSync(dir, 0o755);
  const plugin = join(dir, "if_");
  const script = `#!/bin/sh\n[ "$1" = config ] && exit 0\nn=$(cat "$MUNIN_STATEFILE" 2>/dev/null || echo 0)\necho $((n+1)) >"$MUNIN_STATEFILE"\necho "$(basename "$0").value $n"\n`;
  writeFileSync(plugin, script, { mode: 0o755 });
  const real = localHost({ root: "", self: () => ({}) as SelfStats, programs: join(dir, "programs") });
  const host: Host = {
    ...real,
    stat: (path) => (path === "/usr/share/munin/plugins/if_" ? real.stat(plugin) : undefined),
    list: (path) => (path === "/usr/share/munin/plugins" ? ["if_"] : []),
    run: (program) => real.run({ ...program, argv: [plugin, ...program.argv.slice(1)] }),
  };
  const item: Given = { ...given("if_eth7"), target: { host: crypto.randomUUID() } };
  for (const value of [0, 1]) {
    const { found } = await munin.find(host, item);
    expect(found?.map(({ key, reading }) => [key, reading])).toEqual([["if_eth7", value]]);
  }
  const user = process.getuid?.() === 0 ? "nobody" : String(process.getuid?.());
  expect(readFileSync(join(dir, "programs/state", user, "if_eth7-"), "utf8")).toBe("2\n");
  rmSync(dir, { recursive: true });
});
