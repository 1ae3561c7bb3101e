// An uninterruptible power supply that speaks SNMP: UPS-MIB (RFC 1628), and APC's PowerNet-MIB, which says more of APC's own.

import { formatAge } from "../src/core/interval.ts";
import { defineProbe, type Readings, type Target } from "../src/core/probe.ts";
import { ProbeError, type Reading, readingsOf } from "../src/core/reading.ts";
import { agentOf, type SnmpAgent, type SnmpRows, type SnmpValues } from "../src/reach/snmp.ts";
import { numberOf, textOf } from "../src/reach/snmp-value.ts";

const SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0";
const APC_ENTERPRISE = "1.3.6.1.4.1.318";
/** All agents may be off, and only some are asked at a time. */
const TIMEOUT_S = 50;

export default defineProbe({
  name: "ups",
  doc: "An uninterruptible power supply that speaks SNMP, by UPS-MIB or by what APC has of its own.",
  values: {
    charge: {
      item: "ups_charge",
      unit: "%",
      kind: "gauge",
      fit: "soso <80% until >90%  sick <50% until >60%  crit <25% until >35%",
      doc: "Charge of the batteries, of several the worst. After a power failure it is low for hours, as is the time that a second one would leave.",
    },
    runtime: {
      item: "ups_runtime",
      unit: "s",
      kind: "time",
      fit: "soso <10m until >11m  sick <5m until >6m  crit <3m until >4m",
      doc: "How long the batteries would last at this load. Below some minutes hosts cannot shut down in order.",
    },
    load: {
      item: "ups_load",
      unit: "%",
      kind: "gauge",
      over100: true,
      fit: "soso >80% until <75%  sick >90% for 5m until <85%  crit >100% for 2m until <95%",
      doc: "Load of what it can bear, of several phases the greatest. Overloaded it switches off, or to the mains without a battery behind.",
    },
    on_battery: {
      item: "ups_on_battery",
      unit: "",
      kind: "state",
      fit: "soso >0  sick >0 for 2m",
      doc: "Whether it lives on its batteries (1), and since when. A short failure of the mains is no more than worth knowing.",
    },
    battery_low: {
      item: "ups_battery_low",
      unit: "",
      kind: "state",
      fit: "crit >0",
      doc: "Whether the batteries are nearly empty (1), by the device's own judgement: what hangs on it will be off in minutes.",
    },
    replace_battery: {
      item: "ups_replace_battery",
      unit: "",
      kind: "state",
      fit: "sick >0",
      doc: "Whether it says (1) that a battery must be replaced: the next power failure may be short.",
    },
    bypass: {
      item: "ups_bypass",
      unit: "",
      kind: "state",
      fit: "sick >0 for 5m",
      doc: "Whether what hangs on it is not protected (1): it is in bypass, or its output is off. Somebody who services it needs some minutes.",
    },
    temp: {
      item: "ups_temp",
      unit: "°C",
      kind: "gauge",
      fit: "soso >40 until <38  sick >45 for 10m until <43  crit >55 until <50",
      doc: "Temperature of the batteries. Above 25 °C they age fast, above 50 °C they can fail.",
    },
    input_voltage: {
      item: "ups_input_voltage",
      unit: "V",
      kind: "gauge",
      doc: "Voltage of the mains, of several phases the lowest. Without a default fitness: mains have 100 to 240 V, and the device itself knows when to use its batteries.",
    },
  },
  example: "get ups1 ups_charge ups_runtime ups_on_battery ups_replace_battery",
  needs: "SNMP access to the device: snmp= in its host statement.",
  nodata: "What a device does not tell is no data: small ones know no temperature, and some no input voltage.",
  timeout_s: TIMEOUT_S,
  remote: "snmp",
  read: (_, { target }) => readUps(target),
});
type UpsReadings = Readings<
  "charge" | "runtime" | "load" | "on_battery" | "battery_low" | "replace_battery" | "bypass" | "temp" | "input_voltage"
>;

async function readUps(target: Target): Promise<UpsReadings> {
  const agent = agentOf(target);
  const model = (await agent.get([SYS_OBJECT_ID])).get(SYS_OBJECT_ID);
  const name = model ? textOf(model) : "";
  const isApc = `${name}.`.startsWith(`${APC_ENTERPRISE}.`);
  for (const mib of isApc ? ["PowerNet", "UPS"] : ["UPS", "PowerNet"]) {
    const values = await agent.get(mib === "UPS" ? upsOids : apcOids);
    if (values.size === 0) continue;
    if (mib === "PowerNet") return evaluatePowerNet(values);
    return evaluateUpsMib(values, await alarmsOf(agent, values));
  }
  throw new ProbeError(
    `it answers, but is no UPS that dmon knows: neither UPS-MIB nor PowerNet-MIB (its sysObjectID is ${name || "missing"})`,
  );
}

