// dmon hist as people type it: of this host, of one behind it, of others through the server, and of one that is down.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { lacks } from "../skips.ts";
import { BINARY, canonical, endAll, run, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);

const ALPHA = canonical("localhost");
const BETA = canonical("beta");
const SWITCH = canonical("sw1");
const UPS = canonical("ups1");

let alpha: TestDmon;
let beta: TestDmon;
beforeAll(async () => {
  // Hours are kept long, so that days of long ago are shown in them.
  const history = "1m 2d, 10m 2w, 1h 2y";
  alpha = await TestDmon.make({ name: "localhost", conf: { history } });
  alpha.writeWork(
    alpha.workText(`host ${BETA} be addr=127.0.0.2
host ${SWITCH} sw1 via=al addr=127.0.0.1
host ${UPS} ups1 via=be addr=127.0.0.2
item answers tcp ${alpha.port}
get al uptime cpu_load root_usage
get be uptime mem_avail
get sw1,ups1 answers`),
  );
  expect(await alpha.dmon("mk-work", "-q", "-f", "-w", alpha.path("work.conf"))).toMatchObject({ code: 0 });
  await alpha.start();
  const conf = { server: ALPHA, http_listen: "off" };
  beta = await TestDmon.make({ name: "beta", address: "127.0.0.2", port: alpha.port, workConf: null, conf });
  await beta.start();
  await until("both hosts' values", async () => {
    const { cdmp } = await alpha.clients();
    return cdmp[BETA]?.mem_avail?.value && cdmp[ALPHA]?.root_usage?.value && cdmp[SWITCH]?.answers;
  });
});
afterAll(async () => {
  await beta?.[Symbol.asyncDispose]();
  await alpha?.[Symbol.asyncDispose]();
  endAll();
});

/** What `dmon hist` says; fails when it fails. */
async function hist(dmon: TestDmon, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, out, err } = await dmon.run(["hist", ...args], { env });
  expect([code, err]).toEqual([0, ""]);
  return out;
}

async function fails(dmon: TestDmon, ...args: string[]): Promise<string> {
  const { code, out, err } = await dmon.run(["hist", ...args]);
  expect([out, code === 0]).toEqual(["", false]);
  return err.replace(/^\[error\] dmon: /, "").trimEnd();
}

describe("which host", () => {
  const cols = async (dmon: TestDmon, ...args: string[]) => {
    const { host, cols: found, rows } = JSON.parse(await hist(dmon, [...args, "--json"]));
    expect(rows.at(-1)).toHaveLength(found.length);
    return [host, ...found.slice(1)];
  };
  const OWN = ["cpu_load", "root_usage", "uptime"];

  test("this one, by any of its names or none", async () => {
    expect(await cols(alpha, ...OWN)).toEqual([ALPHA, ...OWN]);
    expect(await cols(alpha, "al", "uptime")).toEqual([ALPHA, "uptime"]);
    expect(await cols(alpha, ALPHA, "root_*", "cpu*")).toEqual([ALPHA, "cpu_load", "root_usage"]);
    expect(await cols(alpha)).toEqual([ALPHA, "cpu_load", "dmon_history", "dmon_work", "root_usage", "uptime"]);
    expect(await cols(alpha, "!dmon_*")).toEqual([ALPHA, ...OWN]);
  });

  test("one behind it", async () => {
    for (const name of ["sw1", SWITCH]) expect(await cols(alpha, name)).toEqual([SWITCH, "answers"]);
    expect(await cols(alpha, "--host", "sw1", "answers")).toEqual([SWITCH, "answers"]);
  });

  test("any other, through the server; from the server's host and from a client", async () => {
    for (const name of ["be", BETA]) expect(await cols(alpha, name, "mem_avail")).toEqual([BETA, "mem_avail"]);
    expect(await cols(alpha, "ups1")).toEqual([UPS, "answers"]);
    expect(await cols(beta, "uptime")).toEqual([BETA, "uptime"]);
    expect(await cols(beta, "al", "cpu_load")).toEqual([ALPHA, "cpu_load"]);
    expect(await cols(beta, "sw1")).toEqual([SWITCH, "answers"]);
  });
});

