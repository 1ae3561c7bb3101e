// Temperatures, fans and voltages' alarms, from /sys/class/hwmon (Documentation/hwmon/sysfs-interface). Linux.

import type { Host } from "../src/core/host.ts";
import { INSTANCES_MAX } from "../src/core/limits.ts";
import { defineFinder, type Found } from "../src/core/probe.ts";
import { counted, ProbeError, type Reading } from "../src/core/reading.ts";

const HWMON = "/sys/class/hwmon";
/** What a broken sensor or an unwired input says: nothing that a host could be. In °C. */
const REAL_MIN = -50;
const REAL_MAX = 150;
/** Below its own limit by so many degrees a sensor is hot. */
const MARGIN_C = 5;

export default defineFinder({
  name: "sensors",
  doc: "Temperatures and fans of this host, as its sensors tell them.",
  example: "get * sensors sensors_margin",
  values: {
    temp: {
      item: "sensors",
      unit: "°C",
      kind: "gauge",
      doc: "The highest temperature of all; the text names it. Without a default fitness, as what is hot depends on the part: see sensors_margin.",
    },
    margin: {
      item: "sensors_margin",
      unit: "°C",
      kind: "gauge",
      fit: `soso <${MARGIN_C} for 5m until >10  crit <0 for 1m until >5`,
      doc: "How far the nearest is below the limit at which its maker calls it critical; the text names it. No data where no sensor has such a limit.",
    },
    alarms: {
      item: "sensors_alarms",
      unit: "alarms",
      kind: "gauge",
      fit: "soso >0 for 5m",
      doc: "Sensors that raise an alarm of their own; the text names them.",
    },
  },
  finds: "each temperature (°C) and each fan (rpm)",
  needs: "a driver of the mainboard's or the processor's sensors (modprobe coretemp, nct6775, …).",
  nodata: "virtual machines and containers, which have none.",
  find: (host) => {
    const all = host
      .list(HWMON)
      .sort()
      .slice(0, INSTANCES_MAX)
      .flatMap((chip) => readChip(host, chip));
    return { readings: evaluate(all), found: all.flatMap((sensor) => asFound(sensor) ?? []) };
  },
});

export interface Sensor {
  /** Chip and label: `coretemp Core 0`. */
  name: string;
  kind: "temp" | "fan" | "in";
  /** °C, rpm; undefined where it cannot be read, or is nothing real. */
  value: number | undefined;
  /** °C. */
  critical: number | undefined;
  alarm: boolean;
}

function readChip(host: Host, chip: string): Sensor[] {
  const dir = `${HWMON}/${chip}`;
  const text = (file: string) => {
    try {
      return host.readIfAny(`${dir}/${file}`)?.trim();
    } catch (error) {
      if (error instanceof ProbeError) return undefined; // an input without a sensor fails to be read (EIO, ENXIO)
      throw error;
    }
  };
  const number = (file: string) => {
    const found = text(file);
    return found !== undefined && /^-?\d+$/.test(found) ? Number(found) : undefined;
  };
  const name = text("name") ?? chip;
  return host
    .list(dir)
    .sort(byNumber)
    .flatMap((file) => {
      const match = /^((temp|fan|in)\d+)_input$/.exec(file);
      if (!match) return [];
      const [, input = "", kind] = match;
      const raw = number(file);
      const critical = number(`${input}_crit`);
      const alarm = ["alarm", "max_alarm", "crit_alarm", "fault"].some((each) => number(`${input}_${each}`) === 1);
      return [
        {
          name: `${name} ${text(`${input}_label`) || input}`,
          kind: kind as Sensor["kind"],
          value: kind === "temp" ? real(raw) : raw,
          critical: kind === "temp" ? real(critical) : undefined,
          alarm,
        },
      ];
    });
}

// temp2 before temp10.
function byNumber(a: string, b: string): number {
  return a.replace(/\d+/g, (digits) => digits.padStart(6, "0")) < b.replace(/\d+/g, (digits) => digits.padStart(6, "0"))
    ? -1
    : 1;
}

/** Thousandths of a degree to degrees; undefined for what no part of a living host has. */
function real(milli: number | undefined): number | undefined {
  const degrees = milli === undefined ? Number.NaN : milli / 1000;
  return degrees > REAL_MIN && degrees < REAL_MAX && degrees !== 0 ? degrees : undefined;
}

/** The readings of all sensors together; no data of what there is none of. */
export function evaluate(all: readonly Sensor[]): Record<"temp" | "margin" | "alarms", Reading> {
  const temps = all.flatMap(({ name, kind, value, critical }) =>
    kind === "temp" && value !== undefined ? [{ name, value, critical }] : [],
  );
  const hottest = temps.toSorted((a, b) => b.value - a.value)[0];
  const nearest = temps
    .flatMap(({ name, value, critical }) => (critical === undefined ? [] : [{ value: critical - value, text: name }]))
    .sort((a, b) => a.value - b.value)[0];
  const alarms = all.filter(({ alarm }) => alarm).map(({ name }) => name);
  return {
    temp: hottest ? { value: hottest.value, text: hottest.name } : null,
    margin: nearest ?? null,
    alarms: all.length === 0 ? null : counted(alarms, ", "),
  };
}

function asFound({ name, kind, value }: Sensor): Found | undefined {
  if (kind === "in") return undefined; // a voltage tells a person nothing that its alarm does not
  return { key: name, reading: value ?? null, unit: kind === "temp" ? "°C" : "rpm", kind: "gauge" };
}
