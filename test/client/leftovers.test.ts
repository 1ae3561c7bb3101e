// What programs leave behind, and what becomes of programs when dmon is killed. In a process of its own: it takes in all orphans.

import { afterAll, afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TEST_MS_MAX, until } from "../e2e/harness.ts";
import { lacks, lacksRoot, skipping } from "../skips.ts";

setDefaultTimeout(TEST_MS_MAX);
const dir = mkdtempSync(join(tmpdir(), "dmon-leftovers-"));
afterAll(() => rmSync(dir, { recursive: true }));

const keepers: { kill(signal: "SIGKILL"): void }[] = [];
afterEach(() => {
  for (const child of keepers.splice(0)) child.kill("SIGKILL");
  for (const pid of [...sleepers(), ...sleepers(STRANGER)]) Bun.spawnSync(["kill", "-KILL", String(pid)]); // if it is still there
});

/** A process that runs programs as the daemon does, started by a command. */
function keep(command: readonly string[] = [], args: readonly string[] = []) {
  const file = join(import.meta.dir, "keeper.ts");
  const child = Bun.spawn([...command, process.execPath, file, ...args], { stdin: "pipe", stdout: "pipe" });
  const lines: string[] = [];
  const reading = (async () => {
    let text = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      lines.splice(0, lines.length, ...text.split("\n").slice(0, -1));
    }
  })();
  keepers.push(child);
  return {
    child,
    lines,
    run: (script: string) => {
      void child.stdin.write(`${script}\n`);
      void child.stdin.flush();
    },
    /** The last thing it says. */
    end: async () => {
      void child.stdin.end();
      await reading;
      return lines.at(-1);
    },
  };
}

/** Sleeps of this test file, by a number that no other has. */
const SECONDS = `1000.${process.pid}`;
const SLEEP = `sleep ${SECONDS}`;
const STRANGER = `1001.${process.pid}`;

function sleepers(seconds = SECONDS): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const file = `/proc/${pid}/cmdline`; // empty for what has ended and waits to be seen
      return existsSync(file) && read(file) === `sleep\0${seconds}\0`;
    })
    .map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const noChildren =
  skipping(!existsSync(`/proc/self/task/${process.pid}/children`), "this kernel tells no children") || lacks("pgrep");

test.skipIf(noChildren).each([
  ["a session of its own", `setsid ${SLEEP} &`],
  ["a daemon, which has forked twice", `(setsid sh -c '${SLEEP} & :' &)`],
  ["sessions in sessions", `setsid sh -c 'setsid ${SLEEP} & wait' &`],
  ["what has thrown its environment away", `env -i setsid ${SLEEP} &`],
  ["its own group", `${SLEEP} &`],
])("what a program leaves behind is ended, and no zombie stays: %s", async (_, script) => {
  const keeper = keep();
  keeper.run(
    `exec >&- 2>&-; ${script} for _ in $(seq 500); do pgrep -f '^${SLEEP}$' >/dev/null && break; sleep 0.01; done`,
  );
  await until("its end", () => keeper.lines.length === 1);
  await until("the end of what it left", () => sleepers().length === 0);
  expect(await keeper.end()).toBe("children: none");
});

test.skipIf(noChildren)("what a program needs that still runs is left to it", async () => {
  const keeper = keep();
  const go = join(dir, "go");
  keeper.run(
    `(setsid ${SLEEP} &); for _ in $(seq 500); do [ -e ${go} ] && break; sleep 0.02; done; pgrep -cf '^${SLEEP}$'`,
  );
  await until("it", () => sleepers().length === 1);
  keeper.run("echo other");
  await until("the other's end", () => keeper.lines.includes("other"));
  await Bun.sleep(100); // for what would be done wrongly
  writeFileSync(go, "");
  await until("its end", () => keeper.lines.length === 2);
  expect(keeper.lines).toEqual(["other", "1"]);
  expect(await keeper.end()).toBe("children: none");
  expect(sleepers()).toEqual([]);
});

