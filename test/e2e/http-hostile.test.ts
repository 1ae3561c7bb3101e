// Bad input on HTTP: each gets an error or its connection closed within a bound, while a PING from another peer is answered
// in time and memory stays bounded. Most of it is Bun's doing, so a new Bun has to pass here.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { HTTP_IDLE_S_MAX } from "../../src/core/limits.ts";
import { deafPeers } from "./deaf.ts";
import { endAll, isAlive, TEST_MS_MAX, TestDmon, Watcher } from "./harness.ts";
import { dial, hear, speak } from "./speak.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const MIB = 2 ** 20;
const PING_MS_MAX = 100;
const GROWTH_MIB_MAX = 64;
/** A status from 400 on, or nothing but the end of the connection. */
const REFUSED = /^(HTTP\/1\.1 [45]\d\d |$)/;

let dmon: TestDmon;
let watcher: Watcher;
let drips: Promise<{ text: string; ms: number }[]>;
beforeAll(async () => {
  dmon = await TestDmon.started();
  drips = Promise.all(DRIPS.map(drip)); // for as long as all the rest takes
  await dmon.page("/");
  await dmon.page("/graph/al/cpu_load");
});
afterAll(async () => {
  await dmon?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  watcher = new Watcher(dmon);
  await Bun.sleep(300);
});
afterEach(async () => {
  const { count, slowest_ms, growth_mib } = await watcher.stop();
  expect(count).toBeGreaterThan(3);
  expect(slowest_ms).toBeLessThan(PING_MS_MAX);
  expect(growth_mib).toBeLessThan(GROWTH_MIB_MAX);
  expect(isAlive(dmon.pid())).toBe(true);
  expect(await dmon.page("/hosts")).toContain("</html>");
});

const raw = (words: string | Uint8Array, timeout_ms = 20_000) => speak({ port: dmon.http, timeout_ms }, words);

/** Writes up to so many MiB behind a head, as fast as they are taken; returns what was heard, and after how long. */
async function pour(head: string, mib: number): Promise<{ heard: string; ms: number }> {
  const socket = await dial({ port: dmon.http });
  const start = performance.now();
  const heard = hear(socket, 20_000).then((text) => ({ heard: text, ms: performance.now() - start }));
  socket.write(head);
  const piece = Buffer.alloc(MIB, "x");
  for (let i = 0; i < mib && socket.writable; i++) if (!socket.write(piece)) await drained(socket);
  return heard;
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off("drain", done).off("close", done).off("end", done);
      resolve();
    };
    socket.once("drain", done).once("close", done).once("end", done);
  });
}

const DRIPS = [
  "GET /",
  "GET / HTTP/1.1\r\nHost: localhost\r\nX: y",
  "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n",
];

/** One byte a second behind some words; what was heard, and after how long. */
async function drip(words: string): Promise<{ text: string; ms: number }> {
  const socket = await dial({ port: dmon.http });
  const start = performance.now();
  socket.write(words);
  const timer = setInterval(() => socket.write("x"), 1000);
  const text = await hear(socket, 50_000).finally(() => clearInterval(timer));
  return { text, ms: performance.now() - start };
}

describe("requests that are none", () => {
  test("random bytes", async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => raw(randomBytes(20 + i * 1100))));
    for (const answer of answers) expect(answer).toMatch(REFUSED);
  });

  test("broken request lines, versions, methods and lengths", async () => {
    const tail = "Host: localhost\r\nConnection: close\r\n";
    for (const words of [
      "GET\r\n\r\n",
      "GET \r\n\r\n",
      "GET /\r\n\r\n",
      "GET / HTTP/0.9\r\n\r\n",
      `GET / HTTP/3.7\r\n${tail}\r\n`,
      `CONNECT evil.example:443 HTTP/1.1\r\n${tail}\r\n`,
      `CONNECT 127.0.0.1:${dmon.port} HTTP/1.1\r\n${tail}\r\n`,
      `GET / HTTP/1.1\r\n${tail}Content-Length: 99999999999999999999999\r\n\r\n`,
      `POST / HTTP/1.1\r\n${tail}Content-Length: 10000000000\r\n\r\n`,
      `POST / HTTP/1.1\r\n${tail}Content-Length: -1\r\n\r\n`,
      `POST / HTTP/1.1\r\n${tail}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`,
      `POST / HTTP/1.1\r\n${tail}Transfer-Encoding: chunked\r\n\r\nzzzz\r\nnonsense\r\n\r\n`,
      `POST / HTTP/1.1\r\n${tail}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nx`,
      `POST / HTTP/1.1\r\n${tail}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\nGET /`,
      `GET / HTTP/1.1\r\n${tail}no colon\r\n\r\n`,
      `GET / HTTP/1.1\r\n${tail}: no name\r\n\r\n`,
    ]) {
      expect(`${JSON.stringify(words)}\n${await raw(words, 20_000)}`).toMatch(/\n(HTTP\/1\.1 [45]\d\d |$)/);
    }
  });

  test("heads of 64 KiB and more, by one header and by many", async () => {
    const head = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    for (const more of [
      `X: ${"x".repeat(64 * 1024)}\r\n`,
      "X-Many: header\r\n".repeat(5000),
      `Cookie: ${"a=b; ".repeat(100_000)}\r\n`,
    ]) {
      expect(await raw(`${head}${more}\r\n`)).toMatch(REFUSED);
    }
  });

  test("a request line, a header, a body and a chunk without end", async () => {
    const head = "HTTP/1.1\r\nHost: localhost\r\n";
    for (const words of [
      "GET /",
      `GET / ${head}X: `,
      `POST / ${head}Content-Length: 104857600\r\n\r\n`,
      `POST / ${head}Transfer-Encoding: chunked\r\n\r\n5f5e100\r\n`,
    ]) {
      const { heard, ms } = await pour(words, 100);
      expect(heard).toMatch(REFUSED);
      expect(ms).toBeLessThan(10_000);
    }
  });
});

test("peers that ask and ask and never read", async () => {
  const request = "GET /graph/al/cpu_load HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n\r\n";
  using _ = deafPeers(dmon.http, 100, request.repeat(20));
  await Bun.sleep(3000);
});

test("a crowd of idle connections holds up no page, and is sent away", async () => {
  const crowd = await Promise.all(Array.from({ length: 1000 }, () => dial({ port: dmon.http })));
  const closings = crowd.map((socket) => hear(socket, 45_000));
  expect((await dmon.fetch("/")).status).toBe(200);
  const heard = await Promise.all(closings);
  for (const text of heard) expect(text).toMatch(REFUSED);
}, 60_000);

test("one byte a second, in the request line, the head and the body", async () => {
  for (const { text, ms } of await drips) {
    expect(text).toMatch(REFUSED);
    expect(ms).toBeLessThan((HTTP_IDLE_S_MAX + 10) * 1000);
  }
}, 60_000);
