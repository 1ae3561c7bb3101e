import { describe, expect, test } from "bun:test";
import ups, { evaluatePowerNet, evaluateUpsMib } from "../../probes/ups.ts";
import { Minute } from "../../src/client/minute.ts";
import { States } from "../../src/client/states.ts";
import type { SnmpValue } from "../../src/reach/snmp-value.ts";
import { makeWorks } from "../../src/work/compile.ts";
import { Agent, answer, fromTree, gauge, int, name, type Tree, text, ticks } from "../reach/agent.ts";
import { lacksSnmpd, Snmpd } from "../reach/snmpd.ts";
import { fakeHost, probeErrorOf } from "./fake-host.ts";

const UPS = "1.3.6.1.2.1.33.1";
const APC = "1.3.6.1.4.1.318.1.1.1";
const MODEL = "1.3.6.1.2.1.1.2.0";
const LONG_MS = 20_000;

const given = (port: number, version = "v2c") => ({
  args: [],
  options: {},
  timeout_s: 10,
  target: { host: "ups1.example.org", addr: "127.0.0.1", snmp: `${version}/${port}:public` },
});

async function readFrom(tree: Tree, version?: string) {
  using agent = await Agent.start(fromTree(tree));
  return await ups.read(fakeHost({}), given(agent.port, version));
}

const number = (value: number): SnmpValue => ({ type: "integer", number: value });
const values = (all: Record<string, number>) =>
  new Map(Object.entries(all).map(([oid, value]) => [oid, number(value)] as const));

const upsTree: Tree = {
  [MODEL]: name("1.3.6.1.4.1.534.1"),
  [`${UPS}.2.1.0`]: int(2),
  [`${UPS}.2.2.0`]: int(0),
  [`${UPS}.2.3.0`]: int(47),
  [`${UPS}.2.4.0`]: int(100),
  [`${UPS}.2.7.0`]: int(24),
  [`${UPS}.3.3.1.3.1`]: int(231),
  [`${UPS}.3.3.1.3.2`]: int(198),
  [`${UPS}.3.3.1.3.3`]: int(229),
  [`${UPS}.4.1.0`]: int(3),
  [`${UPS}.4.4.1.5.1`]: int(31),
  [`${UPS}.4.4.1.5.2`]: int(64),
  [`${UPS}.4.4.1.5.3`]: int(12),
  [`${UPS}.6.1.0`]: gauge(0),
};

const apcTree: Tree = {
  [MODEL]: name("1.3.6.1.4.1.318.1.3.27"),
  [`${APC}.2.1.1.0`]: int(2),
  [`${APC}.2.1.2.0`]: ticks(0),
  [`${APC}.2.2.1.0`]: gauge(99),
  [`${APC}.2.2.2.0`]: gauge(23),
  [`${APC}.2.2.3.0`]: ticks(252_000),
  [`${APC}.2.2.4.0`]: int(1),
  [`${APC}.2.3.1.0`]: gauge(993),
  [`${APC}.2.3.2.0`]: int(234),
  [`${APC}.3.2.1.0`]: gauge(230),
  [`${APC}.3.3.1.0`]: gauge(2304),
  [`${APC}.4.1.1.0`]: int(2),
  [`${APC}.4.2.3.0`]: gauge(27),
  [`${APC}.4.3.3.0`]: gauge(275),
};

