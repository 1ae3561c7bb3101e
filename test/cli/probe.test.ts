// `dmon probe` by its command line: what it refuses because it would change nothing, or could never work, and what it lists.

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import munin from "../../probes/munin.ts";
import textfile from "../../probes/textfile.ts";
import { linesOf } from "../../src/cli/supplied.ts";
import { makeWorks } from "../../src/work/compile.ts";
import { formatWork } from "../../src/work/works.ts";
import { capture } from "./said.ts";

const { said, run: runCommand } = capture();
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "dmon-probe-"));
  writeFileSync(join(dir, "dmon.conf"), `server localhost\nhostname localhost\nvardir ${dir}/var\n`);
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const run = (line: string) => runCommand(["-c", join(dir, "dmon.conf"), "probe", ...line.split(" ")]);

test.each([
  ["--host=h cpu", "the probe cpu reads this host alone; --host goes with one of certificate, dns, "],
  ["--snmp=v2c:x load", "the probe load reads this host alone; --snmp goes with one of ifmib, printer, snmp, ups\n"],
  ["--host=h --snmp=v2c:x ping", "the probe ping speaks no SNMP; --snmp goes with one of ifmib, printer, snmp, ups\n"],
  ["--host=h", "without a probe dmon reads this host alone; "],
  ["--discover --host=h", "--discover looks at this host alone; "],
  ["--discover --host=h ping", "--discover looks at this host alone; "],
  ["--discover --watch", "--discover looks once; leave --watch out"],
  ["--discover load extra", 'there is no probe "extra"; '],
  ["ups --host=h", "--host=h stands before the probe's name: dmon probe --host=h ups"],
  ["cpu.usage", 'there is no probe "cpu.usage"; try: dmon probe cpu\n'],
  ["memory_avail", 'there is no probe "memory_avail"; try: dmon probe memory\n'],
  ["cpu_load", 'there is no probe "cpu_load"; it is an item; try: dmon probe load\n'],
  ["root_usage", 'there is no probe "root_usage"; it is an item; try: dmon probe disk root\n'],
  [
    "nosuch_usage",
    'there is no probe "nosuch_usage"; an item of disk has such a name, but nosuch is not here; there are ',
  ],
  ["memroy", 'there is no probe "memroy"; did you mean "memory"?\n'],
  ["load every=1m", "every= is of no use for one look; leave it out"],
  ["load label=x", "label= is of no use for one look; leave it out"],
  ["load timeout=x", '"x" is no interval; give an interval '],
  ["load timeout=2h", "a timeout of more than an hour; "],
  ["load foo=1", 'the probe load has no option "foo"; there is timeout, unit\n'],
  ["load timeou=1", 'the probe load has no option "timeou"; did you mean "timeout"?'],
  ["exec --all", '"--all" is no program; write the command before its words'],
  ["exec ./x.sh", '"./x.sh" is no path of a program; '],
  ["file relative", '"relative" does not begin with /; write the whole path\n'],
  ["log /x (", '"(" is no regular expression: a "(" is never closed; the character itself is \\(\n'],
  ["ping h count=99999", '"99999" is too large; write a number from 1 to 20\n'],
  ["tcp h", "no port; write tcp h PORT\n"],
  ["ping a b", "the probe ping takes 0 or 1 argument, not 2; usage: dmon probe ping [HOST] [count=…] [ip=…]\n"],
])("%s: %s", async (line, message) => {
  expect(await run(line)).toBe(2);
  expect(said).toEqual({ out: "", err: expect.stringContaining(`[error] dmon: ${message}`) });
});

