import { describe, expect, test } from "bun:test";
import net, { parseNetDev } from "../../probes/net.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

const HEADING = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;
const row = (name: string, start = 1) => `  ${name}: ${Array.from({ length: 16 }, (_, i) => start + i).join("   ")}\n`;
const hostWith = (...names: string[]) =>
  fakeHost({ "/proc/net/dev": HEADING + names.map((name) => row(name)).join("") });

describe("net", () => {
  test("takes bytes, errors and drops of both ways from their columns", async () => {
    expect(await net.read(hostWith("eth0"), given("eth0"))).toEqual({ rx: 1, tx: 9, errors: 3 + 11, drops: 4 + 12 });
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
