// The arrows between the rooms, as ARCHITECTURE.md has them: who may import whom. A wall that must move is moved here first.

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const ROOT = dirname(import.meta.dir);

/** A room and the rooms it may import from; a path means that file alone. Its own room is always open. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "src/core": [],
  "src/process": ["src/core"],
  "src/reach": ["src/core"],
  probes: ["src/core", "src/reach"],
  "src/config": ["src/core"],
  "src/wire": ["src/core"],
  "src/store": ["src/core"],
  "src/notify": ["src/core", "src/reach", "src/process/children.ts", "src/process/localtime.ts"],
  "src/work": ["src/core", "src/notify/channel.ts", "src/notify/index.ts", "src/notify/web-url.ts", "probes"],
  "src/commands": ["src/core", "src/wire", "src/process/localtime.ts"],
  "src/client": ["src/core", "src/store", "probes", "src/process/children.ts", "src/work/works.ts"],
  "src/server": ["src/core", "src/store", "src/wire", "src/notify", "src/work/works.ts", "src/work/alerting-work.ts"],
  "src/plot": ["src/core", "src/process/localtime.ts"],
  "src/page/script": ["src/core", "src/plot"],
  "src/page": [
    "src/core",
    "src/wire",
    "src/plot",
    "src/process/localtime.ts",
    "src/process/files.ts",
    "src/process/libc.ts",
    "src/page/script/bundle.ts",
  ],
  "src/daemon": [
    "src/core",
    "src/config",
    "src/process",
    "src/wire",
    "src/work",
    "src/commands",
    "src/client",
    "src/server",
    "src/page",
    "src/plot",
    "src/notify/heartbeat.ts",
    "src/notify/doubts.ts",
    "src/version.ts",
    "probes",
  ],
  "src/cli": [
    "src/core",
    "src/config",
    "src/process",
    "src/wire",
    "src/work",
    "src/commands",
    "src/client",
    "src/store",
    "src/daemon",
    "src/notify/doubts.ts",
    "src/page/fleet.ts",
    "src/page/judging.ts",
    "src/page/key-values.ts",
    "src/page/looks.ts",
    "src/page/mirror",
    "src/page/model.ts",
    "src/page/session",
    "src/page/summary.ts",
    "src/plot",
    "src/version.ts",
    "probes",
  ],
  "src/main.ts": ["src/cli"],
  "src/version.ts": [],
};

const files = [...new Bun.Glob("{src,probes}/**/*.ts").scanSync(ROOT)].filter((file) => !file.endsWith(".d.ts"));
const roomOf = (file: string) => Object.keys(ARROWS).find((room) => file === room || file.startsWith(`${room}/`));

/** What a file imports of ours, as paths from the root. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const found = text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...found].map(([, path = ""]) => normalize(join(dirname(file), path)));
}

test("every file is in a room", () => {
  expect(files.filter((file) => !roomOf(file))).toEqual([]);
});

test.each(Object.keys(ARROWS))("%s imports only along its arrows", (room) => {
  const open = [room, ...(ARROWS[room] ?? [])];
  const wrong = files
    .filter((file) => roomOf(file) === room)
    .flatMap((file) => importsOf(file).map((path) => ({ file, path })))
    .filter(({ path }) => !open.some((each) => path === each || path.startsWith(`${each}/`)));
  expect(wrong).toEqual([]);
});

test("no command of the command line imports another", () => {
  const commands = files.filter(
    (file) => file.startsWith("src/cli/") && readFileSync(join(ROOT, file), "utf8").includes("defineCli({"),
  );
  const wrong = commands.flatMap((file) => importsOf(file).filter((path) => commands.includes(path)));
  expect(wrong).toEqual([]);
});

test("core is pure: no node, no bun, no npm, no clock", () => {
  const impure = files
    .filter((file) => file.startsWith("src/core/"))
    .filter((file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      return /from "(?!\.)|\bBun\.|Date\.now\(|performance\.now\(|new Date\(\)|Math\.random\(/.test(text);
    });
  expect(impure).toEqual([]);
});
