import { expect, test } from "bun:test";
import { reasonOf } from "../../src/cli/reason.ts";

test.each<[string, string]>([
  ["EACCES", "cannot be written: permission denied"],
  ["EPERM", "cannot be written: permission denied"],
  ["EROFS", "cannot be written: the file system is read-only"],
  ["ENOTDIR", "is no directory"],
  ["ENOENT", "cannot be made: nothing can be made there"],
  ["ENOSPC", "cannot be written: no room"],
])("%s in words", (code, wanted) => {
  expect(reasonOf(Object.assign(new Error("no room"), { code }))).toBe(wanted);
});
