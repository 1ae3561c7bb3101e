// Several daemons, and whatever else may lie where the lock for init scripts is wanted.

import { afterAll, beforeEach, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leaveSystemLock, takeSystemLock } from "../../src/process/system-lock.ts";

const dir = mkdtempSync(join(tmpdir(), "dmon-system-lock-"));
const lock = join(dir, "dmon");
const mine = `${process.pid}\n`;
afterAll(() => rmSync(dir, { recursive: true }));
beforeEach(() => rmSync(lock, { force: true }));

/** A pid that nobody has: of a process that has ended. */
const dead = Bun.spawnSync(["true"]).pid;

test("it is there while the daemon runs", () => {
  takeSystemLock(lock);
  expect(readFileSync(lock, "utf8")).toBe(mine);
  takeSystemLock(lock); // executed anew, under the same pid
  expect(readFileSync(lock, "utf8")).toBe(mine);
  leaveSystemLock(lock);
  expect(existsSync(lock)).toBe(false);
  leaveSystemLock(lock);
});

test.each([
  ["", mine],
  [`${dead}\n`, mine],
  ["1\n", "1\n"],
  ["a text of somebody", "a text of somebody"],
  [`${dead}\nand more`, `${dead}\nand more`],
])("where %j stood", (before, after) => {
  writeFileSync(lock, before);
  takeSystemLock(lock);
  expect(readFileSync(lock, "utf8")).toBe(after);
  leaveSystemLock(lock);
  expect(existsSync(lock)).toBe(after !== mine);
});

test("a link is not followed, and a directory that others may write in is not touched", () => {
  const target = join(dir, "precious");
  writeFileSync(target, "");
  symlinkSync(target, lock);
  takeSystemLock(lock);
  leaveSystemLock(lock);
  expect(readFileSync(target, "utf8")).toBe("");
  expect(existsSync(lock)).toBe(true);
  rmSync(lock);
  chmodSync(dir, 0o777);
  takeSystemLock(lock);
  expect(existsSync(lock)).toBe(false);
  chmodSync(dir, 0o700);
});
