import { describe, expect, test } from "bun:test";
import ifmib, { choose, type Port } from "../../probes/ifmib.ts";
import type { Found } from "../../src/core/probe.ts";
import {
  Agent,
  type Coded,
  counter,
  counter64,
  fromTree,
  gauge,
  int,
  type Options,
  type Tree,
  text,
} from "../reach/agent.ts";
import { lacksSnmpd, Snmpd } from "../reach/snmpd.ts";
import { fakeHost, probeErrorOf } from "./fake-host.ts";

const IF = "1.3.6.1.2.1.2.2.1";
const IFX = "1.3.6.1.2.1.31.1.1.1";

interface Shape {
  index: number;
  name?: string;
  descr?: string;
  alias?: string;
  type?: number;
  admin?: number;
  oper?: number;
  in?: bigint;
}

/** A port as a switch tells of it; `wide`: with the 64-bit counters. */
function port(
  { index, name, descr = `port ${index}`, alias, type = 6, admin = 1, oper = 1, in: bytes = 1000n }: Shape,
  wide = true,
): Tree {
  const own: Record<string, Coded | undefined> = {
    [`${IF}.2`]: text(descr),
    [`${IF}.3`]: int(type),
    [`${IF}.5`]: gauge(1_000_000_000),
    [`${IF}.7`]: int(admin),
    [`${IF}.8`]: int(oper),
    [`${IF}.10`]: counter(Number(bytes % 2n ** 32n)),
    [`${IF}.16`]: counter(2000),
    [`${IF}.14`]: counter(3),
    [`${IF}.20`]: counter(4),
    [`${IFX}.1`]: name === undefined ? undefined : text(name),
    [`${IFX}.6`]: wide ? counter64(bytes) : undefined,
    [`${IFX}.10`]: wide ? counter64(2000n) : undefined,
    [`${IFX}.15`]: wide ? gauge(1000) : undefined,
    [`${IFX}.18`]: alias === undefined ? undefined : text(alias),
  };
  return Object.fromEntries(
    Object.entries(own).flatMap(([column, value]) => (value ? [[`${column}.${index}`, value]] : [])),
  );
}

async function readFrom(trees: Tree[], options: Options = {}, version = "v2c") {
  using agent = await Agent.start(fromTree(Object.assign({}, ...trees)));
  const target = { host: "sw1", addr: "127.0.0.1", snmp: `${version}/${agent.port}:public` };
  const supply = await ifmib.find(fakeHost({}), { timeout_s: 10, args: [], options, target });
  return { ...supply, found: supply.found ?? [], packets: agent.requests.length };
}

const shown = (found: readonly Found[]) => Object.fromEntries(found.map(({ key, reading }) => [key, reading]));

