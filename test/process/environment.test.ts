import { afterEach, expect, test } from "bun:test";
import { cleanEnvironment } from "../../src/process/environment.ts";

const BAD = ["BUN_OPTIONS", "BUN_BE_BUN", "BUN_CONFIG_FILE", "LD_PRELOAD_X", "NODE_OPTIONS", "SSH_AUTH_SOCK", "DMON_X"];
afterEach(() => {
  for (const name of BAD) delete process.env[name];
});

test("nothing that changes what a program does is handed on", () => {
  for (const name of BAD) process.env[name] = "1";
  const clean = cleanEnvironment();
  for (const name of Object.keys(clean)) {
    expect(name).not.toMatch(/^(BUN|LD|NODE|DMON|SSH)_/);
  }
  expect(clean.PATH).toMatch(/^\/usr\/local\/sbin:/); // not ours: a cron job's may be anything
});

test("what is harmless and of use is", () => {
  expect(cleanEnvironment().HOME).toBe(process.env.HOME ?? "unset");
});
