import { expect, test } from "bun:test";
import battery from "../../probes/battery.ts";
import { fakeHost, given, probeErrorOf } from "./fake-host.ts";

function supplies(all: Record<string, Record<string, string>>) {
  const files = Object.entries(all).flatMap(([name, own]) =>
    Object.entries(own).map(([file, text]) => [`/sys/class/power_supply/${name}/${file}`, `${text}\n`] as const),
  );
  return fakeHost(Object.fromEntries(files));
}
const BAT0 = {
  type: "Battery",
  status: "Discharging",
  present: "1",
  capacity: "81",
  energy_full: "40000000",
  energy_full_design: "50000000",
};

test("one battery", async () => {
  expect(await battery.read(supplies({ AC: { type: "Mains", online: "0" }, BAT0 }), given())).toEqual({
    charge: 81,
    discharging: 1,
    health: 80,
  });
});

test("of several the emptiest, with its name", async () => {
  const BAT1 = { type: "Battery", status: "Full", charge_now: "100", charge_full: "1000" };
  expect(await battery.read(supplies({ BAT0: { ...BAT0, status: "Not charging" }, BAT1 }), given())).toEqual({
    charge: { value: 10, text: "BAT1" },
    discharging: 0,
    health: 80,
  });
});

test("a mouse's battery and an empty bay are none of this host's", async () => {
  expect(
    await battery.read(supplies({ mouse: { ...BAT0, scope: "Device" }, BAT1: { ...BAT0, present: "0" } }), given()),
  ).toEqual({});
  expect(await battery.read(fakeHost({}), given())).toEqual({});
});

test("a driver that gives nonsense", async () => {
  const health = { ...BAT0, energy_full_design: "0" };
  expect(await battery.read(supplies({ BAT0: health }), given())).toMatchObject({ health: null });
  expect(await probeErrorOf(() => battery.read(supplies({ BAT0: { ...BAT0, capacity: "many" } }), given()))).toContain(
    "power_supply/BAT0/capacity: expected a number",
  );
});