describe("UPS-MIB", () => {
  const well = {
    charge: 100,
    runtime: 47 * 60,
    load: 64,
    on_battery: 0,
    battery_low: 0,
    replace_battery: 0,
    bypass: 0,
    temp: 24,
    input_voltage: 198,
  };

  test("of three phases the worst, minutes as seconds", async () => {
    expect(await readFrom(upsTree)).toEqual(well);
    expect(await readFrom(upsTree, "v1")).toEqual(well);
  });

  test("a runtime in time ticks, as PowerNet-MIB has it", async () => {
    expect(await readFrom({ ...upsTree, [`${UPS}.2.3.0`]: ticks(252_000) })).toEqual({ ...well, runtime: 2520 });
  });

  test("an alarm for a bad battery, whatever its number", async () => {
    const alarms = {
      [`${UPS}.6.1.0`]: gauge(2),
      [`${UPS}.6.2.1.2.17`]: name(`${UPS}.6.3.4`),
      [`${UPS}.6.2.1.2.4711`]: name(`${UPS}.6.3.1`),
    };
    expect(await readFrom({ ...upsTree, ...alarms })).toEqual({ ...well, replace_battery: 1 });
  });

  test.each([
    [
      "on battery, for how long",
      { "4.1.0": 5, "2.2.0": 184 },
      { on_battery: { value: 1, text: "on battery for 3m 4s" } },
    ],
    ["bypass", { "4.1.0": 4 }, { on_battery: 0, bypass: { value: 1, text: "bypass" } }],
    ["an output that is off", { "4.1.0": 2 }, { on_battery: 0, bypass: { value: 1, text: "off" } }],
    ["low", { "2.1.0": 3 }, { battery_low: 1 }],
    ["depleted", { "2.1.0": 4 }, { battery_low: 1 }],
    ["unknown", { "2.1.0": 1, "4.1.0": 0 }, { battery_low: null, on_battery: null, bypass: null }],
    ["negative", { "2.4.0": -1, "2.3.0": -1, "2.7.0": -5 }, { charge: null, runtime: null, temp: null }],
    ["a charge that is rounded up, and one of nonsense", { "2.4.0": 101 }, { charge: 100 }],
    ["a charge of nonsense", { "2.4.0": 65_535 }, { charge: null }],
    ["a phase that is not used", { "3.3.1.3.1": 230, "3.3.1.3.2": -1 }, { input_voltage: 230 }],
    ["no alarms told of", {}, { replace_battery: null, load: null }],
    ["a runtime that is not known", { "2.3.0": 65_535 }, { runtime: null }],
  ])("%s", (_, said, expected) => {
    const all = Object.fromEntries(Object.entries(said).map(([end, value]) => [`${UPS}.${end}`, value]));
    expect(evaluateUpsMib(values(all as Record<string, number>))).toMatchObject(expected);
  });
});

describe("PowerNet-MIB", () => {
  const well = {
    charge: 99.3,
    runtime: 2520,
    load: 27.5,
    on_battery: 0,
    battery_low: 0,
    replace_battery: 0,
    bypass: 0,
    temp: 23.4,
    input_voltage: 230.4,
  };

  test("tenths go first, ticks are hundredths of a second", async () => {
    expect(await readFrom(apcTree)).toEqual(well);
    expect(await readFrom(apcTree, "v1")).toEqual(well);
  });

  test("one without tenths, and one that calls itself something else", async () => {
    const old = Object.fromEntries(Object.entries(apcTree).filter(([oid]) => !/\.[234]\.3\.\d\.0$/.test(oid)));
    expect(await readFrom(old)).toMatchObject({ charge: 99, load: 27, temp: 23, input_voltage: 230 });
    expect(await readFrom({ ...apcTree, [MODEL]: name("1.3.6.1.4.1.8072.3.2.10") })).toEqual(well);
  });

  test.each([
    ["on battery", { "4.1.1.0": 3, "2.1.2.0": 6000 }, { on_battery: { value: 1, text: "on battery for 1m" } }],
    ["on test", { "4.1.1.0": 28 }, { on_battery: 0, bypass: 0 }],
    ["in bypass", { "4.1.1.0": 9 }, { bypass: { value: 1, text: "switched bypass" } }],
    ["off", { "4.1.1.0": 7 }, { bypass: { value: 1, text: "off" } }],
    ["unknown", { "4.1.1.0": 1, "2.1.1.0": 1 }, { on_battery: null, bypass: null, battery_low: null }],
    ["low", { "2.1.1.0": 3 }, { battery_low: 1 }],
    ["a battery to be replaced", { "2.2.4.0": 2 }, { replace_battery: 1 }],
    ["a fault", { "2.1.1.0": 4, "2.2.4.0": 1 }, { replace_battery: { value: 1, text: "the batteries have a fault" } }],
    ["asleep", { "4.1.1.0": 11 }, { bypass: { value: 1, text: "off until the mains are back" } }],
    ["tenths unknown, the rest known", { "2.3.2.0": -1, "2.2.2.0": 21 }, { temp: 21 }],
    ["phases", { "9.3.3.1.10.1.1.1": 20, "9.3.3.1.10.1.1.2": 81, "9.3.3.1.10.1.1.3": -1 }, { load: 81 }],
  ])("%s", (_, said, expected) => {
    const all = Object.fromEntries(Object.entries(said).map(([end, value]) => [`${APC}.${end}`, value]));
    expect(evaluatePowerNet(values(all as Record<string, number>))).toMatchObject(expected);
  });
});

