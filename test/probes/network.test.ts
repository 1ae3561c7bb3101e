import { describe, expect, test } from "bun:test";
import { parseNetDev } from "../../probes/net.ts";
import network, { mostErrors, parseBond } from "../../probes/network.ts";
import { fixtureHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

/** The table of interfaces with so many errors. */
const table = (errors: Record<string, number>) => {
  const rows = Object.entries(errors).map(([name, count]) => `${name}: 0 0 ${count}${" 0".repeat(13)}\n`);
  return parseNetDev(`Inter-|\n face |bytes    packets errs drop \n${rows.join("")}`);
};
const port = (name: string, status: string) => `Slave Interface: ${name}\nMII Status: ${status}\nSpeed: 25000 Mbps\n\n`;
const HEAD = "Ethernet Channel Bonding Driver: v6.1\n\nBonding Mode: IEEE 802.3ad\nMII Status: up\n\n";

describe("network", () => {
  test.each<[string, Record<string, number>, unknown]>([
    ["names the one with the most", { eth0: 160, eth1: 10, lo: 9000 }, { value: 1, text: "eth0" }],
    ["none", { eth0: 100, eth1: 10 }, 0],
    ["one that was made anew or came does not count", { eth0: 5, eth2: 7000 }, null],
  ])("errors: %s", (_, now, wanted) => {
    const before = { seen: table({ eth0: 100, eth1: 10, lo: 0 }), result: null, elapsed_ms: 60_000 };
    expect(mostErrors(table(now), before)).toEqual(wanted as never);
    expect(mostErrors(table(now), undefined)).toBeNull();
  });

  test("names ports of bonds without a link", async () => {
    expect(await network.read(fixtureHost("server128"), given())).toMatchObject({
      bond_down: { value: 1, text: "bond0/eno2np1" },
    });
    expect(await network.read(fixtureHost("vm"), given())).toMatchObject({ bond_down: null });
  });

  test.each([
    [HEAD + port("eno1", "up") + port("eno2", "up"), []],
    [HEAD + port("eno1", "going down") + port("eno2", "down"), ["bond0/eno1", "bond0/eno2"]],
    [HEAD, []],
  ])("a bond %#", (text, wanted) => expect(parseBond(text, "bond0")).toEqual(wanted));

  test.each([...GARBAGE, `${HEAD}Slave Interface: eno1\n`, `${HEAD}Slave Interface: eno1\nMII St`])(
    "refuses %p",
    async (text) => {
      expect(await probeErrorOf(() => parseBond(text, "bond0"))).toContain("/proc/net/bonding/bond0: expected");
    },
  );
});
