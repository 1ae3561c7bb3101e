import { expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import exec, { parseLines } from "../../probes/exec.ts";
import { localHost } from "../../src/client/host.ts";
import type { SelfStats } from "../../src/core/host.ts";
import { FOUND_MAX } from "../../src/core/limits.ts";
import { given } from "./fake-host.ts";

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

const form = "write NAME VALUE [TEXT] with a decimal number, or U for no data";
test.each([
  ["a", form],
  ["5 ", form],
  ["a b", form],
  ["a Infinity", form],
  ["a 1e999", form],
  ["a 1,234,567", form],
  ["a 0x", form],
  ["a 5x", "write 5"],
  ["a -1.5e3ms", "write -1.5e3"],
  ["a 12%", "write 12"],
  ["a 1,5", "write 1.5"],
  ["a -0,25 text", "write -0.25"],
  ["a 0x1F", "write 31"],
  ["\x1b[31ma\x1b[0m 5", "write the name in plain characters"],
  ["good 2", "this name is there twice, and only the first counts"],
])("a bad line costs no other one, and what would be right is said: %j", (line, right) => {
  const { found, faults, fault } = parseLines(`good 1\n# no\n${line}\nalso 3\n`);
  expect(found.map(({ key, reading }) => [key, reading])).toEqual([
    ["good", 1],
    ["also", 3],
  ]);
  expect({ faults, fault }).toEqual({ faults: 1, fault: `line 3 ${JSON.stringify(line.trim())}: ${right}` });
});

test("what shows nothing is left out of a text", () => {
  expect(parseLines("a 1 \x1b[31mred\x1b[0m\x1f\tend\r\n").found[0]?.reading).toEqual({
    value: 1,
    text: "[31mred [0m end",
  });
});

test("of more lines than are taken the first are", () => {
  const { found, faults, fault } = parseLines(Array.from({ length: FOUND_MAX + 2 }, (_, i) => `n${i} ${i}`).join("\n"));
  expect({ found: found.length, faults }).toEqual({ found: FOUND_MAX, faults: 2 });
  expect(fault).toEndWith(`: at most ${FOUND_MAX} names`);
});

test.each([" ", "1", "a ", "1,", ",", "\t", "\x1f"])("a megabyte of %j holds up nobody", (text) => {
  for (const line of [`a${text.repeat(1e6)}b`, `a 1 b${text.repeat(1e6)}c`, `a ${text.repeat(1e6)}x`]) parseLines(line);
});

test("the item itself has the error, with all that was found; a status that is not 0 says more", async () => {
  expect(await run("printf 'a 1\\nb 1,5\\nc\\n'")).toEqual({
    readings: { status: { error: 'not understood: line 2 "b 1,5": write 1.5 (and 1 more)' } },
    found: [{ key: "a", reading: 1, unit: "", kind: "gauge" }],
  });
  const { readings } = await run("echo no database; exit 2");
  expect(readings.status).toEqual({ value: 2, text: `line 1 "no database": ${form}` });
});

test("one that hangs is ended, and said so, before its reading is given up", async () => {
  const reading = exec.find(host, { ...given("sh", "-c", "echo a 1; printf 'b 2'; exec sleep 100"), timeout_s: 1 });
  expect(await Promise.race([reading, Bun.sleep(1000)])).toEqual({
    readings: { status: { error: "it did not end within 0.9 s and was killed" } },
    found: [{ key: "a", reading: 1, unit: "", kind: "gauge" }], // b may be half a number
  });
});

test("one that prints without end", async () => {
  const { readings, found } = await run("yes 'a 1'");
  expect(readings.status).toEqual({ error: "it printed more than the 1 MiB that are read, and was killed" });
  expect(found?.map(({ key }) => key)).toEqual(["a"]);
});

test("has the environment and the rights that its item says", async () => {
  const env = { "env.QUEUE_DIR": "/srv/a b", ...(process.getuid?.() === 0 ? { user: "nobody" } : {}) };
  const script = 'echo "queue 1 $QUEUE_DIR"; echo "user $(id -u)"';
  const { found } = await exec.find(host, { ...given("sh", "-c", script), options: env });
  const user = process.getuid?.() === 0 ? Number(Bun.spawnSync(["id", "-u", "nobody"]).stdout) : process.getuid?.();
  expect(found?.map(({ reading }) => reading)).toEqual([{ value: 1, text: "/srv/a b" }, user as number]);
});

test("one that a signal ends", async () => {
  expect(await run("echo a 1; kill -TERM $$")).toEqual({
    readings: { status: { error: "it was ended by SIGTERM" } },
    found: [{ key: "a", reading: 1, unit: "", kind: "gauge" }],
  });
});

test("one that prints nothing says so, unless it says something else", async () => {
  const status = async (script: string) => (await run(script)).readings.status;
  expect(await status("echo; echo '# none'")).toEqual({ value: 0, text: "it printed no value" });
  expect(await status("exit 2")).toEqual({ value: 2, text: "it printed no value" });
  expect(await status("echo no queue >&2")).toEqual({ value: 0, text: "no queue" });
  expect(await status("echo a U")).toBe(0);
});

test("has a PATH of its own, by which it is found too; what starts it needs none", async () => {
  const dir = mkdtempSync(join(tmpdir(), "dmon-exec-"));
  chmodSync(dir, 0o755);
  writeFileSync(join(dir, "queue"), '#!/bin/sh\necho "a 1 $PATH"\n', { mode: 0o755 });
  const options = { "env.PATH": dir, ...(process.getuid?.() === 0 ? { user: "nobody" } : {}) };
  const { found } = await exec.find(host, { ...given("queue"), options });
  rmSync(dir, { recursive: true });
  expect(found?.map(({ reading }) => reading)).toEqual([{ value: 1, text: dir }]);
});
