// The local sendmail, by small programs in its place: what it is given, and what becomes of a mail that it does not take.

import { afterAll, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendError } from "../../src/notify/channel.ts";
import { composeMail } from "../../src/notify/compose.ts";
import { sendBySendmail } from "../../src/notify/sendmail.ts";
import { one } from "../core/alert/messages.ts";

const dir = mkdtempSync(join(tmpdir(), "dmon-sendmail-"));
afterAll(() => rmSync(dir, { recursive: true }));
const never = new AbortController().signal;
const mail = await composeMail(one, {
  from: "dmon@server.example.org",
  version: "1.0.0",
  graph: async () => undefined,
});
let count = 0;

function program(script: string): string {
  const file = join(dir, `sendmail${++count}`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

async function failureOf(attempt: Promise<unknown>): Promise<SendError> {
  const error = await attempt.then(
    () => "taken",
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(SendError);
  return error as SendError;
}

test("it gets the mail as its input, with the lines of Unix, and the envelope as words", async () => {
  const file = program(`printf '%s\\n' "$@" >${dir}/words; cat >${dir}/input; env >${dir}/env`);
  expect(await sendBySendmail(mail, { signal: never, paths: ["/nowhere/sendmail", file] })).toBe("sendmail has it");
  expect(readFileSync(join(dir, "words"), "utf8")).toBe("-i\n-f\ndmon@server.example.org\n--\nanna@example.org\n");
  expect(readFileSync(join(dir, "input"), "latin1")).toBe(mail.raw.toString("latin1").replaceAll("\r\n", "\n"));
  expect(readFileSync(join(dir, "env"), "utf8")).not.toMatch(/^(BUN|LD)_|SECRET/m);
});

test("an address that looks like an option or a command is neither", async () => {
  const file = program(`printf '%s\\n' "$@" >${dir}/odd; cat >/dev/null`);
  const to = "-oX$(touch,x)@example.org";
  await sendBySendmail({ ...mail, to }, { signal: never, paths: [file] });
  expect(readFileSync(join(dir, "odd"), "utf8")).toEndWith(`--\n${to}\n`);
});

test.each<[script: string, says: string, isPermanent: boolean]>([
  ["cat >/dev/null; echo 'queue is full' >&2; exit 75", "sendmail: not now: queue is full", false],
  ["cat >/dev/null; exit 67", "sendmail: no such recipient", true],
  ["exit 68", "sendmail: no such host", true],
  ["echo a; echo b >&2; exit 1", "sendmail: ended with status 1: b", false],
  ["kill -9 $$", "sendmail: ended by SIGKILL", false],
  ["yes x | head -c 1000000 >&2; exit 65", `sendmail: a mistake in the mail: ${"x ".repeat(99)}x…`, true],
])("%s", async (script, says, isPermanent) => {
  const error = await failureOf(sendBySendmail(mail, { signal: never, paths: [program(script)] }));
  expect(error.message).toBe(says);
  expect([error.isPermanent, error.isUnsure]).toEqual([isPermanent, false]);
});

test("one that hangs is ended, and may have the mail", async () => {
  const file = program(`cat >/dev/null; echo $$ >${dir}/pid; exec sleep 1000`);
  const stop = new AbortController();
  const attempt = failureOf(sendBySendmail(mail, { signal: stop.signal, paths: [file] }));
  while (!existsSync(join(dir, "pid"))) await Bun.sleep(10);
  stop.abort();
  const error = await attempt;
  expect(error.message).toBe("sendmail: given up");
  expect([error.isPermanent, error.isUnsure]).toEqual([false, true]);
  const late = await failureOf(
    sendBySendmail(mail, { signal: never, paths: [program("exec sleep 1000")], timeout_ms: 50 }),
  );
  expect(late.message).toBe("sendmail: took more than 0 s");
});

test("where there is none, it says what to do", async () => {
  const error = await failureOf(sendBySendmail(mail, { signal: never, paths: ["/nowhere/sendmail"] }));
  expect(error.message).toBe(
    "no sendmail at /nowhere/sendmail: install a mail system, or give its server in dmon.conf as smtp",
  );
  expect(error.isPermanent).toBe(false);
});

test("one that cannot be run", async () => {
  const file = join(dir, "text");
  writeFileSync(file, "no program");
  expect((await failureOf(sendBySendmail(mail, { signal: never, paths: [file] }))).message).toMatch(
    /text cannot be run: /,
  );
});

test("what was stopped before it began does not begin", async () => {
  const file = program(`touch ${dir}/begun`);
  await failureOf(sendBySendmail(mail, { signal: AbortSignal.abort(), paths: [file] }));
  expect(existsSync(join(dir, "begun"))).toBe(false);
});
