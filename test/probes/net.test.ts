import { describe, expect, test } from "bun:test";
import net, { busyPercentSeconds, parseNetDev } from "../../probes/net.ts";
import { ProbeError } from "../../src/core/reading.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

const HEADING = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;
const row = (name: string, start = 1) => `  ${name}: ${Array.from({ length: 16 }, (_, i) => start + i).join("   ")}\n`;
const hostWith = (...names: string[]) =>
  fakeHost({ "/proc/net/dev": HEADING + names.map((name) => row(name)).join("") });

describe("net", () => {
  test("takes bytes, errors and drops of both ways from their columns", async () => {
    expect(await net.read(hostWith("eth0"), given("eth0"))).toMatchObject({
      rx: 1,
      tx: 9,
      errors: 3 + 11,
      drops: 4 + 12,
    });
  });

  describe("the link", () => {
    /** The files of /sys/class/net/eth0; carrier and speed of one that is down cannot be read. */
    const host = (files: Record<string, string>) => {
      const at = (name: string) => `/sys/class/net/eth0/${name}`;
      const all = Object.fromEntries(Object.entries(files).map(([name, text]) => [at(name), `${text}\n`]));
      const fake = fakeHost({ "/proc/net/dev": HEADING + row("eth0"), ...all });
      return {
        ...fake,
        readIfAny: (path: string) => {
          if (files.operstate === "down" && /carrier$|speed/.test(path)) throw new ProbeError("EINVAL");
          return fake.readIfAny(path);
        },
      };
    };
    const UP = {
      flags: "0x1003",
      operstate: "up",
      carrier: "1",
      carrier_up_count: "1",
      "device/uevent": "",
      speed: "1000",
    };

    test.each<[string, Record<string, string>, unknown, number | null]>([
      ["up", UP, 1, 1e9],
      ["up, of a driver without speed", { ...UP, speed: "-1" }, 1, null],
      ["up, without speed as old kernels tell it", { ...UP, speed: "4294967295" }, 1, null],
      ["a tunnel", { flags: "0x10091", operstate: "unknown", carrier: "1", speed: "10" }, 1, null],
      ["a driver without states", { flags: "0x1003", operstate: "unknown" }, 1, null],
      [
        "without carrier",
        { ...UP, operstate: "unknown", carrier: "0" },
        { value: 0, text: "the link is unknown" },
        1e9,
      ],
      ["lost", { ...UP, operstate: "down" }, { value: 0, text: "the link is down" }, null],
      [
        "of a lower one lost",
        { ...UP, operstate: "lowerlayerdown" },
        { value: 0, text: "the link is lowerlayerdown" },
        1e9,
      ],
      ["never there since boot", { ...UP, operstate: "down", carrier_up_count: "0" }, null, null],
      ["switched off", { ...UP, flags: "0x1002", operstate: "down" }, null, null],
    ])("%s", async (_, files, link, speed) => {
      expect(await net.read(host(files), given("eth0"))).toMatchObject({ link, speed });
    });
  });

  test("is as busy as the busier direction, at the speed of the moment", () => {
    const before = { seen: { rx: 1000, tx: 1000, speed: 1e9 }, result: 500, elapsed_ms: 60_000 };
    const busy = (rx: number, tx: number, speed: number | null) => busyPercentSeconds({ rx, tx, speed }, before);
    // 125 MB are one second of 1 Gbit/s: a hundred percent-seconds.
    expect(busy(1000 + 125e6, 1000 + 5e6, 1e9)).toBe(600);
    expect(busy(1000, 1000 + 125e6, 1e8)).toBe(1500);
    expect(busy(10, 2000, 1e9)).toBe(0); // made anew: a counter that goes back is no rate
    expect(busy(2000, 2000, null)).toBeNull();
    expect(busyPercentSeconds({ rx: 1e9, tx: 1, speed: 1e9 }, undefined)).toBe(0);
    expect(busyPercentSeconds({ rx: 1e9, tx: 1, speed: 1e9 }, { ...before, result: null })).toBe(0);
  });

  test("reads names with colons, and tables without a blank behind them", () => {
    const table = parseNetDev(`${HEADING}${row("eth0:1")}  eth0:388485950 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n`);
    expect([...table.keys()]).toEqual(["eth0:1", "eth0"]);
    expect(table.get("eth0")?.rx).toBe(388_485_950);
  });

  test("offers what has a wire, and what an administrator made", () => {
    const real = [
      "eth0",
      "enp65s0f0np0",
      "end0",
      "wlan0",
      "wwan0",
      "ib0",
      "bond0",
      "bond0.100",
      "team0",
      "br0",
      "vmbr0",
    ];
    const others = [
      "lo",
      "veth9f1a2b3",
      "docker0",
      "br-4d1c9a0b7e3f",
      "virbr0",
      "vnet3",
      "cali12ab34cd56e",
      "ifb0",
      "sit0",
    ];
    expect(net.instances?.(hostWith(...others, ...real, "wg0", "tun0", "ppp0"))).toEqual(
      [...real, "wg0", "tun0", "ppp0"].map((name) => name.replace(".", "_")),
    );
  });

  test("finds an interface by its name, or as an item names it; also one that is not offered", async () => {
    const host = hostWith("lo", "bond0.100", "veth1");
    expect(await net.read(host, given("bond0.100"))).toEqual(await net.read(host, given("bond0_100")));
    expect(await net.read(host, given("veth1"))).toMatchObject({ rx: 1 });
  });

  test("of hundreds of VLANs the table is read once a round", async () => {
    const names = Array.from({ length: 400 }, (_, i) => `eth0.${i}`);
    const fake = hostWith(...names);
    let reads = 0;
    const host = {
      ...fake,
      read: (path: string) => {
        reads++;
        return fake.read(path);
      },
    };
    for (const name of names) expect(await net.read(host, given(name.replace(".", "_")))).toMatchObject({ rx: 1 });
    expect(reads).toBe(1);
  });

  test("of two names that make one item, the first is meant", async () => {
    const host = fakeHost({ "/proc/net/dev": HEADING + row("a.b", 1) + row("a-b", 100) });
    expect(net.instances?.(host)).toEqual(["a_b"]);
    expect(await net.read(host, given("a_b"))).toMatchObject({ rx: 1 });
    expect(await net.read(host, given("a-b"))).toMatchObject({ rx: 100 });
  });

  test("of two names that make one item, one that is offered is meant", async () => {
    const host = fakeHost({ "/proc/net/dev": HEADING + row("br-4d1c9a0b7e3f", 1) + row("br.4d1c9a0b7e3f", 100) });
    expect(net.instances?.(host)).toEqual(["br_4d1c9a0b7e3f"]);
    expect(await net.read(host, given("br_4d1c9a0b7e3f"))).toMatchObject({ rx: 100 });
  });

  test("says which there are when there is no such interface", async () => {
    const message = await probeErrorOf(() => net.read(hostWith("lo", "eth0"), given("eth1")));
    expect(message).toBe("there is no interface eth1; there are: lo eth0");
  });

  test.each([
    ...GARBAGE,
    HEADING + row("eth0").slice(0, 30),
    `${HEADING}eth0 1 2 3\n`,
    HEADING + row("eth0").replace("16", "x"),
  ])("refuses %p", async (text) => {
    expect(await probeErrorOf(() => parseNetDev(text))).toContain("/proc/net/dev: expected");
  });
});