describe("of an item of this host's work it tells what to type", () => {
  const ITEMS = `item q file /var/q
item q_full forecast q 1000 window=1h
item low forecast mem_avail <1Gi
item jobs exec user=nobody /bin/x "a b" it's
`;
  const work = makeWorks(
    "work.conf",
    `${ITEMS}host localhost localhost\nget localhost q q_full low jobs mem_avail\n`,
    "localhost",
  );
  const client = work.clients.get("localhost");
  const text = client ? formatWork(client) : "";
  const rows: [string, string][] = [
    ["q_full", "forecast q 1000 window=1h"],
    ["low", "forecast mem_avail '<1073741824'"],
    ["jobs", "exec user=nobody /bin/x 'a b' 'it'\\''s'"],
    ["jobs.rows.in", "exec user=nobody /bin/x 'a b' 'it'\\''s'"],
  ];

  test.each(rows)("%s", async (item, words) => {
    mkdirSync(join(dir, "var/works/client"), { recursive: true });
    writeFileSync(join(dir, "var/works/client/localhost.txt"), text);
    expect(await run(item)).toBe(2);
    expect(said.err).toBe(`[error] dmon: there is no probe "${item}"; it is an item; try: dmon probe ${words}\n`);
  });

  test("also of work that the server gave", async () => {
    mkdirSync(join(dir, "var"));
    writeFileSync(join(dir, "var/work.client.json"), JSON.stringify({ lm: 1, data: text }));
    await run("q_full");
    expect(said.err).toEndWith("it is an item; try: dmon probe forecast q 1000 window=1h\n");
    said.err = "";
    await run("q_fulll");
    expect(said.err).toEndWith('did you mean "q_full"?\n');
  });

  test("and of work that cannot be read nothing", async () => {
    mkdirSync(join(dir, "var/works/client"), { recursive: true });
    writeFileSync(join(dir, "var/works/client/localhost.txt"), "{");
    await run("q_full");
    expect(said.err).toEndWith('did you mean "full"?\n');
  });
});

describe("what is taken", () => {
  test("a timeout, and a unit, are the item's; behind a command they are its own words", async () => {
    // In a process of its own: who runs programs takes in all orphans, and ends them.
    const words = "exec timeout=5 unit=x /bin/echo a 1 unit=y".split(" ");
    const own = [process.execPath, "src/main.ts", "-c", join(dir, "dmon.conf"), "probe", ...words];
    const out = Bun.spawnSync(own, { cwd: join(import.meta.dir, "../..") }).stdout.toString();
    expect(out).toMatch(/^exec +0 x /m);
    expect(out).toMatch(/^exec\.a +1 .* unit=y$/m);
  });

  test("what has a value only after two readings has one", async () => {
    await run("cpu");
    expect(said.out).toMatch(/^cpu_core_max +[\d.]+ % /m);
    expect(said.out).toMatch(/^cpu_usage +[\d.]+ % /m);
  });

  test("what is missing, and graded so, has its level; the reason is told once", async () => {
    await run(`file ${dir}/nosuch`);
    expect(said.out).toMatch(/^file +no data +sick .* stale \(default\)$/m);
    expect(said.out).toMatch(/^file.oldest +no data +- .* where there is no such file$/m);
    said.out = "";
    await run("process no-such-process");
    expect(said.out).toMatch(/^process.cpu +no data +- .* all but the count where there is none of the name\.$/m);
    expect(said.out).toMatch(/^process.rss +no data +- +[\d.]+ ms +0$/m);
  });

  test("an error of all values is told once, behind what is short", async () => {
    expect(await run("http http://127.0.0.1:1/")).toBe(1);
    expect(said.out).toMatch(/^http +failed +dead +[\d.]+ ms +0 +127.0.0.1:1: connection refused/m);
    expect(said.out).toMatch(/^http.size +failed +dead +[\d.]+ ms +0 +the same error$/m);
  });

  test("several probes after --discover, each once", async () => {
    expect(await run("--discover load uptime load")).toBe(0);
    expect(said.out.match(/^# \w+/gm)).toEqual(["# load", "# uptime"]);
    expect(said.out).toMatch(/^get \* cpu_load/m);
    expect(said.err).toBe("");
  });

  test("one that finds nothing says so", async () => {
    expect(await run("--discover ping ssh")).toBe(1);
    expect(said.out).toBe("# nothing that this host could supply by ping, ssh\n");
  });

  test("plugins are offered as comments: as they are, each would start programs every minute", () => {
    const all = [munin, textfile].map((probe) => ({ probe, items: [], suggested: [`x ${probe.name} load`] }));
    const lines = linesOf(all, () => undefined).split("\n");
    const live = lines.filter((line) => line !== "" && !line.startsWith("#"));
    expect(live).toEqual(["item x textfile load", "get * x"]);
    expect(lines).toContain("# item x munin load");
    expect(lines).toContain("# get * x");
    expect(lines.find((line) => line.includes("starts programs"))).toStartWith("# Each of these");
  });
});