describe("what is no UPS", () => {
  test("says what it is", async () => {
    expect(await probeErrorOf(() => readFrom({ [MODEL]: name("1.3.6.1.4.1.9.1.516") }))).toContain(
      "1.3.6.1.4.1.9.1.516",
    );
  });
});

describe("a value of a wrong type costs its own item alone, and the error names it:", () => {
  const wrong = (what: string, oid: string, said: string) => ({
    error: `${what} (${oid}) should be a number (INTEGER, Gauge, Counter or TimeTicks), and the device says ${said}`,
  });

  test.each<[string, Tree, string, string, string, string]>([
    ["UPS-MIB, charge", upsTree, `${UPS}.2.4.0`, "charge", "the charge", 'OCTET STRING "full"'],
    ["runtime", upsTree, `${UPS}.2.3.0`, "runtime", "the runtime", 'OCTET STRING "full"'],
    ["a phase", upsTree, `${UPS}.4.4.1.5.2`, "load", "a phase's load", 'OCTET STRING "full"'],
    ["alarms", upsTree, `${UPS}.6.1.0`, "replace_battery", "the count of alarms", 'OCTET STRING "full"'],
    ["PowerNet-MIB, charge", apcTree, `${APC}.2.3.1.0`, "charge", "the charge", 'OCTET STRING "full"'],
    ["temperature", apcTree, `${APC}.2.3.2.0`, "temp", "the temperature", 'OCTET STRING "full"'],
  ])("%s", async (_, tree, oid, value, what, said) => {
    const well = await readFrom(tree);
    expect(await readFrom({ ...tree, [oid]: text("full") })).toEqual({ ...well, [value]: wrong(what, oid, said) });
  });

  test("the time on battery is told beside, and costs nothing", async () => {
    const tree = { ...upsTree, [`${UPS}.4.1.0`]: int(5), [`${UPS}.2.2.0`]: name("1.3.6") };
    expect(await readFrom(tree)).toMatchObject({ on_battery: { value: 1, text: "on battery for 0s" } });
  });

  test("a table of alarms that never ends", async () => {
    let count = 0;
    const honest = fromTree({ ...upsTree, [`${UPS}.6.1.0`]: gauge(1) });
    using agent = await Agent.start((request) =>
      request.oids.some((oid) => oid.startsWith(`${UPS}.6.2.`))
        ? answer(request, [[`${UPS}.6.2.1.2.${++count % 2 ? 5 : 3}`, int(1)]])
        : honest(request),
    );
    const { replace_battery, ...rest } = await ups.read(fakeHost({}), given(agent.port));
    expect(replace_battery).toEqual({ error: expect.stringContaining("goes in circles") });
    expect(rest).toMatchObject({ charge: 100, on_battery: 0 });
  });

  test("a client shows all but that one", async () => {
    using agent = await Agent.start(fromTree({ ...upsTree, [`${UPS}.2.4.0`]: text("full") }));
    const conf = `host mars.example.org mars
host ups1.example.org ups1 via=mars addr=127.0.0.1 snmp=v2c/${agent.port}:public
get ups1 ups_charge ups_runtime ups_load
`;
    const work = makeWorks("work.conf", conf, "mars.example.org").clients.get("mars.example.org");
    if (!work) throw new Error("no work");
    const clock = { now_s: () => 1_800_000_000, mono_ms: () => 0 };
    const states = new States(clock, () => "", []);
    const minute = new Minute(states, fakeHost({}), clock, () => {});
    minute.setWork(work);
    await minute.round();
    expect(states.report()["ups1.example.org"]).toMatchObject({
      ups_charge: { level: "dead", error: expect.stringContaining(`(${UPS}.2.4.0) should be a number`) },
      ups_runtime: { level: "fine", value: 2820 },
      ups_load: { level: "fine", value: 64 },
    });
  });
});