// PowerNet-MIB: the values of high precision are tenths; -1 is what a device does not know.
const APC = `${APC_ENTERPRISE}.1.1.1`;
const apc = {
  batteryStatus: `${APC}.2.1.1.0`,
  timeOnBattery: `${APC}.2.1.2.0`,
  charge: `${APC}.2.2.1.0`,
  temp: `${APC}.2.2.2.0`,
  runtime: `${APC}.2.2.3.0`,
  replace: `${APC}.2.2.4.0`,
  chargeTenths: `${APC}.2.3.1.0`,
  tempTenths: `${APC}.2.3.2.0`,
  inputVoltage: `${APC}.3.2.1.0`,
  inputVoltageTenths: `${APC}.3.3.1.0`,
  outputStatus: `${APC}.4.1.1.0`,
  load: `${APC}.4.2.3.0`,
  loadTenths: `${APC}.4.3.3.0`,
} as const;
const apcInputPhases = [1, 2, 3].map((phase) => `${APC}.9.2.3.1.3.1.1.${phase}`);
const apcLoadPhases = [1, 2, 3].map((phase) => `${APC}.9.3.3.1.10.1.1.${phase}`);

/** upsBasicOutputStatus. On test (15, 28) it uses its batteries without need. */
const APC_ON_BATTERY = 3;
/** upsBasicBatteryStatus: unknown 1, normal 2, low 3, fault 4, none 5. */
const APC_BATTERY_LOW = 3;
const APC_BATTERY_FAULTS = new Map([
  [4, "the batteries have a fault"],
  [5, "there is no battery"],
]);
const APC_BYPASS = new Map([
  [5, "off for a time"],
  [6, "software bypass"],
  [7, "off"],
  [8, "off to start again"],
  [9, "switched bypass"],
  [10, "hardware failure bypass"],
  [11, "off until the mains are back"],
  [16, "emergency static bypass"],
]);

const apcOids = [...Object.values(apc), ...apcInputPhases, ...apcLoadPhases];

/** Readings of PowerNet-MIB. */
export function evaluatePowerNet(values: SnmpValues): UpsReadings {
  const { at, phases, seconds } = lookIn(values);
  const tenths = (oid: string, plain: string, what: string) => {
    const fine = at(oid, what);
    return fine === undefined ? at(plain, what) : fine / 10;
  };
  const status = () => at(apc.outputStatus, "the output's status") ?? UNKNOWN;
  const battery = () => at(apc.batteryStatus, "the batteries' status") ?? UNKNOWN;
  return readingsOf({
    charge: () => percent(tenths(apc.chargeTenths, apc.charge, "the charge")),
    runtime: () => hundredths(at(apc.runtime, "the runtime")),
    load: () => {
      const whole = tenths(apc.loadTenths, apc.load, "the load");
      return worst([...phases(apcLoadPhases, "a phase's load"), ...(whole === undefined ? [] : [whole])], Math.max);
    },
    on_battery: () => known(status(), (is) => onBattery(is === APC_ON_BATTERY, seconds(apc.timeOnBattery, 0.01))),
    battery_low: () => known(battery(), (is) => Number(is === APC_BATTERY_LOW)),
    replace_battery: () => {
      const fault = APC_BATTERY_FAULTS.get(battery());
      const replace = at(apc.replace, "the battery's replacement");
      return fault === undefined && replace === undefined ? null : replace === 2 ? 1 : state(fault);
    },
    bypass: () => known(status(), (is) => state(APC_BYPASS.get(is))),
    temp: () => tenths(apc.tempTenths, apc.temp, "the temperature") ?? null,
    input_voltage: () =>
      tenths(apc.inputVoltageTenths, apc.inputVoltage, "the input voltage") ??
      worst(phases(apcInputPhases, "a phase's voltage"), Math.min),
  });
}

// UPS-MIB, RFC 1628.
const UPS = "1.3.6.1.2.1.33.1";
const ups = {
  batteryStatus: `${UPS}.2.1.0`,
  secondsOnBattery: `${UPS}.2.2.0`,
  minutesLeft: `${UPS}.2.3.0`,
  charge: `${UPS}.2.4.0`,
  temp: `${UPS}.2.7.0`,
  outputSource: `${UPS}.4.1.0`,
  alarms: `${UPS}.6.1.0`,
} as const;
const upsInputPhases = [1, 2, 3].map((phase) => `${UPS}.3.3.1.3.${phase}`);
const upsLoadPhases = [1, 2, 3].map((phase) => `${UPS}.4.4.1.5.${phase}`);
const upsOids = [...Object.values(ups), ...upsInputPhases, ...upsLoadPhases];
/** upsAlarmDescr; its values are names of alarms. */
const UPS_ALARMS = `${UPS}.6.2.1.2`;
const ALARM_BATTERY_BAD = `${UPS}.6.3.1`;