test("what sendmail does in the background is left to it, and so is sendmail itself", async () => {
  const keeper = keep();
  keeper.run("echo one"); // from here on it takes in orphans
  await until("it", () => keeper.lines.includes("one"));
  const go = join(dir, "go-on");
  keeper.run(`spared (setsid ${SLEEP} &); until [ -e ${go} ]; do sleep 0.02; done; exit 7`);
  await until("the background", () => sleepers().length === 1);
  keeper.run("echo two"); // while it runs
  await until("it", () => keeper.lines.includes("two"));
  writeFileSync(go, "");
  await until("its status", () => keeper.lines.includes("ended 7"));
  keeper.run("echo three"); // and behind it
  await until("it", () => keeper.lines.includes("three"));
  await Bun.sleep(100); // for what would be done wrongly
  expect(sleepers()).toHaveLength(1);
});

test("when dmon is killed its programs die with all of their group; a next one ends what has left it", async () => {
  const first = keep();
  first.run(`${SLEEP} & setsid ${SLEEP} & ${SLEEP}`);
  await until("all three", () => sleepers().length === 3);
  first.child.kill("SIGKILL");
  await until("the end of its group", () => sleepers().length === 1);
  const second = keep();
  second.run("echo hello");
  await until("the end of the rest", () => sleepers().length === 0);
  await until("the program", () => second.lines.length === 1);
});

test("what another dmon runs that lives is left to it", async () => {
  const [first, second] = [keep(), keep()];
  first.run(SLEEP);
  await until("it", () => sleepers().length === 1);
  second.run("echo hello");
  await until("the second's program", () => second.lines.includes("hello"));
  expect(await second.end()).toBe("children: none");
  expect(sleepers()).toHaveLength(1);
});

test("what a dead dmon has left is ended by the next daemon, not by who only looks", async () => {
  const first = keep();
  first.run(`setsid ${SLEEP} & wait`);
  await until("it", () => sleepers().length === 1);
  first.child.kill("SIGKILL");
  await first.child.exited;
  const looker = keep([], ["own"]);
  looker.run("echo hello");
  await until("the looker's program", () => looker.lines.includes("hello"));
  expect(await looker.end()).toBe("children: none");
  expect(sleepers()).toHaveLength(1);
  keep().run("echo hello");
  await until("its end", () => sleepers().length === 0);
});

const noContainers = lacks("unshare") || lacksRoot("a container");

test.skipIf(noContainers)("what a dmon in a container runs is left to it: it counts other pids", async () => {
  const inner = keep(["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]);
  inner.run(SLEEP);
  await until("it", () => sleepers().length === 1);
  const outer = keep();
  outer.run("echo hello");
  await until("the outer's program", () => outer.lines.includes("hello"));
  expect(await outer.end()).toBe("children: none");
  expect(sleepers()).toHaveLength(1);
});

const NAMELESS = `exec >&- 2>&-; env -i setsid ${SLEEP} & for i in $(seq 500); do pgrep -f '^${SLEEP}$' >/dev/null && break; sleep 0.01; done`;

test.skipIf(noChildren)("a re-exec under a program: what it has left is ended, and what later ones leave", async () => {
  const keeper = keep();
  keeper.run(`setsid ${SLEEP} & wait`);
  await until("it", () => sleepers().length === 1);
  keeper.run("execve");
  await until("the next life", () => read(`/proc/${keeper.child.pid}/environ`) === "");
  keeper.run(NAMELESS);
  await until("its program", () => keeper.lines.length === 1);
  await until("the end of both", () => sleepers().length === 0);
  expect(await keeper.end()).toBe("children: none");
});

test.skipIf(noChildren)("children that dmon was started with are spared, and what they leave; no others", async () => {
  const stay = join(dir, "stay");
  writeFileSync(stay, "");
  const stranger = `{ sleep ${STRANGER} & for i in $(seq 500); do [ -e ${stay} ] || break; sleep 0.02; done; }`;
  const keeper = keep(["sh", "-c", `${stranger} & exec "$@"`, "sh"]);
  keeper.run(NAMELESS);
  await until("the program", () => keeper.lines.length === 1);
  await until("the end of what it left", () => sleepers().length === 0);
  rmSync(stay);
  const children = `/proc/${keeper.child.pid}/task/${keeper.child.pid}/children`;
  await until("the stranger's child", () => read(children).includes(String(sleepers(STRANGER)[0])));
  for (const word of ["one", "two"]) {
    keeper.run(`echo ${word}`);
    await until(word, () => keeper.lines.includes(word));
  }
  await Bun.sleep(100); // for what would be done wrongly
  expect(sleepers(STRANGER)).toHaveLength(1);
});
