// The probe http against Bun.serve, real TLS with certificates of all kinds, and servers that are no friends.

import { afterAll, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import http, { isWanted, urlOf } from "../../probes/http.ts";
import { isFailed, ProbeError } from "../../src/core/reading.ts";
import { fakeHost, given, probeErrorOf } from "./fake-host.ts";
import { asked, certificate, here, hostile, serve, serveTls } from "./peers.ts";

const web = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return new Response("Welcome to Größe\n");
    if (pathname === "/down") return new Response("no", { status: 503 });
    if (pathname === "/moved") return Response.redirect("/", 302);
    if (pathname === "/circle") return Response.redirect("/circle", 301);
    if (pathname === "/mailto") return new Response("", { status: 301, headers: { Location: "mailto:me" } });
    if (pathname === "/gzip") return packed(gzipSync("packed Welcome"));
    if (pathname === "/bomb") return packed(gzipSync(Buffer.alloc(50_000_000)));
    if (pathname === "/broken") return packed(Buffer.from("no gzip"));
    if (pathname === "/large") return new Response("x".repeat(3_000_000));
    if (pathname === "/method") return new Response(request.method);
    if (pathname === "/head") return new Response(JSON.stringify(Object.fromEntries(request.headers)));
    return new Response("none", { status: 404 });
  },
});
afterAll(() => void web.stop(true));

function packed(body: Uint8Array<ArrayBuffer>): Response {
  return new Response(body, { headers: { "Content-Encoding": "gzip" } });
}

const read = async (path: string, options: Record<string, string> = {}, timeout_s = 5) =>
  http.read(here, asked([path.startsWith("/") ? `http://127.0.0.1:${web.port}${path}` : path], options, timeout_s));
const errorOf = (...args: Parameters<typeof read>) =>
  probeErrorOf(async () => {
    const { time = null, ...rest } = await read(...args);
    if (isFailed(time)) throw new ProbeError(time.error);
    return { time, ...rest };
  });