/** upsBatteryStatus: unknown 1, normal 2, low 3, depleted 4. */
const BATTERY_LOW = 3;
/** All bits of 16: six weeks, which no battery lasts. */
const MINUTES_UNKNOWN = 65_535;
/** upsOutputSource: other 1, none 2, normal 3, bypass 4, battery 5, booster 6, reducer 7. */
const ON_BATTERY = 5;
const UPS_BYPASS = new Map([
  [2, "off"],
  [4, "bypass"],
]);

/** The table of alarms has a row for each that is on now, under ever new numbers. That it cannot be read is no matter to the rest. */
async function alarmsOf(agent: SnmpAgent, values: SnmpValues): Promise<SnmpRows | ProbeError> {
  const count = values.get(ups.alarms);
  if (!count || !("number" in count) || count.number <= 0) return new Map();
  return agent.walk([UPS_ALARMS]).catch((error: unknown) => {
    if (error instanceof ProbeError) return error;
    throw error;
  });
}

/** Readings of UPS-MIB; `alarms` are the rows of its table of alarms, or why it could not be read. */
export function evaluateUpsMib(values: SnmpValues, alarms: SnmpRows | ProbeError = new Map()): UpsReadings {
  const { at, phases, seconds } = lookIn(values);
  const source = () => at(ups.outputSource, "the output's source") ?? UNKNOWN;
  return readingsOf({
    charge: () => percent(at(ups.charge, "the charge")),
    runtime: () => {
      const left = at(ups.minutesLeft, "the runtime");
      // Some give time ticks, as PowerNet-MIB has them.
      if (values.get(ups.minutesLeft)?.type === "ticks") return hundredths(left);
      return left === undefined || left >= MINUTES_UNKNOWN ? null : left * 60;
    },
    load: () => worst(phases(upsLoadPhases, "a phase's load"), Math.max),
    on_battery: () => known(source(), (is) => onBattery(is === ON_BATTERY, seconds(ups.secondsOnBattery, 1))),
    battery_low: () =>
      known(at(ups.batteryStatus, "the batteries' status") ?? UNKNOWN, (is) => Number(is >= BATTERY_LOW)),
    replace_battery: () => {
      if (at(ups.alarms, "the count of alarms") === undefined) return null;
      if (alarms instanceof ProbeError) throw alarms;
      return Number([...alarms.values()].some(([name]) => name && textOf(name) === ALARM_BATTERY_BAD));
    },
    bypass: () => known(source(), (is) => state(UPS_BYPASS.get(is))),
    temp: () => at(ups.temp, "the temperature") ?? null,
    input_voltage: () => worst(phases(upsInputPhases, "a phase's voltage"), Math.min),
  });
}

function lookIn(values: SnmpValues) {
  /** Both MIBs say by a negative number that they do not know. */
  const at = (oid: string, what: string): number | undefined => {
    const number = numberOf(values.get(oid), what, oid);
    return number === undefined || number < 0 ? undefined : number;
  };
  return {
    at,
    phases: (oids: readonly string[], what: string) => oids.flatMap((oid) => at(oid, what) ?? []),
    /** A time that is only told beside a value, so that a wrong one costs nothing. */
    seconds: (oid: string, unit_s: number) => {
      const time = values.get(oid);
      return time && "number" in time ? Math.max(0, time.number) * unit_s : 0;
    },
  };
}

/** In both MIBs the states begin with 1: unknown, or other. */
const UNKNOWN = 1;

function known(number: number, make: (number: number) => Reading): Reading {
  return number <= UNKNOWN ? null : make(number);
}

function hundredths(number: number | undefined): Reading {
  return number === undefined ? null : number / 100;
}

/** Some devices round up: 101 is full, more is nonsense. */
function percent(number: number | undefined): Reading {
  return number === undefined || number > 105 ? null : Math.min(100, number);
}

function worst(numbers: readonly number[], choose: (...all: number[]) => number): Reading {
  return numbers.length === 0 ? null : choose(...numbers);
}

function onBattery(is: boolean, seconds: number): Reading {
  return is ? { value: 1, text: `on battery for ${formatAge(seconds)}` } : 0;
}

function state(text: string | undefined): Reading {
  return text === undefined ? 0 : { value: 1, text };
}