test.skipIf(lacksSnmpd)(
  "a power failure, from mains to battery to low to mains, as a client tells it by the default fitness",
  async () => {
    const start: [string, string, number][] = [
      ["2.1.0", "integer", 2],
      ["2.2.0", "integer", 0],
      ["2.3.0", "integer", 47],
      ["2.4.0", "integer", 100],
      ["4.1.0", "integer", 3],
      ["6.1.0", "uinteger", 0],
    ];
    await using snmpd = await Snmpd.start([
      "sysObjectID 1.3.6.1.4.1.534.1",
      ...start.map(([end, type, value]) => `override -rw ${UPS}.${end} ${type} ${value}`),
    ]);
    const items = "ups_on_battery ups_battery_low ups_charge ups_runtime";
    const conf = `host mars.example.org mars
host ups1.example.org ups1 via=mars addr=127.0.0.1 snmp=v2c/${snmpd.port}:public
get ups1 ${items}
`;
    const work = makeWorks("work.conf", conf, "mars.example.org").clients.get("mars.example.org");
    let time_s = 1_800_000_000;
    const clock = { now_s: () => time_s, mono_ms: () => time_s * 1000 };
    const told: string[] = [];
    const states = new States(clock, () => "", []);
    const minute = new Minute(states, fakeHost({}), clock, (batches) => {
      for (const { item, prev, level, text: said } of batches.flatMap(({ events }) => events))
        told.push(`${item} ${prev} > ${level}${said ? `: ${said}` : ""}`);
    });
    if (!work) throw new Error("no work");
    minute.setWork(work);
    const passes = async (minutes: number, ...changes: [end: string, value: number][]) => {
      told.length = 0;
      if (changes.length > 0)
        await snmpd.set(...changes.flatMap(([end, value]) => [`${UPS}.${end}`, end === "6.1.0" ? "u" : "i", value]));
      for (let i = 0; i < minutes; i++) {
        await minute.round();
        time_s += 60;
      }
      return told.filter((line) => line.includes("ups_")).toSorted();
    };
    expect(await passes(2)).toEqual([]);
    expect(await passes(1, ["4.1.0", 5], ["2.2.0", 20], ["2.4.0", 98])).toEqual([
      "ups_on_battery fine > soso: on battery for 20s",
    ]);
    expect(await passes(2, ["2.2.0", 140], ["2.3.0", 8], ["2.4.0", 70])).toEqual([
      "ups_charge fine > soso",
      "ups_on_battery soso > sick: on battery for 2m 20s",
      "ups_runtime fine > soso",
    ]);
    expect(await passes(1, ["2.1.0", 3], ["2.2.0", 700], ["2.3.0", 2], ["2.4.0", 15])).toEqual([
      "ups_battery_low fine > crit",
      "ups_charge soso > crit",
      "ups_runtime soso > crit",
    ]);
    expect(await passes(1, ["2.1.0", 2], ["4.1.0", 3], ["2.2.0", 0], ["2.3.0", 12], ["2.4.0", 30])).toEqual([
      "ups_battery_low crit > fine",
      "ups_on_battery sick > fine",
      "ups_runtime crit > fine",
    ]); // the charge is still below where critical ends
    expect(await passes(1, ["2.4.0", 96])).toEqual(["ups_charge crit > fine"]);
  },
  LONG_MS,
);
