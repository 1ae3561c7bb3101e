// dmon top through the binary, against a daemon: on a terminal of its own, and in a pipe.

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { BINARY, endAll, isAlive, TEST_MS_MAX, TestDmon, until } from "./harness.ts";
import { SeenTerminal } from "./terminal.ts";

setDefaultTimeout(TEST_MS_MAX);

/** What the item `things` is, byte by byte. */
const THINGS = () => alpha.path("things");
const ENV = { LANG: "C.UTF-8", TZ: "UTC" };

let alpha: TestDmon;
beforeAll(async () => {
  alpha = await TestDmon.make({ name: "localhost", workConf: null });
  alpha.writeWork(
    alpha.workText(`item things file.size ${alpha.path("things")}
get al things dmon
fit things on al sick >3 crit >6`),
  );
  writeFileSync(THINGS(), "1");
  expect(await alpha.dmon("mk-work", "-q", "-f", "-w", alpha.path("work.conf"))).toMatchObject({ code: 0 });
  await alpha.start();
  await isSeen("fine");
});
afterAll(async () => {
  await alpha?.[Symbol.asyncDispose]();
  endAll();
});

async function isSeen(level: string): Promise<void> {
  await until(`things are ${level} to the server`, async () => {
    const { cdmp } = await alpha.clients();
    return cdmp[alpha.name]?.things?.level === level;
  });
}

function top(size?: { width: number; height: number }, env: Record<string, string> = {}): SeenTerminal {
  return new SeenTerminal([BINARY, "-c", alpha.confFile, "top"], { ...ENV, ...env }, size);
}

test("a change of level is shown; q gives the terminal back as it was", async () => {
  await using terminal = top();
  await until("all is fine", () => terminal.text.includes("All is fine"));
  writeFileSync(THINGS(), "12345");
  await until("the change", () => /◆ sick +things +5/.test(terminal.text));
  writeFileSync(THINGS(), "12345678");
  await until("the next one", () => /■ critical +things +8.*>6/.test(terminal.text));
  expect(terminal.isRestored).toBe(false);
  terminal.type("q");
  expect(await terminal.child.exited).toBe(0);
  expect(terminal.isRestored).toBe(true);
  expect(terminal.text).not.toContain("things");
  expect(terminal.raw).not.toContain("\x07");
});

test("keys lead through alerts, hosts, a host, events, search and help", async () => {
  writeFileSync(THINGS(), "12345");
  await isSeen("sick");
  await using terminal = top();
  const shows = (what: string) => until(what, () => terminal.text.includes(what));
  await shows("▸ ◆ al");
  terminal.type("2");
  await shows("[2 hosts]");
  terminal.type("\r");
  await shows("LEVEL        ITEM");
  await shows("report ");
  terminal.type("\x1b[B");
  await shows("▸ ● fine");
  terminal.type("\x1b");
  await shows("[2 hosts]");
  terminal.type("e");
  await shows("fine → ◆ sick");
  terminal.type("/no such\r");
  await shows('No event is of a name with "no such" in it.');
  terminal.type("\x7f?");
  await shows("draw the screen anew");
  terminal.type("\x03");
  expect(await terminal.child.exited).toBe(0);
  expect(terminal.isRestored).toBe(true);
});

test("another size of the terminal is taken at once", async () => {
  await using terminal = top();
  await until("it is there", () => terminal.text.includes("quit"));
  terminal.resize(130, 10);
  await until("the last line", () => terminal.text.split("\n")[9]?.includes("quit"));
  terminal.type("2");
  await until("the version", () => terminal.text.includes("VERSION"));
  terminal.resize(40, 5);
  await until("the last line of few", () => terminal.text.split("\n").length === 5);
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
  ["SIGHUP", 129],
] as const)("%s gives the terminal back", async (signal, code) => {
  await using terminal = top();
  await until("it is there", () => terminal.text.includes("quit"));
  terminal.child.kill(signal);
  expect(await terminal.child.exited).toBe(code);
  expect(terminal.isRestored).toBe(true);
});

test("what nobody caught is said on the terminal as it was before", async () => {
  const script = `
    import { Terminal } from "${import.meta.dir}/../../src/cli/top/terminal.ts";
    const fail = (error) => { console.error("failed: " + error.message); process.exit(1); };
    new Terminal({ key() {}, redraw() {}, end() {}, fail }).open();
    setTimeout(() => { throw new Error("a mistake of ours"); }, 50);`;
  await using terminal = new SeenTerminal([process.execPath, "-e", script], ENV);
  expect(await terminal.child.exited).toBe(1);
  await until("the error", () => terminal.text === "failed: a mistake of ours");
  expect(terminal.isRestored).toBe(true);
});

