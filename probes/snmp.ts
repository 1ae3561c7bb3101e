// Any value of an SNMP agent, by its object identifier (RFC 3416): what no other probe knows.

import { type Form, quoted, WordError } from "../src/core/form.ts";
import { defineProbe, type Options, optionOf } from "../src/core/probe.ts";
import { counterOf, ProbeError, type Reading } from "../src/core/reading.ts";
import { GLOBS, selects } from "../src/core/selector.ts";
import { OID } from "../src/core/snmp.ts";
import { agentOf } from "../src/reach/snmp.ts";
import { type SnmpValue, textOf } from "../src/reach/snmp-value.ts";

/** All agents may be off, and only some are asked at a time. */
const TIMEOUT_S = 50;

const SCALE: Form<number> = {
  is: "a number, not 0",
  parse: (word) => {
    const scale = Number(word);
    if (word.trim() !== "" && Number.isFinite(scale) && scale !== 0) return scale;
    const point = word.replace(",", ".");
    throw new WordError(`${quoted(word)} is no factor`, `write ${Number(point) ? point : "a number such as 0.1"}`);
  },
};

const OPTIONS = {
  scale: { form: SCALE, doc: "factor that makes the device's number one of the item's unit", default: "1" },
  match: { form: GLOBS, doc: "texts that are as they should be: then the value is 1, else 0" },
} satisfies Options;

export default defineProbe({
  name: "snmp",
  doc: "Any value of a device that speaks SNMP, by its object identifier.",
  args: [{ name: "oid", form: OID, doc: "The object identifier." }],
  options: OPTIONS,
  values: {
    value: {
      unit: "",
      kind: "gauge",
      doc: "The number, or the number that a text is; a text that is none is shown and counts as 1. Without a default fitness: dmon cannot know what it means.",
    },
    rate: {
      unit: "",
      kind: "rate",
      doc: "The same of a counter, by the second; no data for a text that is no whole number. Without a default fitness: dmon cannot know what it means.",
    },
  },
  example: "item cpu5 snmp 1.3.6.1.4.1.9.2.1.58.0 unit=%",
  timeout_s: TIMEOUT_S,
  remote: "snmp",
  read: async (_, given) => {
    const oid = OID.parse(given.args[0] ?? "");
    const scale = optionOf(OPTIONS, "scale", given);
    const agent = agentOf(given.target);
    const [epoch, values] = await Promise.all([agent.epoch(), agent.get([oid])]);
    const value = values.get(oid);
    if (!value)
      throw new ProbeError(`the device has no ${oid}${oid.endsWith(".0") ? "" : "; single values end in .0"}`);
    return evaluate(value, scale, optionOf(OPTIONS, "match", given), epoch);
  },
});

/** Time ticks become seconds. Many devices write their numbers as text: `23.5`, and some put a unit behind: `23.5 C`. */
export function evaluate(value: SnmpValue, scale = 1, match?: string, epoch = 0): { value: Reading; rate: Reading } {
  const both = (number: number) => ({
    value: number,
    rate: counterOf(number, epoch),
  });
  const text = textOf(value);
  if (match !== undefined) return { value: { value: selects(match, text) ? 1 : 0, text }, rate: null };
  if (value.type === "ticks") return both((value.number / 100) * scale);
  if ("number" in value) return both(value.number * scale);
  const written = /^([+-]?\d+(?:\.\d+)?) ?[A-Za-z%°µ/]{0,6}$/.exec(text)?.[1];
  if (value.type !== "bytes" || written === undefined) return { value: { value: 1, text }, rate: null };
  const all = both(Number(written) * scale);
  return /^\d+$/.test(text) ? all : { ...all, rate: null }; // no counter has a fraction, a sign or a unit behind it
}
