import { describe, expect, test } from "bun:test";
import { cliCommands, ownCommands } from "../../src/cli/index.ts";
import { capture } from "./said.ts";

const { said, run: runCommand } = capture();
const run = (text: string) => runCommand(text === "" ? [] : text.split(" "));

describe("what is wrong is one line, and exit 2", () => {
  test.each([
    ["", "[error] dmon: no command; `dmon start` starts the monitor, `dmon -h` shows all\n"],
    ["strat", '[error] dmon: unknown command "strat"; did you mean "start"?\n'],
    ["frobnicate", '[error] dmon: unknown command "frobnicate"; `dmon -h` shows all\n'],
    ["constructor", '[error] dmon: unknown command "constructor"; `dmon -h` shows all\n'],
    ["__proto__ -h", '[error] dmon: there is no help on "__proto__"; `dmon -h` shows all\n'],
    ["state --jsno", "[error] dmon: unknown option --jsno; -h shows all\n"],
    ["start now", '[error] dmon: "now" is too much; usage: dmon start\n'],
    ["send", "[error] dmon: too few words; usage: dmon send HOST[:PORT] COMMAND…\n"],
    ["-h wrok", '[error] dmon: there is no help on "wrok"; did you mean "work"?\n'],
    ["-c /none/dmon.conf state", "[error] dmon: /none/dmon.conf: no such file\n"],
    ["mk-work -w", "[error] dmon: --work needs a value: --work WORK\n"],
  ])("dmon %s", async (argv, err) => {
    expect(await run(argv)).toBe(2);
    expect(said).toEqual({ out: "", err });
  });
});

describe("help", () => {
  test.each(Object.keys(cliCommands))("dmon %s --help: from its declaration", async (name) => {
    expect(await run(`${name} --help`)).toBe(0);
    expect(said.err).toBe("");
    const command = (await cliCommands[name]?.())?.default;
    expect(said.out).toStartWith(`Usage: dmon [OPTIONS] ${name}`);
    for (const [option, { hidden }] of Object.entries(command?.options ?? {}))
      expect(said.out.includes(`--${option}`)).toBe(!hidden);
  });

  test("dmon -h lists all of them", async () => {
    expect(await run("-h")).toBe(0);
    for (const name of Object.keys(cliCommands)) expect(said.out).toContain(`  ${name} `);
  });

  test("nor does it, or a wrong word, tell of what dmon runs of itself", async () => {
    const { main } = await import("../../src/cli/main.ts");
    for (const argv of [["-h"], ["draw-pn"]]) await main(argv, cliCommands, ownCommands);
    for (const name of Object.keys(ownCommands)) expect(said.out + said.err).not.toContain(name);
    expect(Object.keys(ownCommands).filter((name) => Object.hasOwn(cliCommands, name))).toEqual([]);
  });

  test("dmon --version", async () => {
    expect(await run("--version")).toBe(0);
    expect(said.out).toMatch(/^dmon-\S+ \(/);
  });

  test("lines are of a width that a terminal has", async () => {
    for (const asked of ["-h", "-h conf", "-h work", ...Object.keys(cliCommands).map((name) => `${name} --help`)]) {
      said.out = "";
      await run(asked);
      const wide = said.out.split("\n").filter((line) => line.length > 100);
      expect([asked, ...wide.filter((line) => !line.includes("Example: "))]).toEqual([asked]);
    }
  });
});

test("no two options of a command share a letter, and none takes one of dmon's", async () => {
  const { GLOBAL_OPTIONS } = await import("../../src/cli/parse.ts");
  const global = Object.values(GLOBAL_OPTIONS).flatMap(({ short }) => short ?? []);
  for (const load of Object.values(cliCommands)) {
    const { options = {} } = (await load()).default;
    const letters = [...global, ...Object.values(options).flatMap(({ short }) => short ?? [])];
    expect(new Set(letters).size).toBe(letters.length);
  }
});
