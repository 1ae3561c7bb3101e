// The page on channels is true: its lines are taken, its tables are those of the code, its receiver verifies what dmon signs.

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ALERTMANAGER_AGAIN_S,
  ALERTMANAGER_LASTS_S,
  CHANNEL_MS_MAX,
  CHAT_NOTICES_MAX,
  COMMAND_S_MAX,
  RETRY_AFTER_S_MAX,
} from "../src/core/limits.ts";
import { alertsOf } from "../src/notify/alertmanager.ts";
import { variablesOf } from "../src/notify/command.ts";
import { factsOf, SCHEMA_VERSION } from "../src/notify/facts.ts";
import { channelTypes } from "../src/notify/index.ts";
import webhook, { signature } from "../src/notify/webhook.ts";
import { message, notice } from "./core/alert/messages.ts";
import { delivery, refusal } from "./notify/delivery.ts";
import { lacks } from "./skips.ts";
import { HOSTS, told } from "./work/fixture.ts";

setDefaultTimeout(20_000);

const page = readFileSync(join(import.meta.dir, "../docs/channels.md"), "utf8").replace(/ +\|/g, " |"); // tables are aligned
const blocks = (kind: string, text = page) =>
  [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, "gms"))].map(([, block = ""]) => block);
const section = (name: string) => page.split(/^##+ /m).find((each) => each.startsWith(`${name}\n`)) ?? "";

/** The words between backquotes in the first cells of a section's tables. */
function firstCells(text: string): string[] {
  const cells = [...text.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, word = ""]) => word));
}

test("each type has its row, its section, its example and a way to try it", () => {
  for (const { name, doc, example } of channelTypes) {
    expect(page).toContain(`| [\`${name}\`](#${name}) | ${doc.replaceAll(/[_*]/g, "\\$&")} |`);
    expect(blocks("work", section(name))).toEqual([`${example}\n`]);
    if (name !== "webhook") expect(section(name)).toContain("To try it: ");
  }
});

test("its lines are taken by mk-work", () => {
  const [first = ""] = blocks("work");
  const others = channelTypes.filter(({ name }) => name !== "ntfy").map(({ example }) => example);
  const via = others.map((line) => line.split(" ")[1]).join(",");
  const hosts = HOSTS.replace(/host ups.*\n/, "");
  const text = `${hosts}get * uptime\nuser anna a@example.org\n${first}${others.join("\n")}\nalert anna * * any via ${via}\n`;
  expect(told(text)).toEqual([]);
});

test("its numbers are those of the code", () => {
  const text = page.replaceAll("\n", " ");
  expect(text).toContain(`within ${CHANNEL_MS_MAX / 1000} s means`);
  expect([RETRY_AFTER_S_MAX, ALERTMANAGER_LASTS_S]).toEqual([3600, 86_400]); // an hour, a day
  expect(text).toContain(`again every ${ALERTMANAGER_AGAIN_S / 60} minutes`);
  expect(text).toContain(`After ${COMMAND_S_MAX} s it is killed`);
  expect(text).toContain(`at most ${CHAT_NOTICES_MAX};`);
  expect(text).toContain(`\`dmon.message\` and ${SCHEMA_VERSION} |`);
});

describe("its tables", () => {
  const all = message([notice({ text: "x" })]);
  test("fields of the JSON", () => {
    const facts = factsOf(all);
    const [top = "", below = ""] = section("The JSON").split("A notice:");
    expect(firstCells(top).toSorted()).toEqual(Object.keys(facts).toSorted());
    expect(firstCells(below).toSorted()).toEqual(Object.keys(facts.notices[0] ?? {}).toSorted());
  });

  test("variables of a command", () => {
    const documented = firstCells(section("command")).filter((word) => word.startsWith("DMON_"));
    const wanted = Object.keys(variablesOf(all)).map((name) => name.replace(/_PHONE$/, "_NAME"));
    expect(documented.toSorted()).toEqual(wanted.toSorted());
  });

  test("labels and annotations of an alert", () => {
    const [alert] = alertsOf(message([notice({ kind: "test" })]), 0);
    expect(firstCells(section("alertmanager")).toSorted()).toEqual(Object.keys(alert?.labels ?? {}).toSorted());
    for (const name of Object.keys(alert?.annotations ?? {})) expect(section("alertmanager")).toContain(`\`${name}\``);
  });
});

test("signatures are those of Standard Webhooks: its own vector", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}');
  expect(made).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

describe.skipIf(lacks("python3"))("its receiver", () => {
  const directory = mkdtempSync(`${tmpdir()}/dmon-receiver-`);
  afterAll(() => rmSync(directory, { recursive: true }));
  const [source = ""] = blocks("python");
  writeFileSync(`${directory}/receiver.py`, source);

  async function withReceiver(secret: string, tell: (port: number) => Promise<void>): Promise<string> {
    const port = await freePort();
    const child = Bun.spawn(["python3", `${directory}/receiver.py`, String(port)], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/", WEBHOOK_SECRET: secret },
    });
    try {
      while (!(await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))) await Bun.sleep(50);
      await tell(port);
    } finally {
      child.kill();
      await child.exited;
    }
    return new Response(child.stdout).text();
  }

  const now = { now_ms: Date.now };
  test.each(["whsec_ZG1vbiBzaWducyB3aXRoIHRoaXMga2V5", "a-text-that-is-long-enough"])("verifies %s", async (secret) => {
    const said = await withReceiver(secret, async (port) => {
      const answer = await webhook.send(message(), delivery(`http://127.0.0.1:${port}/dmon#${secret}`, now));
      expect(answer).toBe("204 No Content");
    });
    expect(said).toBe("crit mars root_usage 97% root_usage\n");
  });

  test("takes nothing that is signed with another secret, not at all, or long ago", async () => {
    const secret = "0123456789abcdef";
    const said = await withReceiver(secret, async (port) => {
      const url = `http://127.0.0.1:${port}/dmon`;
      for (const [wrong, at] of [
        [`${url}#0123456789abcdeX`, now],
        [url, now],
        [`${url}#${secret}`, { now_ms: () => Date.now() - 400_000 }],
      ] as const)
        expect((await refusal(webhook.send(message(), delivery(wrong, at)))).message).toEndWith(": 401 Unauthorized");
      expect(await webhook.send(message(), delivery(`${url}#${secret}`, now))).toBe("204 No Content");
    });
    expect(said.trim().split("\n")).toHaveLength(1);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
