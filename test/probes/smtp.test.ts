// The probe smtp against servers that keep to a script, with real TLS, and hostile ones.

import { describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import smtp from "../../probes/smtp.ts";
import { probeErrorOf } from "./fake-host.ts";
import { asked, certificate, here, hostile, scripted, serve, upgraded } from "./peers.ts";

const GREETING = "220 mail.example.org ESMTP Postfix\r\n";
const EHLO = "250-mail.example.org\r\n250-SIZE 10240000\r\n250 STARTTLS\r\n";

const read = (port: number, options: Record<string, string> = {}, timeout_s = 5) =>
  smtp.read(here, asked([], { port: String(port), ...options }, timeout_s));

const cert = certificate("DNS:mars.example.org", 5);

/** STARTTLS as RFC 3207 has it; returns what was said inside. */
function secured(inside: string[]): (socket: Socket) => void {
  return (socket) => {
    socket.write(GREETING);
    let stage = 0;
    const plain = (bytes: Buffer) => {
      if (String(bytes).startsWith("EHLO")) socket.write(EHLO);
      if (!String(bytes).startsWith("STARTTLS")) return;
      if (stage++ > 0) return;
      socket.off("data", plain);
      socket.write("220 go ahead\r\n");
      const tls = upgraded(socket, cert);
      tls.on("data", (words) => {
        inside.push(String(words).trim());
        tls.write(String(words).startsWith("EHLO") ? "250 mail\r\n" : "221 bye\r\n");
      });
    };
    socket.on("data", plain);
  };
}

describe("smtp", () => {
  test("a server without TLS", async () => {
    const port = await serve(scripted("220-please\r\n220 wait\r\n", { EHLO: "250 mail\r\n", QUIT: "221 bye\r\n" }));
    expect(await read(port)).toEqual({ time: { value: expect.any(Number), text: "please" }, cert_days: null });
    expect(await probeErrorOf(() => read(port, { starttls: "yes" }))).toEndWith(": STARTTLS is not offered");
    expect(await probeErrorOf(() => read(port, { expect: "Exim" }))).toEndWith(': the greeting has no "Exim": please');
    expect(await probeErrorOf(() => read(port, { starttls: "maybe" }))).toBe(
      '"maybe" is not known here; write yes or no',
    );
  });

  test("one with STARTTLS: its certificate, and the talk goes on inside", async () => {
    const inside: string[] = [];
    const { time, cert_days } = await read(await serve(secured(inside)));
    expect(time).toMatchObject({ text: "mail.example.org ESMTP Postfix" });
    const { value, text } = cert_days as { value: number; text: string };
    expect(value).toBeWithin(4.9, 5);
    expect(text).toMatch(/^mars.example.org: good until .*, the certificate is self-signed$/);
    expect(inside).toEqual(["EHLO [127.0.0.1]", "QUIT"]);
    expect(await read(await serve(secured([])), { starttls: "no" }, 0.7)).toMatchObject({ cert_days: null });
  });

  test.each([
    ["is full", scripted("421 too busy\r\n", {}), ': the greeting is not 220 but "421 too busy"'],
    ["is no mail server", scripted("SSH-2.0-x\r\n", {}), ': the greeting is no SMTP: "SSH-2.0-x"'],
    ["refuses EHLO", scripted(GREETING, { EHLO: "502 what?\r\n" }), ': the answer to EHLO is not 250 but "502 what?"'],
    [
      "refuses TLS",
      scripted(GREETING, { EHLO, STARTTLS: "454 no\r\n" }),
      ': the answer to STARTTLS is not 220 but "454 no"',
    ],
    [
      "puts words before TLS",
      scripted(GREETING, { EHLO, STARTTLS: "220 go\r\n250 evil\r\n" }),
      ": words came where TLS should begin",
    ],
    [
      "speaks no TLS",
      scripted(GREETING, { EHLO, STARTTLS: "220 go\r\n", "": "500 what?\r\n" }),
      ": no TLS there: what answers does not speak TLS",
    ],
    ["never ends its greeting", hostile.chatters, ": the greeting has more than 100 lines"],
    ["drips", hostile.drips, "greeting within 0.6 s"],
    ["floods", hostile.floods, ": a line of the greeting is longer than 8192 bytes"],
    ["is mute", hostile.mute, ": connected, but no greeting within 0.6 s"],
    ["closes", hostile.closes, ": the connection was closed before the greeting came"],
    [
      "closes after EHLO",
      (s: Socket) => void s.on("data", () => s.end()).write(GREETING),
      ": the connection was closed before the answer to EHLO came",
    ],
  ])("one that %s", async (_, talk, message) => {
    const port = await serve(talk);
    const start_ms = performance.now();
    expect(await probeErrorOf(() => read(port, {}, 0.6))).toEndWith(message);
    expect(performance.now() - start_ms).toBeLessThan(3000);
  });
});
