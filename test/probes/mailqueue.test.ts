import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import mailqueue from "../../probes/mailqueue.ts";
import { localHost } from "../../src/client/host.ts";
import type { SelfStats } from "../../src/core/host.ts";
import { given } from "./fake-host.ts";

async function read(files: readonly string[], dirs: readonly string[] = []) {
  const root = mkdtempSync(join(tmpdir(), "dmon-mailq-"));
  try {
    for (const dir of dirs) mkdirSync(join(root, dir), { recursive: true });
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), "");
    }
    return await mailqueue.read(localHost({ root, self: () => ({}) as SelfStats }), given());
  } finally {
    rmSync(root, { recursive: true });
  }
}

const POSTFIX = "var/spool/postfix";

test("Postfix, hashed and not", async () => {
  const files = [
    "deferred/4/4F1zXk2qZzA",
    "deferred/4/4F1zXk2qZzB",
    "deferred/D/E/DE0123456",
    "active/3C5D6E7F8",
    "maildrop/1A2B3C4D5",
  ];
  expect(await read(files.map((file) => `${POSTFIX}/${file}`))).toEqual({ waiting: 5, deferred: 3 });
});

test.each([
  [
    "Exim",
    ["exim4/input/1a/1abcde-000001-2B-H", "exim4/input/1a/1abcde-000001-2B-D", "exim4/input/1abcdf-000001-2C-H"],
    2,
  ],
  ["Sendmail", ["mqueue/qf123", "mqueue/df123", "mqueue/xf123"], 1],
  ["OpenSMTPD", ["smtpd/queue/0a/0a1b2c3d/envelope"], 1],
])("%s: one of each mail", async (_, files, waiting) => {
  expect(await read(files.map((file) => `var/spool/${file}`))).toEqual({ waiting, deferred: null });
});

test("an empty queue, and none", async () => {
  expect(await read([], [`${POSTFIX}/deferred`, `${POSTFIX}/active`])).toEqual({ waiting: 0, deferred: 0 });
  expect(await read([])).toEqual({});
});
