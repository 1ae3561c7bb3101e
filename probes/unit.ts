// One unit of systemd, asked over D-Bus (org.freedesktop.systemd1(5)). Linux with systemd.

import { nearest } from "../src/core/diagnostic.ts";
import { type Form, quoted, WordError } from "../src/core/form.ts";
import { defineProbe } from "../src/core/probe.ts";
import { ProbeError, type Reading } from "../src/core/reading.ts";
import type { Bus } from "../src/reach/dbus.ts";
import { asNumber, asText } from "../src/reach/dbus-values.ts";
import { onSystemd, PATH, property, SYSTEMD } from "../src/reach/systemd.ts";

const UNIT = "org.freedesktop.systemd1.Unit";
const SERVICE = "org.freedesktop.systemd1.Service";
/** Of what can be told active from inactive, these are. */
const ACTIVE = new Set(["active", "reloading", "refreshing", "activating"]);

/** Endings of systemd.unit(5). */
const TYPES = "service socket device mount automount swap target path timer slice scope".split(" ");
const UNIT_CHARS_MAX = 255;

/** A unit by its name; without an ending it is a service. */
const UNIT_NAME: Form<string> = {
  is: "a unit's name; without an ending a service",
  parse: (word) => {
    const [, name = "", type = ""] = /^(.*)\.([a-z]+)$/.exec(word) ?? [];
    const isTyped = TYPES.includes(type);
    const wrong = (remedy: string) => new WordError(`${quoted(word)} is no unit`, remedy);
    if (/[*?[]/.test(word)) throw wrong("write one unit; of all that failed there is the item systemd_failed");
    if (!/^[\w:.\\@-]+$/.test(word) || word.length > UNIT_CHARS_MAX)
      throw wrong("write its name as systemctl list-units has it");
    if (/@(\.[a-z]+)?$/.test(word)) throw wrong(`it is a template: write ${word.replace("@", "@INSTANCE")}`);
    const near = isTyped || type === "" ? undefined : nearest(type, TYPES);
    if (near !== undefined) throw wrong(`did you mean "${name}.${near}"?`);
    return isTyped ? word : `${word}.service`;
  },
};

export default defineProbe({
  name: "unit",
  doc: "One unit of systemd: whether it is active, since when, and how often it was started anew.",
  args: [{ name: "unit", form: UNIT_NAME, doc: "The unit." }],
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
  read: async (host, { args: [word = ""] }) => {
    const name = UNIT_NAME.parse(word);
    return (await onSystemd(host, (bus) => readUnit(bus, name, host.now()))) ?? {};
  },
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
