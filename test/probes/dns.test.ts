// The probe dns against Debian's dnsmasq, and against servers that lie.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import dns, { questionOf, reversed, serversOf } from "../../probes/dns.ts";
import { decodeAnswer, encodeName, encodeQuestion, ip6Text, type Question } from "../../src/reach/dns-message.ts";
import { lacks } from "../skips.ts";
import { fakeHost, probeErrorOf } from "./fake-host.ts";
import { asked, here, hostile, serve } from "./peers.ts";

const read = (name: string, server: string, options: Record<string, string> = {}, timeout_s = 5) =>
  dns.read(here, asked([name, server], options, timeout_s));
const errorOf = (...args: Parameters<typeof read>) => probeErrorOf(() => read(...args));

const DNSMASQ = Bun.which("dnsmasq");

describe.skipIf(lacks("dnsmasq"))("dnsmasq", () => {
  let server = "";
  let child: ChildProcess | undefined;
  beforeAll(async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
    const { port } = probe.address() as { port: number };
    probe.close();
    server = `127.0.0.1:${port}`;
    const many = Array.from({ length: 60 }, (_, i) => `--txt-record=many.test,text number ${i} of many`);
    const records = [
      "--address=/www.test/192.0.2.1",
      "--address=/www.test/2001:db8::1",
      "--mx-host=test,mail.test,10",
      "--txt-record=test,v=spf1 -all",
      "--ptr-record=1.2.0.192.in-addr.arpa,www.test",
      "--cname=alias.test,target.test",
      "--host-record=target.test,192.0.2.7",
      "--local=/test/",
      ...many,
    ];
    const own = [
      "--no-daemon",
      "--no-resolv",
      "--no-hosts",
      "--conf-file=/dev/null",
      "--bind-interfaces",
      "--listen-address=127.0.0.1",
    ];
    child = spawn(DNSMASQ ?? "", [...own, `--port=${port}`, ...records], { stdio: "ignore" });
    for (let i = 0; i < 100; i++) {
      const done = await errorOf("www.test", server, {}, 0.5).catch(() => "");
      if (done === "") return; // no error
      await Bun.sleep(20);
    }
  });
  afterAll(() => void child?.kill());

  test.each([
    ["www.test", {}, "192.0.2.1", 1],
    ["WWW.test.", { type: "a", expect: "192.0.2.1" }, "192.0.2.1", 1],
    ["www.test", { type: "AAAA" }, "2001:db8::1", 1],
    ["test", { type: "MX", expect: "Mail.test." }, "10 mail.test", 1],
    ["test", { type: "TXT", expect: "spf1" }, "v=spf1 -all", 1],
    ["192.0.2.1", { type: "PTR" }, "www.test", 1],
    ["alias.test", { type: "CNAME" }, "target.test", 1],
    ["alias.test", {}, "192.0.2.7", 1],
    ["nosuch.test", { expect: "none" }, "none, as it should be", 0],
    ["www.test", { type: "MX", expect: "none" }, "none, as it should be", 0],
  ])("%s with %p", async (name, options, text, answers) => {
    expect(await read(name, server, options)).toEqual({ time: { value: expect.any(Number), text }, answers });
  });

  test("what does not fit into a datagram comes by TCP", async () => {
    expect(await read("many.test", server, { type: "TXT", expect: "number 59 of" })).toMatchObject({ answers: 60 });
  });

  test.each([
    ["nosuch.test", {}, "says of nosuch.test: there is no such name (NXDOMAIN)"],
    ["target.test", { type: "MX" }, "says of target.test: it has no MX record"],
    ["www.test", { expect: "192.0.2.10" }, "says of www.test: 192.0.2.1; none of it is 192.0.2.10"],
    ["www.test", { expect: "none" }, "says of www.test: 192.0.2.1; there should be none"],
    ["example.org", {}, "says of example.org: it refuses to answer us (REFUSED)"],
  ])("%s with %p fails", async (name, options, text) => {
    expect(await errorOf(name, server, options)).toEndWith(text);
  });
});

const NAME = encodeName("a.test");
const ASK: Question = { name: "a.test", type: "A" };

/** An answer in bytes: header with this id and these flags, the question, and what stands behind it. */
function message(
  id: number,
  flags: number,
  answers: number,
  rest: number[],
  question: Uint8Array = encodeQuestion(id, ASK).subarray(12),
) {
  return Uint8Array.from([
    id >> 8,
    id & 255,
    flags >> 8,
    flags & 255,
    0,
    1,
    answers >> 8,
    answers & 255,
    0,
    0,
    0,
    0,
    ...question,
    ...rest,
  ]);
}
const RECORD = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 9];