describe("ports", () => {
  test("by name, with 64-bit counters, link and speed; alias as label", async () => {
    const { readings, found } = await readFrom([
      port({ index: 10_101, name: "gi1/0/1", alias: "to the core", in: 2n ** 40n }),
      port({ index: 10_102, name: "gi1/0/2", oper: 2 }),
      port({ index: 10_103, name: "gi1/0/3", admin: 2, oper: 2 }),
      port({ index: 1, name: "Vl1", type: 53 }),
      port({ index: 2, name: "lo", type: 24 }),
    ]);
    expect(readings).toEqual({ down: { value: 1, text: "gi1/0/2" }, up: 1 });
    expect(shown(found)).toMatchObject({
      "gi1/0/1_in": 2 ** 40,
      "gi1/0/1_out": 2000,
      "gi1/0/1_errors": 7,
      "gi1/0/1_link": { value: 1, text: "1 Gbit/s" },
      "gi1/0/2_link": { value: 0, text: "down" },
      "gi1/0/3_link": { value: 0, text: "switched off" },
    });
    expect(found.length).toBe(12);
    expect(found[0]).toMatchObject({ unit: "B/s", kind: "rate", label: "to the core (in)" });
  });

  test.each(["v1", "v2c"])("of an old device, without names and 64-bit counters, %s", async (version) => {
    const { found } = await readFrom(
      [port({ index: 1, descr: "Slot: 0 Port: 1" }, false), port({ index: 2, descr: "" }, false)],
      {},
      version,
    );
    const narrow = { value: 1000, text: "counted in 32 bits only: above 71 MB/s it shows too little" };
    expect(shown(found)).toMatchObject({
      "Slot: 0 Port: 1_in": narrow,
      "Slot: 0 Port: 1_link": { value: 1, text: "1 Gbit/s" },
      "2_in": narrow,
    });
  });

  test("of which only the fast one has 64-bit counters", async () => {
    const { found } = await readFrom([
      port({ index: 1, name: "a", in: 7n }, false),
      port({ index: 2, name: "b", in: 2n ** 33n }),
    ]);
    expect(shown(found)).toMatchObject({ a_in: { value: 7 }, b_in: 2 ** 33, a_link: { text: "1 Gbit/s" } });
  });

  test("by version 1, which has no 64-bit counters: 50 of them are not asked for in vain", async () => {
    const ports = Array.from({ length: 50 }, (_, i) => port({ index: i + 1, name: `p${i}` }));
    const tree = Object.assign({}, ...ports) as Tree;
    for (const oid of Object.keys(tree)) if (tree[oid]?.tag === 70) delete tree[oid];
    const { found, packets } = await readFrom([tree], {}, "v1");
    expect(shown(found)).toMatchObject({ p0_in: { value: 1000 }, p49_out: { value: 2000 } });
    expect(packets).toBeLessThan(100);
  });

  test("faster than ifSpeed can tell", async () => {
    const fast = { ...port({ index: 1, name: "a" }, false), [`${IF}.5.1`]: gauge(2 ** 32 - 1) };
    expect(shown((await readFrom([fast])).found)).toMatchObject({ a_link: { value: 1, text: "more than 4 Gbit/s" } });
  });

  test.each<[string, string, Coded, Record<string, string>, unknown]>([
    ["ifHCInOctets", `${IFX}.6.1`, text("many"), { a_in: `in (${IFX}.6.1) should be a number` }, undefined],
    ["ifOutErrors", `${IF}.20.1`, text("many"), { a_errors: `errorsOut (${IF}.20.1) should be a number` }, undefined],
    ["ifOperStatus", `${IF}.8.1`, text("up"), { a_link: 'and the device says OCTET STRING "up"' }, { up: 1, down: 0 }],
    ["ifType, which is no item", `${IF}.3.1`, text("x"), {}, { up: 2, down: 0 }],
    ["ifHighSpeed, which is told beside", `${IFX}.15.1`, text("x"), {}, { up: 2, down: 0 }],
  ])("of which one value has a wrong type: %s", async (_, oid, coded, errors, readings) => {
    const all = [port({ index: 1, name: "a" }), port({ index: 2, name: "b" })];
    const read = await readFrom([...all, { [oid]: coded }]);
    const failed = read.found.filter(({ error }) => error !== undefined);
    expect(Object.fromEntries(failed.map(({ key, error }) => [key, error]))).toEqual(
      Object.fromEntries(Object.entries(errors).map(([key, said]) => [key, expect.stringContaining(said)])),
    );
    expect(read.found.length).toBe(8);
    if (readings) expect(read.readings).toEqual(readings);
  });

  test("with the same name are told apart", async () => {
    const { found } = await readFrom([port({ index: 1, name: "eth" }), port({ index: 2, name: "eth" })]);
    expect(Object.keys(shown(found)).filter((key) => key.endsWith("_in"))).toEqual(["eth_in", "eth_2_in"]);
  });

  test("500 of them, all or a few", async () => {
    const ports = Array.from({ length: 500 }, (_, i) =>
      port({ index: i + 1, name: `gi${Math.floor(i / 50)}/0/${i % 50}` }),
    );
    const all = await readFrom(ports);
    expect(all.found.length).toBe(2000);
    expect(all.packets).toBeLessThan(160);
    const few = await readFrom(ports, { only: "gi1/0/*,!gi1/0/7" });
    expect(few.found.length).toBe(49 * 4);
    expect(few.packets).toBeLessThan(all.packets / 1.5);
  });

  test("of a device that has none, or not those asked for, are an error", async () => {
    expect(await probeErrorOf(() => readFrom([]))).toBe("it answers, but has no table of interfaces (IF-MIB)");
    expect(await probeErrorOf(() => readFrom([port({ index: 1, name: "eth0" })], { only: "gi*" }))).toBe(
      "only=gi* names no port; there are: eth0",
    );
  });

  test("of too many some must be chosen", () => {
    const ports = Array.from({ length: 1001 }, (_, i): Port => ({ index: `.${i}`, name: `p${i}`, alias: "", type: 6 }));
    expect(() => choose(ports, undefined)).toThrow("1001 ports are more than one item can have; choose some by only=");
    expect(choose(ports, "p1*,!p10*").length).toBe(112 - 12);
  });
});

test.skipIf(lacksSnmpd)(
  "this host's own, by Debian's snmpd",
  async () => {
    await using snmpd = await Snmpd.start([]);
    const target = { host: "localhost", addr: "127.0.0.1", snmp: `v2c/${snmpd.port}:public` };
    const { found = [] } = await ifmib.find(fakeHost({}), { timeout_s: 10, args: [], options: { only: "lo" }, target });
    const { lo_in: before, lo_link: link } = shown(found);
    expect(before).toBeGreaterThan(0);
    expect(link).toMatchObject({ value: 1 });
  },
  20_000,
);
