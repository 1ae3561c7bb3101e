// What becomes of a mail that a server does not take at once: whether it is tried again, whether it may have been taken.

import { afterEach, describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import PostalMime from "postal-mime";
import { SendError } from "../../src/notify/channel.ts";
import { composeMail } from "../../src/notify/compose.ts";
import mail from "../../src/notify/mail.ts";
import { parseMailServer } from "../../src/notify/mail-server.ts";
import { type Patience, sendBySmtp } from "../../src/notify/smtp.ts";
import { message as messageOf, notice, one } from "../core/alert/messages.ts";
import { BadMailServer, type Script } from "./bad-mail-server.ts";

const NAME = "server.example.org";
/** Nothing is kept for the next one. */
const HASTY: Patience = { ask_ms: 300, accept_ms: 300, idle_ms: 0 };
const LONG: Patience = { ask_ms: 20_000, accept_ms: 20_000, idle_ms: 20_000 };

const delivery = { from: "dmon@server.example.org", version: "1.0.0", graph: async () => undefined };
const never = new AbortController().signal;

async function send(url: string, patience: Patience = LONG, signal = never, it = one): Promise<string> {
  return sendBySmtp(await composeMail(it, delivery), parseMailServer(url), { name: NAME, signal, patience });
}

async function failureOf(attempt: Promise<unknown>): Promise<SendError> {
  const error = await attempt.then(
    (answer) => new Error(`taken: ${String(answer)}`),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(SendError);
  return error as SendError;
}

let servers: BadMailServer[] = [];
async function bad(script: Script = {}): Promise<BadMailServer> {
  const server = await BadMailServer.start(script);
  servers.push(server);
  return server;
}
afterEach(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]();
  servers = [];
});

const idOf = (raw = "") => /^Message-ID: (.*)$/im.exec(raw)?.[1];

test("a mail that is taken: the server's words, and each command", async () => {
  const server = await bad();
  expect(await send(server.url)).toBe("250 2.0.0 queued as 4711");
  expect(server.commands).toEqual([
    `EHLO ${NAME}`,
    "MAIL FROM:<dmon@server.example.org>",
    "RCPT TO:<anna@example.org>",
    "DATA",
  ]);
  expect(server.messages).toHaveLength(1);
});

