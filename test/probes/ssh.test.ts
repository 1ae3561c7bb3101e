// The probe ssh against greetings of all kinds on loopback.

import { expect, test } from "bun:test";
import type { Socket } from "node:net";
import ssh from "../../probes/ssh.ts";
import { probeErrorOf } from "./fake-host.ts";
import { asked, here, hostile, serve } from "./peers.ts";

const says = (text: string) => (socket: Socket) => void socket.write(text);
const read = (port: number, args: string[] = []) => ssh.read(here, asked(args, { port: String(port) }, 0.6));

test("the greeting, behind what else is said", async () => {
  const heard = Promise.withResolvers<string>();
  const port = await serve((socket) => {
    socket.on("data", (bytes) => heard.resolve(String(bytes)));
    socket.write("Keep out!\r\nSSH-2.0-Open");
    setTimeout(() => socket.write("SSH_9.2 Debian\r\n"), 5);
  });
  expect(await read(port)).toEqual({ time: { value: expect.any(Number), text: "SSH-2.0-OpenSSH_9.2 Debian" } });
  expect(await heard.promise).toBe("SSH-2.0-dmon\r\n");
  expect(await read(await serve(says("SSH-1.99-x\n")), ["localhost"])).toMatchObject({ time: { text: "SSH-1.99-x" } });
});

test.each([
  ["old", says("SSH-1.5-x\n"), ': an old version: "SSH-1.5-x"'],
  ["a mail server", says("220 mail ESMTP\r\n"), ': that is no SSH: "220 mail ESMTP"'],
  ["mute", hostile.mute, ": connected, but no greeting within 0.6 s"],
  ["closing", hostile.closes, ": the connection was closed before the greeting came"],
  [
    "refusing us for a while",
    (socket: Socket) => void socket.end("Not allowed at this time\r\n"),
    ': the connection was closed before the greeting came; it said "Not allowed at this time"',
  ],
  [
    "talking in another tongue",
    says("\u0001\u0002?"),
    ': connected, but no greeting within 0.6 s; it said "\\u0001\\u0002?"',
  ],
  ["dripping", hostile.drips, /greeting within 0.6 s; it said "2+"$/],
  ["flooding", hostile.floods, /: a line of the greeting is longer than 8192 bytes; it said "\S{80}"$/],
  ["chattering", says("hello\n".repeat(200)), /: no SSH greeting in 100 lines; it said "hello\\nhello/],
])("one that is %s", async (_, talk, message) => {
  const port = await serve(talk);
  const error = await probeErrorOf(() => read(port));
  if (typeof message === "string") expect(error).toEndWith(message);
  else expect(error).toMatch(message);
});
