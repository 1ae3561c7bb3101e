// One unit of systemd, asked over D-Bus (org.freedesktop.systemd1(5)). Linux with systemd.

import { defineProbe } from "../src/core/probe.ts";
import { ProbeError, type Reading } from "../src/core/reading.ts";
import type { Bus } from "../src/reach/dbus.ts";
import { asNumber, asText } from "../src/reach/dbus-values.ts";
import { onSystemd, PATH, property, SYSTEMD } from "../src/reach/systemd.ts";

const UNIT = "org.freedesktop.systemd1.Unit";
const SERVICE = "org.freedesktop.systemd1.Service";
/** Of what can be told active from inactive, these are. */
const ACTIVE = new Set(["active", "reloading", "refreshing", "activating"]);

export default defineProbe({
  name: "unit",
  doc: "One unit of systemd: whether it is active, since when, and how often it was started anew.",
  args: [{ name: "unit", doc: "The unit, `nginx.service`; without an ending a service is meant." }],
  example: "item nginx unit nginx.service",
  values: {
    active: {
      unit: "",
      kind: "state",
      fit: "sick <1 for 2m",
      doc: "Whether it is active (1). A timer's service is not between its runs: there the timer is the unit to watch. The text has the state that systemd tells.",
    },
    restarts: {
      unit: "restarts",
      kind: "gauge",
      doc: "How often systemd has started it anew since it was started by hand; of services.",
    },
    age: { unit: "s", kind: "time", doc: "Time since it entered the state that it is in." },
    memory: { unit: "B", kind: "gauge", doc: "Memory of all its processes, with their page cache; of services." },
  },
  needs: "the system bus (dbus), or root.",
  nodata: "hosts that systemd does not run.",
  read: async (host, { args: [name = ""] }) =>
    (await onSystemd(host, (bus) => readUnit(bus, /\.[a-z]+$/.test(name) ? name : `${name}.service`, host.now()))) ??
    {},
});

async function readUnit(bus: Bus, name: string, now_s: number) {
  const manager = { destination: SYSTEMD, path: PATH, interface: "org.freedesktop.systemd1.Manager" };
  const [path] = await bus.call({ ...manager, member: "LoadUnit", signature: "s", args: [name] });
  const unit = asText(path);
  if ((await property(bus, unit, UNIT, "LoadState")) === "not-found")
    throw new ProbeError(`systemd knows no unit ${name}; see: systemctl list-unit-files`);
  const state = asText(await property(bus, unit, UNIT, "ActiveState"));
  const sub = asText(await property(bus, unit, UNIT, "SubState"));
  const changed_us = asNumber(await property(bus, unit, UNIT, "StateChangeTimestamp"));
  const active: Reading = { value: ACTIVE.has(state) ? 1 : 0, text: `${state} (${sub})` };
  const age = changed_us > 0 ? Math.max(0, now_s - changed_us / 1e6) : null;
  if (!name.endsWith(".service")) return { active, age };
  const memory = asNumber(await property(bus, unit, SERVICE, "MemoryCurrent"));
  // Where it is not counted systemd gives 2^64 - 1.
  const counted = memory > 0 && memory < Number.MAX_SAFE_INTEGER;
  return {
    active,
    age,
    restarts: asNumber(await property(bus, unit, SERVICE, "NRestarts")),
    memory: counted ? memory : null,
  };
}
