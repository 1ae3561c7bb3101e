// Batteries of a notebook or a UPS on USB, from /sys/class/power_supply (Documentation/ABI/testing/sysfs-class-power). Linux.

import type { Host } from "../src/core/host.ts";
import { INSTANCES_MAX } from "../src/core/limits.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";

const SUPPLIES = "/sys/class/power_supply";

export default defineProbe({
  name: "battery",
  doc: "The battery of this host: how full it is, and whether it is in use.",
  example: "get mars battery battery_discharging",
  values: {
    charge: {
      item: "battery",
      unit: "%",
      kind: "gauge",
      fit: "soso <30% until >40%  sick <15% until >25%  crit <5% until >10%",
      doc: "Charge of the emptiest battery; the text names it where there are several.",
    },
    discharging: {
      item: "battery_discharging",
      unit: "",
      kind: "state",
      doc: "Whether this host runs on it (1). Without a default fitness: a notebook does so every day, and a server's empty one shows in battery.",
    },
    health: {
      item: "battery_health",
      unit: "%",
      kind: "gauge",
      fit: "soso <50% until >55%",
      doc: "What it can hold, of what it could when it was new.",
    },
  },
  nodata: "hosts without a battery of their own; mice and headsets are not counted.",
  read: (host) => {
    const batteries = host
      .list(SUPPLIES)
      .sort()
      .slice(0, INSTANCES_MAX)
      .flatMap((name) => readBattery(host, name) ?? []);
    if (batteries.length === 0) return {};
    return {
      charge: least(batteries.map(({ name, charge }) => [name, charge])),
      discharging: batteries.some(({ status }) => status === "Discharging") ? 1 : 0,
      health: least(batteries.map(({ name, health }) => [name, health])),
    };
  },
});

interface Battery {
  name: string;
  status: string;
  charge: number | undefined;
  health: number | undefined;
}

function readBattery(host: Host, name: string): Battery | undefined {
  const text = (file: string) => host.readIfAny(`${SUPPLIES}/${name}/${file}`)?.trim();
  // scope=Device is the battery of a mouse; present=0 an empty bay.
  if (text("type") !== "Battery" || text("scope") === "Device" || text("present") === "0") return undefined;
  const number = (file: string) => {
    const found = text(file);
    if (found === undefined) return undefined;
    if (!/^-?\d+$/.test(found)) throw notUnderstood(`${SUPPLIES}/${name}/${file}`, "a number", found);
    return Number(found);
  };
  const capacity = number("capacity");
  const now = number("energy_now") ?? number("charge_now");
  const full = number("energy_full") ?? number("charge_full");
  const design = number("energy_full_design") ?? number("charge_full_design");
  return {
    name,
    status: text("status") ?? "Unknown",
    charge: capacity ?? share(now, full),
    health: share(full, design),
  };
}

function share(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || !whole || whole < 0 ? undefined : Math.min(100, Math.max(0, (part / whole) * 100));
}

/** The least of what is known, with its name where it is one of several. */
function least(values: readonly (readonly [name: string, value: number | undefined])[]): Reading {
  const known = values.flatMap(([name, value]) => (value === undefined ? [] : [{ value, text: name }]));
  const [first] = known.sort((a, b) => a.value - b.value);
  return first === undefined ? null : known.length > 1 ? first : first.value;
}
