// The probe tcp against servers on loopback, friendly and hostile.

import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import tcp, { goalOf, unescaped } from "../../probes/tcp.ts";
import { probeErrorOf } from "./fake-host.ts";
import { asked, here, hostile, scripted, serve } from "./peers.ts";

const read = async (...given: Parameters<typeof asked>) => (await tcp.read(here, asked(...given))).time;

test("the time to connect, to a host and a port or to a port of the item's own host", async () => {
  const port = await serve(hostile.mute);
  for (const args of [["127.0.0.1", port], ["localhost", port], [`127.0.0.1:${port}`], [port]]) {
    const time = await read(args);
    expect(time).toBeGreaterThan(0);
    expect(time).toBeLessThan(3000);
  }
});

test("what is sent and what must come; the text is the line that has it", async () => {
  const port = await serve(scripted("hello\n", { PING: "first\r\nsome +PONG here\r\nmore\r\n" }));
  expect(await read([port], { send: "PING\\r\\n", expect: "+PONG" })).toMatchObject({ text: "some +PONG here" });
  expect(await read([port], { expect: "hello" })).toMatchObject({ text: "hello" });
});

test.each([
  ["closes", hostile.closes, /: it closed the connection without "ready"; it said nothing$/],
  ["says nothing", hostile.mute, /: connected, but no answer with "ready" within 0.6 s$/],
  ["drips", hostile.drips, /: (connected, but no|no whole) answer with "ready" within 0.6 s$/],
  ["floods", hostile.floods, /: more than 65536 bytes came$/],
  ["says something else", (socket: import("node:net").Socket) => void socket.end("busy\n"), /it said "busy\\n"$/],
])("one that %s", async (_, talk, text) => {
  const port = await serve(talk);
  const start_ms = performance.now();
  expect(await probeErrorOf(() => read([port], { expect: "ready" }, 0.6))).toMatch(text);
  expect(performance.now() - start_ms).toBeLessThan(3000);
});

test("refused, unknown, silent, and no port", async () => {
  expect(await probeErrorOf(() => read([1]))).toMatch(/^127.0.0.1:1: connection refused: nothing listens there/);
  expect(await probeErrorOf(() => read(["nosuch.invalid", 1]))).toMatch(/^the name nosuch.invalid /);
  expect(await probeErrorOf(() => read(["127.0.0.1", "70000"]))).toBe(
    '"70000" is no port; write a number from 1 to 65535',
  );
  expect(await probeErrorOf(() => read(["mail"]))).toBe("no port; write tcp mail PORT");
});

test.each([
  [["mail", "25"], "mail", 25],
  [["mail:25"], "mail", 25],
  [["[::1]:25"], "::1", 25],
  [["[::1]", "25"], "::1", 25],
  [["25"], "own", 25],
])("%p", (args, host, port) => {
  expect(goalOf(args, "own")).toEqual({ host, port });
});

test("escapes", () => {
  expect(unescaped("a\\r\\n\\t\\\\n\\x41\\q")).toBe("a\r\n\t\\nA\\q");
});

test("it hangs up without a reset, also before a greeting that it does not read, and leaves nothing open", async () => {
  const ends: string[] = [];
  const port = await serve((socket) => {
    socket.write("220 a greeting\r\n");
    socket.on("error", (error) => ends.push(error.message));
    socket.on("close", () => ends.push("closed"));
  });
  const mute = await serve(hostile.mute);
  const before = readdirSync("/proc/self/fd").length;
  for (let i = 0; i < 20; i++) await Promise.all([read([port]), read([mute])]);
  await Bun.sleep(700);
  expect(ends).toEqual(Array.from({ length: 20 }, () => "closed"));
  expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(before);
});