describe("messages", () => {
  test("a good one; late, forged and foreign ones are none", () => {
    expect(decodeAnswer(message(7, 0x8180, 1, RECORD), 7, ASK)).toEqual({
      rcode: 0,
      truncated: false,
      records: ["192.0.2.9"],
    });
    expect(decodeAnswer(message(8, 0x8180, 1, RECORD), 7, ASK)).toBeUndefined();
    expect(decodeAnswer(message(7, 0x0180, 1, RECORD), 7, ASK)).toBeUndefined();
    const other = encodeQuestion(7, { name: "b.test", type: "A" }).subarray(12);
    expect(decodeAnswer(message(7, 0x8180, 1, RECORD, other), 7, ASK)).toBeUndefined();
  });

  test.each([
    ["a name that points to itself", [0xc0, 24]],
    ["two that point to each other", [0xc0, 26, 0xc0, 24]],
    ["one that points ahead", [0xc0, 60]],
    ["a name without an end", [...new Uint8Array(300).fill(1)]],
    ["a label of a size that is none", [0x80, 1]],
    ["a record longer than the message", [...RECORD.slice(0, 10), 255, 255, 1, 2, 3, 4]],
    ["an address of two bytes", [...RECORD.slice(0, 10), 0, 2, 1, 2]],
    ["fewer records than it says", []],
  ])("%s", async (_, rest) => {
    expect(await probeErrorOf(() => decodeAnswer(message(7, 0x8180, 1, rest), 7, ASK))).toContain(
      "the answer is broken",
    );
  });

  test("cut off or changed anywhere, it is an answer, none, or broken", async () => {
    const whole = message(7, 0x8180, 2, [...RECORD, 0xc0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, 4, 0, 10, 0xc0, 12]);
    for (let i = 0; i < 3000; i++) {
      const bytes = whole.slice(0, i % 3 === 0 ? i % whole.length : whole.length);
      if (i % 3 !== 0) bytes[(i * 7) % bytes.length] = (i * 31) & 255;
      for (const type of ["A", "MX", "TXT", "SOA", "AAAA"] as const) {
        try {
          decodeAnswer(bytes, 7, { name: "a.test", type });
        } catch (error) {
          expect(String(error)).toContain("the answer is broken");
        }
      }
    }
  });

  test("names", async () => {
    expect([...encodeName("a.test")]).toEqual([1, 97, 4, 116, 101, 115, 116, 0]);
    expect([...encodeName(".")]).toEqual([0]);
    for (const name of ["a..b", "x".repeat(64), "a b", "ä", `${"a.".repeat(130)}a`])
      expect(await probeErrorOf(() => encodeName(name))).toMatch(/no name of DNS|more than 253/);
    expect(NAME.length).toBe(8);
    expect(ip6Text(Uint8Array.from([0x20, 1, 13, 184, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2]))).toBe("2001:db8::1:0:0:2");
  });
});

describe("servers that lie", () => {
  const udp = (answer: (bytes: Buffer) => Uint8Array[]) =>
    Bun.udpSocket({
      hostname: "127.0.0.1",
      socket: {
        data: (socket, bytes, port, address) => answer(bytes).forEach((each) => void socket.send(each, port, address)),
      },
    });
  const idOf = (bytes: Buffer) => bytes.readUInt16BE(0);

  test("a wrong id first, then the right one; the first datagram lost", async () => {
    let lost = 0;
    const server = await udp((bytes) =>
      lost++ === 0 ? [] : [message(idOf(bytes) ^ 1, 0x8180, 1, RECORD), message(idOf(bytes), 0x8180, 1, RECORD)],
    );
    expect(await read("a.test", `127.0.0.1:${server.port}`)).toMatchObject({ time: { text: "192.0.2.9" } });
    server.close();
  });

  test("a compression loop, only wrong ids, silence, and a cut answer without TCP", async () => {
    const loop = await udp((bytes) => [message(idOf(bytes), 0x8180, 1, [0xc0, 24])]);
    expect(await errorOf("a.test", `127.0.0.1:${loop.port}`)).toContain("the answer is broken");
    const wrong = await udp((bytes) => [message(idOf(bytes) ^ 1, 0x8180, 1, RECORD)]);
    expect(await errorOf("a.test", `127.0.0.1:${wrong.port}`, {}, 0.6)).toEndWith(
      "no answer within 0.4 s, only packets that answer nothing we asked",
    );
    const mute = await udp(() => []);
    expect(await errorOf("a.test", `127.0.0.1:${mute.port}`, {}, 0.6)).toEndWith("no answer within 0.4 s");
    const cut = await udp((bytes) => [message(idOf(bytes), 0x8380, 0, [])]);
    expect(await errorOf("a.test", `127.0.0.1:${cut.port}`)).toContain("connection refused");
    for (const socket of [loop, wrong, mute, cut]) socket.close();
    expect(await errorOf("a.test", "127.0.0.1:1", {}, 0.6)).toBe("127.0.0.1:1: refused: no DNS server listens there");
  });

  test.each([
    ["floods", hostile.floods],
    ["drips", hostile.drips],
    ["closes", hostile.closes],
  ])("by TCP one that %s", async (_, talk) => {
    const port = await serve(talk);
    const server = await Bun.udpSocket({
      hostname: "127.0.0.1",
      port,
      socket: {
        data: (socket, bytes, from, address) => void socket.send(message(idOf(bytes), 0x8380, 0, []), from, address),
      },
    });
    const start_ms = performance.now();
    expect(await errorOf("a.test", `127.0.0.1:${port}`, {}, 0.7)).toMatch(/no answer|no whole|closed|answer by TCP/);
    expect(performance.now() - start_ms).toBeLessThan(3000);
    server.close();
  });
});

test("words of items", async () => {
  expect(questionOf({ args: ["bücher.example"], options: {} }).name).toBe("xn--bcher-kva.example");
  expect(questionOf({ args: ["_dmarc.test"], options: { type: "txt" } })).toEqual({ name: "_dmarc.test", type: "TXT" });
  expect(await probeErrorOf(() => questionOf({ args: ["x"], options: { type: "ANY" } }))).toStartWith(
    '"ANY" is not known here; write A, NS,',
  );
  expect(reversed("2001:db8::1")).toBe("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  expect(reversed("www.test")).toBe("www.test");
  const host = fakeHost({ "/etc/resolv.conf": "# x\nsearch test\nnameserver 192.0.2.1\n nameserver ::1 \n" });
  const target = { host: "mars.example.org", addr: "192.0.2.4" };
  expect(serversOf(host, { args: ["a"], target })).toEqual(["192.0.2.1", "::1"]);
  expect(serversOf(host, { args: ["a", "{host}:53"], target })).toEqual(["192.0.2.4:53"]);
  expect(serversOf(fakeHost({}), { args: ["a"], target })).toEqual(["127.0.0.1"]);
});
