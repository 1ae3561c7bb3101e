// The channel command, with programs as administrators write them and worse.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { runProgram } from "../../src/client/program.ts";
import { COMMAND_S_MAX, COMMAND_VARIABLE_CHARS_MAX } from "../../src/core/limits.ts";
import type { Delivery } from "../../src/notify/channel.ts";
import command, { variablesOf } from "../../src/notify/command.ts";
import { factsOf } from "../../src/notify/facts.ts";
import { linked, message, notice } from "../core/alert/messages.ts";
import { delivery, refusal } from "./delivery.ts";

setDefaultTimeout(20_000);

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(`${tmpdir()}/dmon-command-`);
});
afterAll(() => rmSync(directory, { recursive: true }));

let made = 0;
/** A script of the test's own, and what the channel makes of it. */
function script(text: string, args = "", fields: Partial<Delivery> = {}, told = message()) {
  const path = `${directory}/script${++made}`;
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return command.send(told, delivery(`${path}${args}`, fields));
}

/** The channel's own deadline is a minute; a test has less time. */
const soon: Delivery["run"] = (program) => runProgram({ ...program, timeout_s: 0.5 });

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(10);
}

describe("what it gets", () => {
  test("JSON on its standard input", async () => {
    await script(`cat >${directory}/input`);
    expect(JSON.parse(readFileSync(`${directory}/input`, "utf8"))).toEqual(
      JSON.parse(JSON.stringify(factsOf(message()))),
    );
  });

  test("a megabyte of it", async () => {
    const many = message(Array.from({ length: 2500 }, (_, i) => notice({ tag: `h${i}`, text: "x".repeat(200) })));
    expect(Number(await script("wc -c", "", {}, many))).toBeGreaterThan(1_000_000);
  });

  test("facts in its environment, and nothing of the daemon's", async () => {
    process.env.DMON_TEST_SECRET = "x";
    await script(`env >${directory}/env`, "", {}, message([linked()])).finally(
      () => delete process.env.DMON_TEST_SECRET,
    );
    const lines = readFileSync(`${directory}/env`, "utf8").split("\n");
    for (const line of [
      "DMON_TITLE=crit mars root_usage 97%",
      "DMON_TEXT=crit mars root_usage 97%: was sick, for 12m 5s, >95% (work.conf:41)",
      "DMON_USER=anna",
      "DMON_MAIL=anna@example.org",
      "DMON_OPTION_PHONE=+49301234",
      "DMON_HOST=mars.example.org",
      "DMON_LEVEL=crit",
      "DMON_VALUE=97.04",
      "DMON_ACK=https://dmon.example.org/ack?t=b3BhcXVl.c2lnbmVk",
    ])
      expect(lines).toContain(line);
    expect(lines.filter((line) => line.startsWith("DMON_TEST"))).toEqual([]);
  });

  test("arguments as they are written, through no shell", async () => {
    const said = await script('printf "%s|" "$@"', ` --from 'dmon on mars' "$HOME" ; id 'a"b'`);
    expect(said).toBe('--from|dmon on mars|$HOME|;|id|a"b|');
  });

  test("variables are single lines, bounded; only the text has several", () => {
    const hostile = notice({ item: "a\nb\0c\u001b[31m", text: "x".repeat(90_000), level: "crit" });
    const variables = variablesOf(message([hostile, notice()], { more: 3 }));
    expect(variables).toMatchObject({ DMON_ITEM: "a b c [31m", DMON_COUNT: "5" });
    const { DMON_TEXT: text = "", ...others } = variables;
    expect(text.split("\n")).toHaveLength(3);
    for (const value of Object.values(others)) expect(value).not.toMatch(/[\0-\x1f]/);
    for (const value of Object.values(variables)) expect(value.length).toBeLessThanOrEqual(COMMAND_VARIABLE_CHARS_MAX);
  });

  test("no option of a user hides a fact", () => {
    const user = { name: "anna", mail: "a@example.org", options: { title: "x", "matrix-id": "@a:b" } };
    expect(variablesOf(message([notice()], { user }))).toMatchObject({
      DMON_TITLE: "crit mars root_usage 97%",
      DMON_OPTION_TITLE: "x",
      DMON_OPTION_MATRIX_ID: "@a:b",
    });
  });
});

describe("how it ends", () => {
  test.each([
    ["echo sent as 17", "sent as 17"],
    ["true", "exit status 0"],
    ["exec 0<&-; sleep 0.1", "exit status 0"], // closes what it should read
  ])("%s: taken", async (text, said) => {
    expect(await script(text)).toBe(said);
  });

  test.each<[string, string, boolean]>([
    ["echo no line >&2; exit 75", "exit status 75: no line", false],
    ["echo out; exit 1", "exit status 1: out", false],
    ["exit 65", "exit status 65", true],
    ["exit 67", "exit status 67", true],
    ["kill -9 $$", "it was ended by SIGKILL", false],
  ])("%s: not taken", async (text, said, isPermanent) => {
    const error = await refusal(script(text));
    expect(error.message.replace(/^\S+: /, "")).toBe(said);
    expect(error.isPermanent).toBe(isPermanent);
  });

  test("one that hangs is killed at its deadline, with all that it has started", async () => {
    const error = await refusal(
      script(`sleep 300 & echo $! >${directory}/pid; echo dialling; wait`, "", { run: soon }),
    );
    expect(error.message).toEndWith(`: it did not end within ${COMMAND_S_MAX} s and was killed: dialling`);
    expect(error).toMatchObject({ isUnsure: true, isPermanent: false });
    const pid = Number(readFileSync(`${directory}/pid`, "utf8"));
    await until(() => !isAlive(pid));
  });

  test("what forks and goes takes nothing with it into the background", async () => {
    expect(await script(`sleep 300 & echo $! >${directory}/forked; exit 0`)).toBe("exit status 0");
    const pid = Number(readFileSync(`${directory}/forked`, "utf8"));
    await until(() => !isAlive(pid));
  });

  test("one that prints without end is killed", async () => {
    const error = await refusal(script("yes"));
    expect(error.message).toContain(": it printed too much and was killed: y");
  });

  test("it is killed when dmon gives up", async () => {
    const giveUp = new AbortController();
    const sending = refusal(script(`echo $$ >${directory}/begun; sleep 300`, "", { signal: giveUp.signal }));
    await until(() => existsSync(`${directory}/begun`));
    giveUp.abort();
    expect((await sending).message).toEndWith(": it was killed, for dmon gave up or stops");
  });

  test("what cannot be run is said, and tried again", async () => {
    const missing = await refusal(command.send(message(), delivery("/no/such/program -x")));
    expect(missing).toMatchObject({ message: "/no/such/program is missing", isPermanent: false, isUnsure: false });
    writeFileSync(`${directory}/data`, "x");
    const data = await refusal(command.send(message(), delivery(`${directory}/data`)));
    expect(data.message).toBe(
      `${directory}/data cannot be run: chmod +x is missing, or a directory above it is closed`,
    );
    const { run: _, ...without } = delivery("/bin/true");
    expect((await refusal(command.send(message(), without))).message).toBe("/bin/true: no programs are run here");
  });
});