describe("what is no answer to the message is never taken for one", () => {
  const again = { isPermanent: false, isUnsure: false };
  const forGood = { isPermanent: true, isUnsure: false };
  const unsure = { isPermanent: false, isUnsure: true };
  test.each<[what: string, script: Script, says: RegExp, is: { isPermanent: boolean; isUnsure: boolean }]>([
    ["421 at the greeting", { greeting: "421 4.3.2 busy" }, /greeting: 421 4.3.2 busy$/, again],
    ["554 at the greeting", { greeting: "554 5.7.1 go away" }, /greeting: 554 5.7.1 go away$/, again],
    ["a close at the greeting", { greeting: "close" }, /greeting: the connection ended$/, again],
    ["a banner that is too slow", { greeting: "silence" }, /greeting: no answer within 0 s$/, again],
    ["a banner of another protocol", { greeting: "SSH-2.0-OpenSSH_9.2" }, /greeting: .*SSH-2.0/, again],
    ["silence at EHLO", { ehlo: "silence" }, /EHLO: no answer within 0 s$/, again],
    ["no sender", { mail: "550 5.7.1 who is that?" }, /MAIL FROM: 550 5.7.1 who is that\?$/, again],
    ["a greylist", { rcpt: "451 4.7.1 greylisted, come back" }, /RCPT TO: 451 4.7.1 greylisted, come back$/, again],
    ["no recipient", { rcpt: "550 5.1.1 no such user" }, /RCPT TO: 550 5.1.1 no such user$/, forGood],
    ["a login that is wanted", { rcpt: "530 5.7.0 authenticate" }, /RCPT TO: 530 5.7.0 authenticate$/, again],
    ["a close before DATA", { rcpt: "close" }, /RCPT TO: the connection ended$/, again],
    ["a reset before DATA", { data: "reset" }, /DATA: the connection (was reset|ended)$/, again],
    ["DATA refused for good", { data: "554 5.5.1 no" }, /DATA: 554 5.5.1 no$/, forGood],
    ["silence at DATA", { data: "silence" }, /DATA: no answer within 0 s$/, again],
    ["the message refused", { message: "554 5.7.1 spam" }, /message: 554 5.7.1 spam$/, forGood],
    ["the message refused for now", { message: "452 4.3.1 disk full" }, /message: 452 4.3.1 disk full$/, again],
    ["421 after the message", { message: "421 4.3.0 going down" }, /message: 421 4.3.0 going down$/, again],
    ["silence after the message", { message: "silence" }, /sent to its end, then no answer within 0 s: it may/, unsure],
    ["a close after the message", { message: "close" }, /sent to its end, then the connection ended: it may/, unsure],
    ["a reset after the message", { message: "reset" }, /sent to its end, then the connection .*: it may/, unsure],
    ["a long answer", { rcpt: `550 ${"x".repeat(5000)}` }, /RCPT TO: 550 x{195}…$/, forGood],
    ["an endless answer", { rcpt: `550-${"x".repeat(100_000)}` }, /exceeds maximum/, again],
    ["an answer that paints", { rcpt: "550-a\u001b[31m\r\n550 b" }, /RCPT TO: 550-a \[31m 550 b$/, forGood],
  ])("%s", async (_, script, says, is) => {
    const server = await bad(script);
    const error = await failureOf(send(server.url, HASTY));
    expect(error.message).toMatch(says);
    expect(error.message).toStartWith("127.0.0.1: ");
    expect({ isPermanent: error.isPermanent, isUnsure: error.isUnsure }).toEqual(is);
  });
});

test("one that refuses connections is named with its port", async () => {
  const server = await bad();
  const { url, port } = server;
  await server[Symbol.asyncDispose]();
  servers = [];
  const { message, isPermanent } = await failureOf(send(url));
  expect(message).toBe(`127.0.0.1 port ${port}: connection refused`);
  expect(isPermanent).toBe(false);
});

test("a name that is not known", async () => {
  const { message } = await failureOf(send("smtp://no-such-host.invalid", { ...LONG, ask_ms: 15_000 }));
  expect(message).toMatch(/^no-such-host\.invalid port 25: (its name|no connection)/);
});

test("a greylisted mail is taken the next time, and bears the same id; so does one that may have been taken", async () => {
  const server = await bad({ rcpt: "451 4.7.1 later" });
  await failureOf(send(server.url));
  server.becomes({ message: "close" });
  expect((await failureOf(send(server.url))).isUnsure).toBe(true);
  server.becomes({});
  await send(server.url);
  const ids = server.messages.map(idOf);
  expect(ids).toEqual([`<${one.id}@${NAME}>`, `<${one.id}@${NAME}>`]);
});

test("several mails go over one connection, and over another when the server has ended it", async () => {
  const server = await bad();
  await send(server.url);
  await send(server.url);
  expect(server.connections).toBe(1);
  server.hangUp();
  await send(server.url);
  expect(server.connections).toBe(2);
  server.becomes({ mail: "421 4.4.2 timeout" });
  server.commands.length = 0;
  // Once more over a new one, which is no better: then it is said.
  expect((await failureOf(send(server.url))).message).toContain("421 4.4.2 timeout");
  expect(server.commands.filter((line) => line.startsWith("MAIL"))).toHaveLength(2);
  expect(server.messages).toHaveLength(3);
});

test("two mails at a time have a connection each", async () => {
  const server = await bad();
  await Promise.all([send(server.url), send(server.url)]);
  expect(server.connections).toBe(2);
});

test("a connection that waits is closed politely", async () => {
  const server = await bad();
  await send(server.url, { ...LONG, idle_ms: 1 });
  while (!server.commands.includes("QUIT")) await Bun.sleep(5);
});

test.each<[when: string, script: Script, isUnsure: boolean]>([
  ["while it waits for the greeting", { greeting: "silence" }, false],
  ["while it waits for the answer to the message", { message: "silence" }, true],
])("who stops it %s waits for nothing", async (_, script, isUnsure) => {
  const server = await bad(script);
  const stop = new AbortController();
  const attempt = failureOf(send(server.url, LONG, stop.signal));
  while (server.connections === 0 || server.messages.length < Number(isUnsure)) await Bun.sleep(5);
  stop.abort();
  const error = await attempt;
  expect(error.message).toContain("given up");
  expect(error.isUnsure).toBe(isUnsure);
});

test("what was stopped before it began does not begin", async () => {
  const server = await bad();
  expect((await failureOf(send(server.url, LONG, AbortSignal.abort()))).message).toContain("given up");
  expect(server.messages).toEqual([]);
  await send(server.url);
  // Nor on a connection that waits.
  expect((await failureOf(send(server.url, LONG, AbortSignal.abort()))).message).toContain("given up");
  expect(server.messages).toHaveLength(1);
});

test("the answer to the message has a time of its own", async () => {
  const server = await bad({ message: "silence" });
  const error = await failureOf(send(server.url, { ...LONG, accept_ms: 20 }));
  expect(error.message).toContain("no answer within 0 s");
  expect(error.isUnsure).toBe(true);
});

test("dots, long lines and letters of all scripts come through a server that knows seven bits only", async () => {
  const server = await bad({ ehlo: "250 old.example.org" });
  const text = `.\u00e4\u00f6\u65e5\u672c ${"x".repeat(190)}`;
  await send(server.url, LONG, never, messageOf([notice({ text, item: "." })]));
  const [raw = ""] = server.messages;
  expect(raw).toMatch(/^[\r\n\t -~]*$/);
  expect(Math.max(...raw.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
  const parsed = await PostalMime.parse(raw);
  expect(parsed.text).toContain(`text: ${text}\n`);
  expect(parsed.text).toContain("critical: mars . 97%");
});

test("a server that knows no EHLO is greeted with HELO", async () => {
  const server = await bad({ ehlo: "500 what?" });
  // The same answer to HELO: it is the greeting that fails then, and not in silence.
  expect((await failureOf(send(server.url))).message).toContain("HELO: 500 what?");
});

describe("passwords and TLS", () => {
  test("a password is not sent where the server offers no login", async () => {
    const server = await bad();
    const { message } = await failureOf(send(server.url.replace("//", "//anna:geheim@")));
    expect(message).toBe("127.0.0.1: AUTH: the server offers no login");
    expect(message + server.commands.join()).not.toContain("geheim");
  });
  test("a login that is refused is to be mended, not for good, and shows no password", async () => {
    const server = await bad({ ehlo: "250-x\r\n250 AUTH PLAIN", auth: "535 5.7.8 wrong" });
    const { message, isPermanent } = await failureOf(send(server.url.replace("//", "//anna:geheim@")));
    expect(message).toBe("127.0.0.1: AUTH PLAIN: 535 5.7.8 wrong");
    expect(isPermanent).toBe(false);
  });
  test("TLS that is required and not offered", async () => {
    const server = await bad({ starttls: "502 5.5.1 no" });
    const { message } = await failureOf(send(`${server.url}?tls=required`));
    expect(message).toBe("127.0.0.1: STARTTLS: 502 5.5.1 no");
    expect(server.commands).not.toContain("MAIL FROM:<dmon@server.example.org>");
  });
  test("TLS that is off is not begun", async () => {
    const server = await bad({ ehlo: "250-x\r\n250 STARTTLS" });
    await send(`${server.url}?tls=off`);
    expect(server.commands).not.toContain("STARTTLS");
  });
  test("a server that speaks no TLS on the port of smtps", async () => {
    const server = await bad();
    const error = await failureOf(send(server.url.replace("smtp:", "smtps:"), HASTY));
    expect(error.message).toMatch(/^127\.0\.0\.1: TLS: /);
    expect(error.isPermanent).toBe(false);
  });
});

test("a server that takes no connection in time", async () => {
  const full = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  full.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = full.address();
  const port = typeof address === "object" ? address?.port : 0;
  const error = await failureOf(send(`smtp://127.0.0.1:${port}`, HASTY));
  expect(error.message).toMatch(/no (answer|connection) within 0 s$/);
  full.close();
});

test("the channel says what is wrong with its URL, and that it can be mended", async () => {
  const { message, isPermanent } = await failureOf(
    mail.send(one, { ...delivery, url: "smtp://u:geheim#1@h", signal: never }),
  );
  expect(message).toContain("write smtp://[user:password@]host[:port]");
  expect(message).not.toContain("geheim");
  expect(isPermanent).toBe(false);
});
