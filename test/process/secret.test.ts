import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isSecret, makeSecret, storeSecret } from "../../src/process/secret.ts";

test("a new one each time, long enough", () => {
  const secrets = Array.from({ length: 100 }, makeSecret);
  for (const secret of secrets) expect(secret).toMatch(/^[0-9a-f]{48}$/);
  expect(new Set(secrets).size).toBe(100);
});

test("is for its owner alone, also where a file for all was before", () => {
  const dir = mkdtempSync(`${tmpdir()}/dmon-secret-`);
  writeFileSync(`${dir}/s`, "old", { mode: 0o644 });
  storeSecret(`${dir}/s`, "abc");
  expect(statSync(`${dir}/s`).mode & 0o777).toBe(0o600);
  expect(readFileSync(`${dir}/s`, "utf8")).toBe("abc\n");
  rmSync(dir, { recursive: true });
});

test.each([
  ["abc", "abc", true],
  ["abc", "abd", false],
  ["abc", "ab", false],
  ["abc", "abcd", false],
  ["abc", "", false],
  ["", "", true],
  ["abc", "äbc", false],
])("isSecret(%p, %p) is %p", (secret, given, wanted) => {
  expect(isSecret(secret, given)).toBe(wanted);
});