describe("a page that is right", () => {
  test("time, status, size; no certificate without TLS", async () => {
    const { time, ...rest } = await read("/", { match: "W[a-z]+ to Gr..e$", nomatch: "(?i)error" });
    expect(time).toEqual({ value: expect.any(Number), text: "200 OK" });
    expect(rest).toEqual({ status: 200, size: 19, cert_days: null });
  });

  test.each([
    ["/moved", {}, { status: 200, size: 19 }],
    ["/moved", { status: "302" }, { status: 302 }],
    ["/down", { status: "200,5xx" }, { status: 503, size: 2 }],
    ["/gzip", { match: "packed W" }, { size: 14 }],
    ["/method", { method: "head" }, { status: 200, size: 0 }],
    ["/method", { method: "POST", match: "^POST$" }, {}],
    ["/head", { match: '"x-a":"b c"', header: "X-A: b c" }, {}],
    ["/head", { match: "Basic dTpwdw==", user: "u", password: "pw" }, {}],
  ])("%s with %p", async (path, options, wanted) => {
    expect(await read(path, options)).toMatchObject(wanted);
  });

  test("of a large one the beginning is read", async () => {
    const { size } = await read("/large");
    expect(size).toBeGreaterThanOrEqual(1024 * 1024);
    expect(size).toBeLessThan(2 * 1024 * 1024);
  });

  test("a password from a file", async () => {
    const host = fakeHost({ "/etc/pw": "pw\n" });
    const url = `http://127.0.0.1:${web.port}/head`;
    const options = { user: "u", password: "@/etc/pw", match: "Basic dTpwdw==" };
    expect(await http.read(host, asked([url], options))).toMatchObject({ status: 200 });
  });

  test("a redirect to another host does not tell it the password", async () => {
    const other = await serve(
      (socket) => void socket.on("data", (bytes) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${String(bytes)}`)),
    );
    const first = await serve(
      (socket) => void socket.end(`HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${other}/there\r\n\r\n`),
    );
    const options = {
      user: "u",
      password: "pw",
      header: "X-Token: secret",
      match: "GET /there",
      nomatch: "Basic|secret",
    };
    expect(await read(`http://127.0.0.1:${first}/`, options)).toMatchObject({ status: 200 });
  });

  test("in chunks, and until the end of the line", async () => {
    const chunked = await serve((socket) =>
      socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"),
    );
    expect(await read(`http://127.0.0.1:${chunked}/`, { match: "^abcde$" })).toMatchObject({ size: 5 });
    const old = await serve((socket) => socket.end("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200\n\nabc"));
    expect(await read(`http://127.0.0.1:${old}/`)).toMatchObject({ size: 3, time: { text: "200" } });
  });

  test("of an item's own host, at its address but under its name", async () => {
    const { args: _, ...rest } = asked([]);
    expect(
      await probeErrorOf(() => http.read(here, { ...rest, args: [], target: { host: "x", addr: "127.0.0.9" } })),
    ).toStartWith("127.0.0.9:80: connection refused");
    const url = `http://{host}:${web.port}/head`;
    expect(await http.read(here, asked([url], { match: `"host":"mars.example.org:${web.port}"` }))).toMatchObject({
      status: 200,
    });
  });
});

describe("a page that is not right", () => {
  test.each([
    ["/down", {}, /: status 503 \(Service Unavailable\) instead of 2xx$/],
    ["/nosuch", { status: "200,3xx" }, /: status 404 \(Not Found\) instead of 200 or 3xx$/],
    ["/moved", { follow: "0" }, /: status 302 \(Found\) leads to \/: write status=3xx, or follow=1$/],
    ["/circle", {}, /: too many redirects, the last one to \/circle$/],
    ["/mailto", {}, / leads to mailto:me: no web page$/],
    ["/", { match: "Goodbye" }, /: text not found: nothing on the page \(19 bytes\) is what match= wants$/],
    ["/", { nomatch: "Welcome" }, /: the page has the text that nomatch= forbids$/],
    ["/", { match: "(a" }, / a "\(" is never closed; /],
    ["/", { status: "ok" }, /^"ok" is no status of HTTP/],
    ["/", { ip: "6" }, /^127.0.0.1 is no address of IPv6$/],
    ["/bomb", {}, /packed as gzip, is more than 4194304 bytes$/],
    ["/broken", {}, /packed as gzip, is broken$/],
    ["/", { header: "X: a\r\nY: b" }, /^that is no header field/],
    ["ftp://x/", {}, /^"ftp:\/\/x\/" is no address of a web page/],
    ["http://127.0.0.1:1/", {}, /^127.0.0.1:1: connection refused/],
  ])("%s with %p", async (path, options, message) => {
    expect(await errorOf(path, options)).toMatch(message);
  });

  test.each([
    ["/down", {}, { status: 503, cert_days: null }],
    ["/circle", { follow: "2" }, { status: 301, cert_days: null }],
    ["/", { match: "Goodbye" }, { status: 200, size: 19, cert_days: null }],
    ["/", { nomatch: "Welcome" }, { status: 200, cert_days: null }],
    ["/broken", {}, { status: 200, cert_days: null }],
  ])("%s with %p: only the time fails, the rest is what was read", async (path, options, rest) => {
    expect(await read(path, options)).toEqual({ time: { error: expect.any(String) }, ...rest });
  });

  test("one that leads to nothing: the status of the way there is not its own", async () => {
    const port = await serve(
      (socket) => void socket.end("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n"),
    );
    expect(await probeErrorOf(() => read(`http://127.0.0.1:${port}/`))).toStartWith("127.0.0.1:1: connection refused");
  });

  test.each([
    ["is mute", hostile.mute, /: connected, but no answer within 0.6 s$/],
    ["closes", hostile.closes, /: the connection was closed before the answer came$/],
    ["drips", hostile.drips, /: (connected, but no|no whole) answer within 0.6 s$/],
    ["floods", hostile.floods, /: a line of the answer is longer than 8192 bytes$/],
    ["speaks SMTP", hostile.chatters, /: what answers does not speak HTTP: "220-still here"$/],
    [
      "has endless heads",
      (s: Socket) => s.write(`HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(500)}`),
      /head has more than 200 lines$/,
    ],
    [
      "has heads of blanks, which must not be looked through again and again",
      (s: Socket) => s.end(`HTTP/1.1 200 OK\r\n${`A: ${" ".repeat(8000)}x\r\n`.repeat(190)}Content-Length: 1\r\n\r\n`),
      /broke off 1 bytes before its end$/,
    ],
    [
      "breaks off",
      (s: Socket) => s.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
      /broke off 7 bytes before its end$/,
    ],
    [
      "has bad chunks",
      (s: Socket) => s.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
      /a chunk has no size but "zz"$/,
    ],
    [
      "has a bad length",
      (s: Socket) => s.end("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
      /Content-Length: -1 is no length$/,
    ],
  ])("one that %s", async (_, talk, message) => {
    const port = await serve(talk);
    const start_ms = performance.now();
    expect(await errorOf(`http://127.0.0.1:${port}/`, {}, 0.6)).toMatch(message);
    expect(performance.now() - start_ms).toBeLessThan(3000);
  });
});

describe("TLS", () => {
  const answer = (socket: Socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");

  test("a certificate that is not trusted is refused, unless it need not be; its days are told", async () => {
    const port = await serveTls(certificate("DNS:localhost", 12), answer);
    expect(await errorOf(`https://localhost:${port}/`)).toBe(`localhost:${port}: TLS: the certificate is self-signed`);
    const { cert_days, size } = await read(`https://localhost:${port}/`, { insecure: "yes" });
    expect(size).toBe(2);
    const { value, text } = cert_days as { value: number; text: string };
    expect(value).toBeWithin(11.9, 12);
    expect(text).toMatch(/^localhost: good until \d{4}-\d\d-\d\d, the certificate is self-signed$/);
  });

  test("one that has expired, and none at all", async () => {
    const port = await serveTls(certificate("DNS:localhost", -3), answer);
    expect(await errorOf(`https://localhost:${port}/`)).toEndWith("TLS: the certificate has expired");
    expect(await read(`https://localhost:${port}/`)).toEqual({
      time: { error: expect.any(String) },
      cert_days: {
        value: expect.closeTo(-3, 0),
        text: expect.stringMatching(/: expired .*, the certificate has expired$/),
      },
    });
    const plain = await serve(answer);
    expect(await errorOf(`https://127.0.0.1:${plain}/`)).toEndWith("no TLS there: what answers does not speak TLS");
    expect(await errorOf(`https://127.0.0.1:${await serve(hostile.mute)}/`, {}, 0.6)).toEndWith(
      "no TLS handshake within 0.6 s",
    );
    expect(await errorOf(`https://127.0.0.1:${await serve(hostile.closes)}/`)).toMatch(/closed/);
  });
});

test("words of items", () => {
  expect(isWanted(204, ["200", "2xx"])).toBe(true);
  expect(isWanted(500, ["200", "2xx"])).toBe(false);
  expect(urlOf(given()).href).toBe("http://mars.example.org/");
  expect(urlOf({ args: ["https://{host}:8/x"], target: { host: "::1" } }).href).toBe("https://[::1]:8/x");
});
