import { expect, test } from "bun:test";
import exec, { parseLines } from "../../probes/exec.ts";
import { localHost } from "../../src/client/host.ts";
import type { SelfStats } from "../../src/core/probe.ts";
import { given, probeErrorOf } from "./fake-host.ts";

const host = localHost({ root: "", self: () => ({}) as SelfStats });
const run = (script: string) => exec.find(host, given("sh", "-c", script));

test("each line is an item; what it says on its way out is the text of its status", async () => {
  expect(await run("printf 'a 5\\n# no\\n\\n b/c  -1.5e3  two words \\nd U\\n'; echo careful >&2; exit 3")).toEqual({
    readings: { status: { value: 3, text: "careful" } },
    found: [
      { key: "a", reading: 5, unit: "", kind: "gauge" },
      { key: "b/c", reading: { value: -1500, text: "two words" }, unit: "", kind: "gauge" },
      { key: "d", reading: null, unit: "", kind: "gauge" },
    ],
  });
});

test.each(["a", "a b", "a 5x", "5 ", "a Infinity", "a 0x"])("%p is no line of it", async (line) => {
  expect(await probeErrorOf(() => parseLines(line))).toContain("NAME VALUE [TEXT]");
});

test("one that hangs is ended, and said so, before its reading is given up", async () => {
  const reading = probeErrorOf(() => exec.find(host, { ...given("sleep", "1000"), timeout_s: 1 }));
  expect(await Promise.race([reading, Bun.sleep(1000)])).toBe("it did not end within 0.9 s and was killed");
});

test("one that prints without end", async () => {
  expect(await probeErrorOf(() => run("yes 'a 1'"))).toBe("it printed more than is read, and was killed");
});

test("has the environment and the rights that its item says", async () => {
  const env = { "env.QUEUE_DIR": "/srv/a b", ...(process.getuid?.() === 0 ? { user: "nobody" } : {}) };
  const script = 'echo "queue 1 $QUEUE_DIR"; echo "user $(id -u)"';
  const { found } = await exec.find(host, { ...given("sh", "-c", script), options: env });
  const user = process.getuid?.() === 0 ? Number(Bun.spawnSync(["id", "-u", "nobody"]).stdout) : process.getuid?.();
  expect(found?.map(({ reading }) => reading)).toEqual([{ value: 1, text: "/srv/a b" }, user as number]);
});

test("one that a signal ends", async () => {
  expect(await probeErrorOf(() => run("kill -SEGV $$"))).toBe("it was ended by SIGSEGV");
});
