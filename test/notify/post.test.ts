// How a message by HTTP is sent and its answer judged, against receivers that misbehave in each way.

import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { CHANNEL_ANSWER_BYTES_MAX, RETRY_AFTER_S_MAX } from "../../src/core/limits.ts";
import { channelTypes } from "../../src/notify/index.ts";
import { retryAfter } from "../../src/notify/post.ts";
import webhook from "../../src/notify/webhook.ts";
import { MADE_S, message } from "../core/alert/messages.ts";
import { certificate, serve, serveTls } from "../probes/peers.ts";
import { delivery, refusal } from "./delivery.ts";
import { type Answer, receiver } from "./receiver.ts";

const SECRET = "s3cr3tpath9";
const path = `/hooks/${SECRET}?token=t0ken4711`;

/** What becomes of a message to a receiver that answers so. */
async function refused(...answers: Answer[]) {
  using web = await receiver(...answers);
  const {
    message: text,
    isPermanent,
    isUnsure,
    retry_after_s,
  } = await refusal(webhook.send(message(), delivery(web.url(path))));
  return { text: text.replace(`:${web.port}`, ""), isPermanent, isUnsure, retry_after_s };
}

describe("answers", () => {
  test("2xx is taken, and what it says is told in one line", async () => {
    using web = await receiver({ status: 202, body: "queued\n\u001b[31m as 17\n" });
    expect(await webhook.send(message(), delivery(web.url(path)))).toBe("202 Accepted: queued [31m as 17");
    const [got] = web.received;
    expect(got?.headers).toMatchObject({ "content-type": "application/json", "user-agent": "dmon/1.2.3" });
    expect(got?.path).toBe(path);
  });

  test.each<[string, Answer, string, boolean, number?]>([
    ["500", { status: 500, body: "boom" }, "127.0.0.1: 500 Internal Server Error: boom", false],
    ["503", { status: 503, headers: { "Retry-After": "7" } }, "127.0.0.1: 503 Service Unavailable", false, 7],
    ["429", { status: 429, headers: { "Retry-After": "30" } }, "127.0.0.1: 429 Too Many Requests", false, 30],
    ["408", { status: 408 }, "127.0.0.1: 408 Request Timeout", false],
    ["404", { status: 404, body: "no_service" }, "127.0.0.1: 404 Not Found: no_service", true],
    ["401", { status: 401, headers: { "Retry-After": "5" } }, "127.0.0.1: 401 Unauthorized", true],
    [
      "its path in the answer",
      { status: 404, body: `Cannot POST ${path}, ${SECRET.toUpperCase()}` },
      "127.0.0.1: 404 Not Found: Cannot POST /…/…?…, …",
      true,
    ],
    [
      "a redirect for now",
      { status: 302, headers: { Location: "https://login.example.org/sorry?u=1" } },
      "127.0.0.1: 302 Found: it leads to https://login.example.org/sorry, and redirects are not followed; if that is right, write it as the URL",
      false,
    ],
    [
      "a redirect for good, to the same path",
      { status: 301, headers: { Location: `https://x.example.org${path}` } },
      "127.0.0.1: 301 Moved Permanently: it leads to https://x.example.org/…/…, and redirects are not followed; if that is right, write it as the URL",
      true,
    ],
    [
      "a redirect to nowhere",
      { status: 307 },
      "127.0.0.1: 307 Temporary Redirect: it leads elsewhere and does not say where",
      false,
    ],
  ])("%s", async (...[, answer, text, isPermanent, retry_after_s]) => {
    expect(await refused(answer)).toEqual({ text, isPermanent, isUnsure: false, retry_after_s });
  });

  test("a redirect is not followed", async () => {
    using other = await receiver();
    using web = await receiver({ status: 307, headers: { Location: other.url("/") } });
    await refusal(webhook.send(message(), delivery(web.url(path))));
    expect([web.received.length, other.received.length]).toEqual([1, 0]);
  });

  test("500, and 200 the next time: the same id and body, a signature of its own", async () => {
    using web = await receiver({ status: 500 }, { status: 200 });
    const url = `${web.url(path)}#0123456789abcdef0123`;
    await refusal(webhook.send(message(), delivery(url)));
    await webhook.send(message(), delivery(url, { now_ms: () => (MADE_S + 60) * 1000 }));
    const [first, second] = web.received;
    expect(second?.body).toBe(first?.body ?? "");
    expect(second?.headers["webhook-id"]).toBe(message().id);
    expect(second?.headers["webhook-signature"]).not.toBe(first?.headers["webhook-signature"]);
  });
});

