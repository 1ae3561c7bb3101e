// What programs leave behind, and what becomes of programs when dmon is killed. In a process of its own: it takes in all orphans.

import { afterAll, afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TEST_MS_MAX, until } from "../e2e/harness.ts";
import { lacks, skipping } from "../skips.ts";

setDefaultTimeout(TEST_MS_MAX);
const dir = mkdtempSync(join(tmpdir(), "dmon-leftovers-"));
afterAll(() => rmSync(dir, { recursive: true }));

const keepers: { kill(signal: "SIGKILL"): void }[] = [];
afterEach(() => {
  for (const child of keepers.splice(0)) child.kill("SIGKILL");
  for (const pid of sleepers()) process.kill(pid, "SIGKILL");
});

/** A process that runs programs as the daemon does. */
function keep() {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "keeper.ts")], { stdin: "pipe", stdout: "pipe" });
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

function sleepers(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const file = `/proc/${pid}/cmdline`; // empty for what has ended and waits to be seen
      return existsSync(file) && read(file) === `sleep\0${SECONDS}\0`;
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