describe("what it looks like", () => {
  const SCREEN = { LANG: "C.UTF-8", COLUMNS: "80", LINES: "24", TZ: "Europe/Berlin" };

  test("no terminal: a table of numbers", async () => {
    const lines = (await hist(alpha, ["cpu_load", "root_usage"])).trimEnd().split("\n");
    expect(lines[0]).toMatch(/^TIME {17}cpu_load\(tasks\) {2}root_usage\(%\)$/);
    expect(lines).toHaveLength(61);
    // In the first second of a minute its row is empty yet.
    expect(lines.slice(-2).join("\n")).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:00 +[\d.e-]+ +[\d.]+$/m);
  });

  test("all items in a table: those that have anything", async () => {
    const { code, out, err } = await alpha.dmon("hist", "--ival", "hour");
    expect([code, err]).toEqual([0, ""]);
    const [head, row] = [out.split("\n")[0] ?? "", out.split("\n")[1] ?? ""];
    expect(head.split(/ +/).length).toBe(row.split(/ +/).length - 1);
  });

  test("what cannot be written is told, by any command", async () => {
    for (const command of ["hist --csv", "-h", "state"]) {
      const { code, err } = await run(["sh", "-c", `${BINARY} -c ${alpha.confFile} ${command} >/dev/full`]);
      expect([code, err]).toEqual([1, "[error] dmon: what it says could not be written: no space left on device\n"]);
    }
  });

  test("plots, where they are asked for", async () => {
    const shown = await hist(alpha, ["uptime", "root_usage", "--plot"], SCREEN);
    expect(shown).toMatch(new RegExp(`^${ALPHA},\\s\\w{3} \\d+ \\w{3} [^]* UTC\\+[12],\\sa row is 1m\n`));
    expect(shown).toMatch(/\nroot_usage in %\n/);
    expect(shown).toMatch(/[⠁-⣿]/);
    expect(shown).toMatch(/\nlast [\d.]+ % {2}min /);
    expect(shown).not.toContain("\x1b");
    const plain = await hist(alpha, ["root_usage", "--plot"], { ...SCREEN, LANG: "C" });
    expect(plain).toMatch(/^[\n\x20-\x7e]*\*[\n\x20-\x7e]*$/);
  });

  test("all items: plots, where they are asked for", async () => {
    expect((await hist(alpha, ["--plot"], SCREEN)).match(/^last /gm)).toHaveLength(5);
  });

  test.skipIf(lacks("script"))("on a terminal: plots in colour, and a line each of all items", async () => {
    const onTerminal = async (args: string, env: Record<string, string> = {}) => {
      const command = `${BINARY} -c ${alpha.confFile} hist ${args}`;
      const { code, out } = await run(["script", "-qec", command, "/dev/null"], {
        env: { ...SCREEN, TERM: "xterm", ...env },
      });
      expect(code).toBe(0);
      return out.replaceAll("\r\n", "\n");
    };
    expect(await onTerminal("uptime")).toContain("\x1b[1muptime\x1b[0m");
    expect(await onTerminal("uptime", { NO_COLOR: "1" })).toMatch(/\nuptime\n(.*\n)*last /);
    const all = await onTerminal("", { NO_COLOR: "1" });
    expect(all).toMatch(/\nITEM +LAST +MIN +MAX\ncpu_load +[▁-█]+ +[\d.]+ tasks? .*\n/);
    expect(all).toEndWith("\ndmon hist ITEM draws one\n");
  });

  test("changes of level, with what made them", async () => {
    const { changes } = await until("the change", async () => {
      const answer = JSON.parse(await hist(alpha, ["ups1", "answers", "--json"]));
      return answer.changes.length > 0 && answer;
    });
    expect(changes[0]).toMatchObject({ item: "answers", of: "level", text: expect.stringContaining("refused") });
    const shown = await hist(alpha, ["ups1", "answers", "--plot"], SCREEN);
    expect(shown).toMatch(new RegExp(`\n  ▲ [\\d:]+  ${changes[0].level}  .*refused`));
  });

  test("CSV, with least and greatest", async () => {
    const csv = await hist(alpha, ["root_usage", "--csv", "--minmax", "--ival", "5m"], SCREEN);
    const lines = csv.split("\r\n");
    expect(lines[0]).toBe("time,root_usage,root_usage:min,root_usage:max,root_usage:count");
    expect(lines.at(-1)).toBe("");
    const row = /^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+0[12]:00,[\d.]+,[\d.]+,[\d.]+,\d+$/;
    expect(lines.filter((line) => row.test(line)).length).toBeGreaterThan(0);
  });

  test("a day is the local one of who asks, 23 hours where the clocks go forward", async () => {
    for (const [TZ, day, rows, first] of [
      ["Europe/Berlin", "2026-03-29", 23, "2026-03-29 00:00:00+01:00"],
      ["Europe/Berlin", "2026-10-25", 25, "2026-10-25 00:00:00+02:00"],
      ["UTC", "2026-03-29", 24, "2026-03-29 00:00:00"],
    ] as const) {
      const lines = (await hist(alpha, ["uptime", "--ival", day, "--points", "24"], { TZ })).trimEnd().split("\n");
      expect(lines).toHaveLength(rows + 1);
      expect(lines[1]).toStartWith(first);
    }
  });
});