describe("servers that misbehave", () => {
  test.each<[string, Answer, RegExp]>([
    [
      "closes without a word",
      (socket) => socket.end(),
      /^127\.0\.0\.1: the connection was closed before the answer came$/,
    ],
    ["resets", (socket) => socket.resetAndDestroy(), /^127\.0\.0\.1: .*(closed|reset)/],
    ["no HTTP", (socket) => socket.end(`220 ${SECRET} ESMTP\r\n`), /does not speak HTTP: "220 … ESMTP/],
    ["an endless line", (socket) => socket.end("x".repeat(20_000)), /longer than 8192 bytes/],
  ])("%s: it may have been taken", async (_, answer, text) => {
    expect(await refused(answer)).toEqual({
      text: expect.stringMatching(text),
      isPermanent: false,
      isUnsure: true,
      retry_after_s: undefined,
    });
  });

  test("a huge answer is read up to its bound", async () => {
    const { text } = await refused((socket) => {
      socket.write("HTTP/1.1 500 no\r\n\r\n");
      const more = () => socket.writable && socket.write("y".repeat(65_536), () => setTimeout(more, 1));
      more();
    });
    expect(text).toMatch(/^127\.0\.0\.1: 500 no: y{180,}…$/);
    expect(CHANNEL_ANSWER_BYTES_MAX).toBeLessThan(65_536);
  });

  test.each([
    ["taken", "200 OK", "200 OK: begun"],
    ["not taken", "503 later", "503 later: begun"],
  ])("an answer that does not end, %s: its status counts", async (_, status, text) => {
    const port = await serve((socket) => {
      socket.once("data", () => socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 100\r\n\r\nbegun`));
    });
    const answer = await webhook
      .send(message(), delivery(`http://127.0.0.1:${port}${path}`))
      .catch((error: Error) => error.message.replace(`127.0.0.1:${port}: `, ""));
    expect(answer).toBe(text);
  });

  test("one that never answers is given up when dmon says so", async () => {
    const giveUp = new AbortController();
    const port = await serve((socket) => void socket.once("data", () => giveUp.abort()));
    const sending = webhook.send(message(), delivery(`http://127.0.0.1:${port}${path}`, { signal: giveUp.signal }));
    const error = await refusal(sending);
    expect(error).toMatchObject({ message: `127.0.0.1:${port}: given up before the answer came`, isUnsure: true });
  });

  test("given up before it began: nothing is sent", async () => {
    using web = await receiver();
    const sending = webhook.send(message(), delivery(web.url(path), { signal: AbortSignal.abort() }));
    expect(await refusal(sending)).toMatchObject({ isUnsure: false, isPermanent: false });
    await Bun.sleep(50); // what would have gone out
    expect(web.received).toEqual([]);
  });

  test("nobody there: surely not taken", async () => {
    const gone = await receiver();
    gone[Symbol.dispose]();
    const error = await refusal(webhook.send(message(), delivery(gone.url(path))));
    expect(error).toMatchObject({ isUnsure: false, isPermanent: false });
    expect(error.message).toContain(`127.0.0.1:${gone.port}: connection refused`);
  });

  test.each([
    ["of an authority that nobody knows", "IP:127.0.0.1", 10, /TLS: the certificate is self-signed/],
    ["that is over", "IP:127.0.0.1", -1, /TLS: the certificate (has expired|is self-signed)/],
  ])("a certificate %s: nothing is sent", async (_, names, days, text) => {
    let bytes = 0;
    const port = await serveTls(certificate(names, days), (socket) =>
      socket.on("data", (data) => (bytes += data.length)),
    );
    const error = await refusal(webhook.send(message(), delivery(`https://127.0.0.1:${port}${path}`)));
    expect(error).toMatchObject({ message: expect.stringMatching(text), isUnsure: false, isPermanent: false });
    expect(bytes).toBe(0);
  });

  test("no proxy of the environment is asked", async () => {
    using web = await receiver();
    using proxy = await receiver();
    process.env.HTTP_PROXY = process.env.http_proxy = proxy.url("");
    try {
      await webhook.send(message(), delivery(web.url(path)));
    } finally {
      delete process.env.HTTP_PROXY;
      delete process.env.http_proxy;
    }
    expect([web.received.length, proxy.received.length]).toEqual([1, 0]);
  });
});

describe("Retry-After", () => {
  test.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ["0", 0],
    ["120", 120],
    ["999999999999", RETRY_AFTER_S_MAX],
    ["Sun, 22 Nov 2026 16:40:30 GMT", 30],
    ["Mon, 23 Nov 2020 09:00:30 GMT", 0],
    ["soon", undefined],
    ["-5", undefined],
    ["1e9", undefined],
  ])("%p", (text, wanted) => {
    expect(retryAfter(text, MADE_S * 1000)).toBe(wanted as number);
  });
});

// The law: whatever the other end says, no error and no answer has a part of the URL behind its host.
test("what is secret in a URL is in no error and no answer", async () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_-]{4,20}$/);
  const secrets = fc.record({ user: word, password: word, path: word, query: word, fragment: word });
  const statuses = fc.constantFrom(200, 302, 401, 404, 429, 500);
  const web = ["webhook", "slack", "mattermost"].map((name) => channelTypes.find((type) => type.name === name));
  await fc.assert(
    fc.asyncProperty(secrets, statuses, fc.nat(5), fc.constantFrom(...web), async (secret, status, cut, type) => {
      const { user, password, path: hidden, query, fragment } = secret;
      const all = `${user}:${password}@/${hidden}?k=${query}#${fragment} ${btoa(`${user}:${password}`)}`;
      const body = `${all} ${"-".repeat(CHANNEL_ANSWER_BYTES_MAX - 2 * all.length - cut)} ${all}`;
      using server = await receiver({ status, body, headers: { Location: `/elsewhere/${hidden}?${query}` } });
      const url = `http://${user}:${password}@127.0.0.1:${server.port}/x/${hidden}?k=${query}#${fragment}`;
      const said = String(await type?.send(message(), delivery(url)).catch((error: Error) => error.message));
      // What dmon and HTTP say themselves can have a short word in it by chance.
      for (const part of [...Object.values(secret), btoa(`${user}:${password}`)])
        if (!FIXED.some((each) => each.toLowerCase().includes(part.toLowerCase()))) expect(said).not.toContain(part);
      expect(JSON.stringify(server.received.map(({ path: asked }) => asked))).not.toContain(`#${fragment}`);
    }),
    { numRuns: 60 },
  );
});
const FIXED = [
  "127.0.0.1",
  "elsewhere",
  "redirects are not followed; if that is right, write it as the URL it leads to",
  "Not Found",
  "Unauthorized",
  "Too Many Requests",
  "Internal Server Error",
];