test("stopped by Ctrl-Z it gives the terminal back, and has it again when it goes on", async () => {
  await using terminal = top();
  await until("it is there", () => terminal.text.includes("quit"));
  terminal.type("\x1a");
  await until("it is stopped", () => stateOf(terminal.child.pid) === "T");
  await until("the usual screen", () => terminal.isRestored);
  terminal.child.kill("SIGCONT");
  await until("it is there again", () => !terminal.isRestored && terminal.text.includes("quit"));
  terminal.type("q");
  expect(await terminal.child.exited).toBe(0);
  expect(terminal.isRestored).toBe(true);
});

test("a terminal that goes away ends it", async () => {
  await using terminal = top();
  await until("it is there", () => terminal.text.includes("quit"));
  terminal.child.terminal?.close();
  await terminal.child.exited;
  expect(isAlive(terminal.child.pid)).toBe(false);
});

test("without colours, in ASCII, levels are told apart by signs", async () => {
  await using terminal = top({ width: 80, height: 24 }, { LANG: "C", NO_COLOR: "1" });
  await until("the level", () => /! sick +things/.test(terminal.text));
  expect(terminal.raw).not.toMatch(/[^\0-\x7f]|\x1b\[(?!0m|1m|2m|7m|7;1m|7;2m)[\d;]*m/);
});

test("in a pipe it prints once what is not fine, a line each, and the exit code says that there is something", async () => {
  writeFileSync(THINGS(), "12345");
  await isSeen("sick");
  const sick = await alpha.run(["top"], { env: ENV });
  expect([sick.code, sick.err]).toEqual([3, ""]);
  expect(sick.out).toMatch(/^1 problem \(.*\)\nal {2}sick {2}things {2}5 B {2}\d.* {2}.*>3 \(work\.conf:\d+\)\n$/);
  expect(await alpha.run(["ack", "al", "things", "it is known"], { env: ENV })).toMatchObject({ code: 0 });
  const known = await alpha.run(["top", "--once"], { env: ENV });
  expect(known.code).toBe(0);
  expect(known.out).toMatch(/acknowledged by root \d+s ago, until it is well: it is known/);
  writeFileSync(THINGS(), "1");
  await isSeen("fine");
  const fine = await alpha.run(["top"], { env: ENV });
  expect([fine.code, fine.err, fine.out]).toEqual([
    0,
    "",
    expect.stringMatching(/^All is fine for .*: 1 host, \d+ items\.\n$/),
  ]);
});

test("a terminal that cannot go to a line gets it once", async () => {
  await using terminal = top(undefined, { TERM: "dumb" });
  expect(await terminal.child.exited).toBe(0);
  expect(terminal.text).toStartWith("All is fine");
  expect(terminal.raw).not.toContain("\x1b");
});

test("a server that is away is told with what was known; it comes back by itself", async () => {
  await using terminal = top();
  await until("all is fine", () => terminal.text.includes("All is fine"));
  await alpha.stop();
  await until("that it is away", () => terminal.text.includes("not heard for"), 20_000);
  expect(terminal.text).toContain("All is fine");
  await alpha.start();
  await until("that it is back", () => !terminal.text.includes("not heard for"), 25_000);
});

test("levels are called as the work calls them", async () => {
  await using own = await TestDmon.make({ name: "localhost", workConf: null });
  own.writeWork(`host localhost al
pmaker al
fit_level good
fit_level bad "really bad"
get al uptime
fit uptime on al bad >0
`);
  expect(await own.dmon("mk-work", "-q", "-f", "-w", own.path("work.conf"))).toMatchObject({ code: 0 });
  await own.start();
  const seen = await until("the level", async () => {
    const { out, code } = await own.run(["top", "--once"], { env: ENV });
    return code === 3 && out;
  });
  expect(seen).toMatch(/^al {2}really bad {2}uptime {2}/m);
});

test("where no daemon runs, it says how to start one", async () => {
  await using off = await TestDmon.make();
  const { code, err } = await off.dmon("top");
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/^\[error\] dmon: dmon does not run .*; start it with: dmon start\n$/),
  ]);
});

function stateOf(pid: number): string | undefined {
  return /^\d+ \(.*\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
}
