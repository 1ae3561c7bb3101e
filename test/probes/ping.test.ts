// The probe ping: packets as bytes, loopback for real, and hosts that are silent in a network namespace.

import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import ping, { evaluate } from "../../probes/ping.ts";
import { checksum, echoRequest, parsePacket } from "../../src/reach/icmp-packet.ts";
import { lacksRoot, skipping } from "../skips.ts";
import { probeErrorOf } from "./fake-host.ts";
import { asked, here } from "./peers.ts";

const ROOT = `${import.meta.dir}/../..`;
const token = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const ip4 = Uint8Array.from([0x45, 0, 0, 84, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe("packets", () => {
  test("a request has the checksum that makes its sum nothing, and its answer is recognised", () => {
    const request = echoRequest(4, 0x1234, 7, token);
    expect(checksum(request)).toBe(0);
    const answer = new Uint8Array(request);
    answer[0] = 0;
    const heard = { is: "answer", ident: 0x1234, sequence: 7, token } as const;
    expect(parsePacket(4, answer, false)).toEqual(heard);
    expect(parsePacket(4, join(ip4, answer), true)).toEqual(heard);
    const six = echoRequest(6, 0x1234, 7, token);
    expect(parsePacket(6, six, true)).toBeUndefined(); // our own request, on loopback
    six[0] = 129;
    expect(parsePacket(6, six, true)).toEqual(heard);
  });

  test("what routers say of it", () => {
    const said = join(ip4, Uint8Array.from([3, 1, 0, 0, 0, 0, 0, 0]), ip4, echoRequest(4, 9, 8, token).subarray(0, 8));
    expect(parsePacket(4, said, true)).toEqual({
      is: "fault",
      ident: 9,
      sequence: 8,
      fault: "a router says: host unreachable",
    });
    const header = new Uint8Array(40);
    header[6] = 58;
    const six = join(Uint8Array.from([3, 0, 0, 0, 0, 0, 0, 0]), header, echoRequest(6, 9, 8, token));
    expect(parsePacket(6, six, true)).toMatchObject({
      is: "fault",
      sequence: 8,
      fault: expect.stringContaining("circle"),
    });
    const others = join(ip4, Uint8Array.from([3, 3, 0, 0, 0, 0, 0, 0]), ip4, new Uint8Array(8));
    expect(parsePacket(4, others, true)).toBeUndefined();
  });

  test("anything else, however short, is nothing", () => {
    const whole = join(ip4, Uint8Array.from([3, 1, 0, 0, 0, 0, 0, 0]), ip4, echoRequest(4, 9, 8, token).subarray(0, 8));
    for (let cut = 0; cut < whole.length; cut++) expect(parsePacket(4, whole.subarray(0, cut), true)).toBeUndefined();
    for (let i = 0; i < 2000; i++) {
      const bytes = crypto.getRandomValues(new Uint8Array(i % 100));
      for (const version of [4, 6] as const) parsePacket(version, bytes, i % 2 === 0);
    }
  });
});

test.each([
  [[3, 1, 2], 4, 2, 25],
  [[5, 1], 2, 1, 0],
  [[1], 3, 1, (2 / 3) * 100],
])("of %p and %p sent the median is %p and the loss %p", (times_ms, sent, time, loss) => {
  expect(evaluate({ sent, times_ms }, "h", 2000)).toEqual({ time, loss });
});

test("nothing came back", async () => {
  expect(await probeErrorOf(() => evaluate({ sent: 3, times_ms: [] }, "h", 2000))).toBe("no answer from h in 2 s");
  const fault = { sent: 3, times_ms: [], fault: "a router says: host unreachable" };
  expect(await probeErrorOf(() => evaluate(fault, "h", 2000))).toBe(
    "no answer from h (a router says: host unreachable)",
  );
});

describe.skipIf(lacksRoot("a raw socket"))("for real", () => {
  test("loopback, by address and by name, many at once by one socket", async () => {
    const fds = () => readdirSync("/proc/self/fd").length;
    const before = fds();
    const reading = async (words: string[], options = {}) => ping.read(here, asked(words, { count: "2", ...options }));
    const hosts = Array.from({ length: 60 }, (_, i) => `127.0.0.${i + 1}`);
    const all = Promise.all([...hosts, "::1"].map((host) => reading([host])));
    await Bun.sleep(20);
    expect(fds() - before).toBeLessThan(6);
    for (const { time, loss } of await all) {
      expect(loss).toBe(0);
      expect(time).toBeGreaterThan(0);
      expect(time).toBeLessThan(500); // by the kernel's clock, however seldom we look
    }
    expect(fds()).toBeLessThanOrEqual(before);
    expect(await reading([])).toMatchObject({ loss: 0 });
    expect(await reading(["localhost"], { ip: "4" })).toMatchObject({ loss: 0 });
  });

  test("what is no host, and no count", async () => {
    expect(await probeErrorOf(() => ping.read(here, asked(["fe80::1%nosuch0"])))).toContain(
      "no address, or of an interface",
    );
    expect(await probeErrorOf(() => ping.read(here, asked(["nosuch.invalid"])))).toContain("nosuch.invalid");
    for (const count of ["0", "21", "x"])
      expect(await probeErrorOf(() => ping.read(here, asked(["::1"], { count })))).toEndWith(
        "; write a number from 1 to 20",
      );
  });

  const inNamespace = (script: string) => {
    const done = spawnSync("unshare", ["-n", "sh", "-c", `ip link set lo up && ${script}`], {
      cwd: ROOT,
      encoding: "utf8",
    });
    return done.error ? undefined : done.stdout + done.stderr;
  };
  const look = (host: string) => `"${process.execPath}" src/main.ts probe ping ${host}`;

  test.skipIf(skipping(inNamespace("echo ok") !== "ok\n", "no network namespace can be made here"))(
    "a silent host, one without a route, and the two kinds of sockets",
    () => {
      expect(inNamespace(look("192.0.2.1"))).toContain("no answer from 192.0.2.1 (this host has no route there)");
      const silent = inNamespace(`echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all; ${look("127.0.0.1")}`);
      expect(silent).toMatch(/ping +failed +dead .* no answer from 127.0.0.1 in 2 s\nping_loss +failed/);
      const unprivileged = 'echo "0 100" > /proc/sys/net/ipv4/ping_group_range;';
      expect(inNamespace(`${unprivileged} ${look("127.0.0.1")}; ${look("::1")}`)).toMatch(
        /(ping +0\.\d+ ms(.|\n)*){2}/,
      );
      const powerless = `setpriv --bounding-set=-net_raw ${look("127.0.0.1")}`;
      expect(inNamespace(powerless)).toContain(
        "ping is not allowed: run dmon as root, or set net.ipv4.ping_group_range",
      );
    },
    30_000,
  );
});
