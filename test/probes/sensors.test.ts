import { expect, test } from "bun:test";
import sensors from "../../probes/sensors.ts";
import { ProbeError } from "../../src/core/reading.ts";
import { fakeHost, given } from "./fake-host.ts";

const HWMON = "/sys/class/hwmon";

function chips(all: Record<string, Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(all).flatMap(([chip, own]) =>
      Object.entries(own).map(([file, text]) => [`${HWMON}/${chip}/${file}`, `${text}\n`]),
    ),
  );
}

const BOARD = chips({
  hwmon0: {
    name: "coretemp",
    temp1_input: "61000",
    temp1_label: "Package id 0",
    temp1_crit: "100000",
    temp1_crit_alarm: "0",
    temp10_input: "40000",
    temp2_input: "55000",
  },
  hwmon1: {
    name: "nct6775",
    fan1_input: "1200",
    fan1_alarm: "0",
    fan2_input: "0",
    fan2_alarm: "1",
    temp7_input: "-128000",
    temp8_input: "0",
    in0_input: "904",
    in0_alarm: "1",
  },
});

test("the hottest, the nearest to its limit, alarms, and each by itself", async () => {
  expect(await sensors.find(fakeHost(BOARD), given())).toEqual({
    readings: {
      temp: { value: 61, text: "coretemp Package id 0" },
      margin: { value: 39, text: "coretemp Package id 0" },
      alarms: { value: 2, text: "nct6775 fan2, nct6775 in0" },
    },
    found: [
      { key: "coretemp Package id 0", reading: 61, unit: "°C", kind: "gauge" },
      { key: "coretemp temp2", reading: 55, unit: "°C", kind: "gauge" },
      { key: "coretemp temp10", reading: 40, unit: "°C", kind: "gauge" },
      { key: "nct6775 fan1", reading: 1200, unit: "rpm", kind: "gauge" },
      { key: "nct6775 fan2", reading: 0, unit: "rpm", kind: "gauge" },
      { key: "nct6775 temp7", reading: null, unit: "°C", kind: "gauge" },
      { key: "nct6775 temp8", reading: null, unit: "°C", kind: "gauge" },
    ],
  });
});

test("a machine without sensors", async () => {
  expect(await sensors.find(fakeHost({}), given())).toEqual({
    readings: { temp: null, margin: null, alarms: null },
    found: [],
  });
});

test("an input that cannot be read is no data, and the others are read", async () => {
  const host = fakeHost(BOARD);
  const readIfAny = (path: string) => {
    if (path.endsWith("temp1_input")) throw new ProbeError("cannot read: input/output error");
    return host.readIfAny(path);
  };
  const { readings } = await sensors.find({ ...host, readIfAny }, given());
  expect(readings.temp).toEqual({ value: 55, text: "coretemp temp2" });
});