describe("what is wrong", () => {
  test.each([
    [["root-usage"], `${ALPHA} has no item "root-usage"; did you mean "root_usage"?`],
    [["be", "mem_avial"], `${BETA} has no item "mem_avial"; did you mean "mem_avail"?`],
    [
      ["bee", "uptime"],
      /has no item "bee"; it has cpu_load, .*; and as a host: no host is called "bee"; did you mean "be"\?$/,
    ],
    [["uptime", "nan"], /^\S+ has no item "nan"; it has cpu_load, [a-z_, ]*$/], // uptime is an item, so no host is meant
    [["uptime", "2h"], `${ALPHA} has no item "2h"; for a stretch of time write --ival 2h`],
    [["yesterday"], `${ALPHA} has no item "yesterday"; for a stretch of time write --ival yesterday`],
    [["uptime", "--since", "-2h"], "unknown option --since; write --from TIME"],
    [["uptime", "--last", "2h"], "unknown option --last; write --ival 2h"],
    [["--host", "bee", "uptime"], 'no host is called "bee"; did you mean "be"?'],
    [["uptime", "--from", "yestrday"], '--from "yestrday" is no time; did you mean "yesterday"?'],
    [["uptime", "--from", "-1h", "--to", "-2h"], '--from "-1h" is not before --to "-2h"; swap them'],
    [["uptime", "--points", "-5"], '--points "-5" is no number of rows; write --points 100'],
    [["uptime", "--csv", "--json"], "--csv and --json; one at a time"],
    [["uptime", "+minmax"], '"+minmax" is a word of the wire; write --minmax'],
    [["uptime", "--form", "-2h"], 'unknown option --form; did you mean "--from"?'],
    [["two words"], '"two words" is no name; a host or an item has no blank'],
  ])("dmon hist %j", async (args, message) => {
    expect(await fails(alpha, ...args)).toMatch(
      message instanceof RegExp ? message : new RegExp(`^${RegExp.escape(message)}$`),
    );
  });

  test("a host that is down is said to be, with since when; so is a server", async () => {
    await beta.stop();
    const down = new RegExp(
      `^${BETA}, which keeps its own history, cannot be asked: 127\\.0\\.0\\.2:\\d+: connection refused; its last report came \\d+s ago$`,
    );
    await until("it is silent", async () => down.test(await fails(alpha, "be", "uptime")));
    await alpha.stop();
    expect(await fails(alpha, "uptime")).toBe(
      `dmon does not run (rundir ${alpha.path("run")}); start it with: dmon start; without it the past can be read by: dmon db export`,
    );
    await beta.start();
    await until("its history", async () => (await hist(beta, ["uptime", "--json"])).includes(BETA));
    expect(await fails(beta, "al", "uptime")).toMatch(
      /^beta\S* has no item "al"; it has .*; and as a host: \S+:\d+: connection refused$/,
    );
  });
});
