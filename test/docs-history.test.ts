// The page on history is true: its commands do what it says, its tiers are the default, its bounds are those of the code.

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAMAGE_TOLD_MS, LATE_VALUES_MAX } from "../src/client/keeper.ts";
import { defaultDirectories } from "../src/config/directories.ts";
import { KEYS } from "../src/config/keys.ts";
import { parseConf } from "../src/config/parse.ts";
import { formatInterval, parseInterval } from "../src/core/interval.ts";
import { DAMAGED_KEPT_MAX, moveAside } from "../src/store/aside.ts";
import { capture } from "./cli/said.ts";
import { makeDatabase } from "./store/damage.ts";

setDefaultTimeout(30_000); // three days of minutes are made first, on a machine that may be busy

const page = readFileSync(join(import.meta.dir, "../docs/history.md"), "utf8");
const blocks = (kind: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, "gms"))].map(([, text = ""]) => text);

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(`${tmpdir()}/dmon-docs-`);
  for (const name of ["var", "backup"]) mkdirSync(`${dir}/${name}`);
  makeDatabase(`${dir}/var`);
  for (const name of ["work.lite", "work.lite-wal", "work.lite-shm"]) rmSync(`${dir}/var/${name}`, { force: true });
  const keys = ["vardir", "rundir", "logdir"].map((key) => `${key} ${dir}/${key.replace("dir", "")}\n`);
  writeFileSync(`${dir}/dmon.conf`, `server mars.example.org\nhostname mars.example.org\n${keys.join("")}`);
});
afterAll(() => rmSync(dir, { recursive: true }));

const { said, run, forget } = capture();
/** A command line of the page, on a directory of the test. */
async function dmon(line: string): Promise<number> {
  forget();
  const words = line
    .replace("/backup/", `${dir}/backup/`)
    .split(" ")
    .map((word) => word.replaceAll("'", ""));
  // Its database has other items than a host.
  const known = words.slice(1).map((word) => (word === "cpu_*" ? "item1*" : word));
  return run(["-c", `${dir}/dmon.conf`, ...known]);
}

test("its commands work", async () => {
  const lines = blocks("sh").flatMap((text) => text.trimEnd().split("\n"));
  expect(lines.length).toBeGreaterThan(6);
  for (const line of lines) {
    expect([line, await dmon(line), said.err]).toEqual([line, 0, ""]);
    expect(said.out).not.toBe("");
  }
  expect(existsSync(`${dir}/backup/mars.lite`)).toBe(true);
});

test("its tiers are the default", () => {
  const rows = [...page.matchAll(/^\| (\d\w+) +\| (\w+) +\| (\d+) +\|$/gm)];
  const tiers = rows.map(([, size = "", keep = ""]) => [parseInterval(size), parseInterval(keep)]);
  expect(tiers).toEqual(KEYS.history.fallback({} as never).map(({ bucket_s, keep_s }) => [bucket_s, keep_s]));
  for (const [[size = 0, keep = 0], [, , , count]] of tiers.map((tier, i) => [tier, rows[i] ?? []] as const))
    expect(Number(count)).toBe((keep ?? 0) / (size ?? 1));
});

test("its line for dmon.conf is one", () => {
  const [line = ""] = blocks("conf");
  const { history } = parseConf("dmon.conf", `server mars.example.org\n${line}`, defaultDirectories(0, {}));
  expect(history.map(({ bucket_s }) => formatInterval(bucket_s))).toEqual(["1m", "10m", "1h", "1d"]);
});

test("its bounds are those of the code", () => {
  const text = page.replaceAll("\n", " ");
  expect(text).toContain(`${LATE_VALUES_MAX} values at most`);
  expect([DAMAGED_KEPT_MAX, DAMAGE_TOLD_MS]).toEqual([3, 300_000]); // three; five minutes
  const [name = ""] = /data\.lite\.damaged-\S+Z/.exec(page) ?? [];
  writeFileSync(`${dir}/data.lite`, "x");
  const moved = moveAside(`${dir}/data.lite`, Date.parse(name.replace("data.lite.damaged-", "")) / 1000);
  expect(moved).toBe(`${dir}/${name}`);
});

test("going back is as the help says it", async () => {
  await dmon("dmon db --help");
  const shown = (text: string) =>
    [...text.matchAll(/^ +(dmon stop|rm -f .*|cp .*|dmon start)$/gm)].map(([, line]) => line);
  const wanted = shown(said.out).map((line) => line?.replace("FILE", "/backup/mars.lite"));
  expect(wanted).toHaveLength(4);
  expect(shown(page).slice(0, 4)).toEqual(wanted);
});
