// What Munin's plugins print and how they are configured, as the Munin Guide has it (plugin protocol, "Advanced network
// topics: multigraph, dirtyconfig", plugin-conf.d). Pure.

import { TEXT_CHARS_MAX } from "./limits.ts";
import type { Found, FoundRule } from "./probe.ts";
import type { Kind, Reading } from "./reading.ts";
import { parseNumber } from "./units.ts";

/** What is taken of a field; the rest is for drawing. */
const ATTRIBUTES = new Set(["label", "type", "min", "max", "warning", "critical", "cdef", "value", "extinfo"]);

export interface Graph {
  vlabel?: string;
  /** The attributes of each field by its name. */
  fields: Map<string, Map<string, string>>;
}

/** Graphs by their names, "" where a plugin has only one. */
export type Graphs = Map<string, Graph>;

/** Parses what `config`, a fetch, or `config` with its values (dirtyconfig) prints. Other lines are left out, as Munin does. */
export function parseGraphs(text: string): Graphs {
  const graphs: Graphs = new Map();
  let name = "";
  const current = () => {
    const graph: Graph = graphs.get(name) ?? { fields: new Map() };
    graphs.set(name, graph);
    return graph;
  };
  for (const raw of text.split("\n")) {
    const line = raw.trimEnd();
    const [begin = "", key = ""] = /^([^\s#]+)\s+(?=\S)/.exec(line) ?? [];
    const value = line.slice(begin.length, begin.length + TEXT_CHARS_MAX);
    const dot = key.indexOf(".");
    const attribute = key.slice(dot + 1);
    if (key === "multigraph") name = value;
    else if (key === "graph_vlabel") current().vlabel = value;
    else if (dot > 0 && ATTRIBUTES.has(attribute)) {
      const { fields } = current();
      const field = key.slice(0, dot);
      fields.set(field, (fields.get(field) ?? new Map<string, string>()).set(attribute, value));
    }
  }
  return graphs;
}

export function hasValues(graphs: Graphs): boolean {
  return graphs.values().some(({ fields }) => fields.values().some((attributes) => attributes.has("value")));
}

/** Whether there is a value of a field that the configuration does not have. */
export function hasStrangers(values: Graphs, config: Graphs): boolean {
  return values.entries().some(([name, { fields }]) => {
    const known = config.get(name)?.fields;
    return fields.keys().some((field) => !known?.has(field));
  });
}

/**
 * The values with what the configuration says of them. `sums` adds up what ABSOLUTE fields count, which begin anew at every
 * reading, so that they are counters. The cdef is not applied: values are as the plugin measured them. Fields of the graph
 * that has the plugin's name have no other name before their own.
 */
export function evaluate(config: Graphs, values: Graphs, sums: Map<string, number>, plugin: string): Found[] {
  const found: Found[] = [];
  for (const [name, { fields }] of values) {
    const graph = config.get(name);
    for (const [field, attributes] of fields) {
      const text = attributes.get("value");
      if (text === undefined) continue;
      const key = name === "" || name === plugin ? field : `${name}.${field}`;
      const declared = graph?.fields.get(field) ?? new Map<string, string>();
      const type = declared.get("type")?.toUpperCase() ?? "GAUGE";
      let value = parseValue(text);
      if (type === "ABSOLUTE" && value !== null) {
        value += sums.get(key) ?? 0;
        sums.set(key, value);
      }
      const extinfo = attributes.get("extinfo");
      found.push({
        key,
        reading: asReading(value, extinfo),
        ...unitAndKind(type, declared.has("cdef") ? undefined : graph?.vlabel),
        ...limits(declared),
      });
    }
  }
  return found;
}

function asReading(value: number | null, text: string | undefined): Reading {
  return value === null || text === undefined ? value : { value, text };
}

/** `12.5`, `-1e3`, `EPOCH:12.5`; null for `U` and for what is no number. */
export function parseValue(text: string): number | null {
  const word = text.replace(/^(\d+|N):/, "");
  return /^[-+]?(\d+(?:\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(word) && Number.isFinite(Number(word))
    ? Number(word)
    : null;
}

function limits(declared: ReadonlyMap<string, string>): Partial<Found> {
  const label = declared.get("label");
  const min = parseValue(declared.get("min") ?? "U");
  const max = parseValue(declared.get("max") ?? "U");
  const fit = [...ruleOf("soso", declared.get("warning")), ...ruleOf("crit", declared.get("critical"))];
  return {
    ...(label === undefined ? {} : { label }),
    ...(min === null ? {} : { min }),
    ...(max === null ? {} : { max }),
    ...(fit.length > 0 ? { fit } : {}),
  };
}

/** A range outside of which a value has that level: `90`, `:90`, `10:`, `10:90`. None for anything else. */
export function ruleOf(level: string, range: string | undefined): FoundRule[] {
  const [, low = "", high = ""] = /^(?:([^:]*):)?([^:]*)$/.exec(range ?? "") ?? [];
  const [min, max] = [low, high].map((word) => parseNumber(word, ""));
  if (min !== undefined && max !== undefined)
    return min > max ? [] : [{ level, test: { op: "outside", low: min, high: max }, text: `!${min}..${max}` }];
  if (max !== undefined) return [{ level, test: { op: ">", value: max }, text: `>${max}` }];
  if (min !== undefined) return [{ level, test: { op: "<", value: min }, text: `<${min}` }];
  return [];
}

/** Vertical labels that are units of ours. */
const UNITS: Readonly<Record<string, string>> = {
  "%": "%",
  percent: "%",
  percentage: "%",
  bytes: "B",
  byte: "B",
  s: "s",
  sec: "s",
  seconds: "s",
  ms: "ms",
  milliseconds: "ms",
};
/** A word that can stand behind a number. */
const WORD = /^[A-Za-z°][A-Za-z°]{0,11}$/;

/** The unit that the vertical label names where it is a short one: `%`, `Bytes`, `packets / ${graph_period}`. */
function unitAndKind(type: string, vlabel = ""): { unit: string; kind: Kind } {
  const word = vlabel.replace(/\s*(\/|\bper\b)\s*(\$\{graph_period\}|second|sec|s)$/, "");
  const unit = UNITS[word.toLowerCase()] ?? (WORD.test(word) ? word : "");
  const counts = type === "COUNTER" || type === "DERIVE" || type === "ABSOLUTE";
  if (!counts) return { unit: word === vlabel || unit === "" ? unit : `${unit}/s`, kind: "gauge" };
  // CPU seconds a second, in hundredths, are what Munin calls %.
  return { unit: unit === "%" ? unit : `${unit || "1"}/s`, kind: "rate" };
}

/** What plugin-conf.d says of a plugin. */
export interface PluginConf {
  user?: string;
  /** `adm, (Debian-exim)`: groups, those in brackets where there are such. */
  group?: string;
  command?: string;
  env: Record<string, string>;
}

/**
 * What files of plugin-conf.d say of a plugin: of the same section later files go before earlier ones, its own section before
 * `if_*`, and that before `i*`.
 */
export function parsePluginConf(texts: readonly string[], plugin: string): PluginConf {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const raw of texts.join("\n").split("\n")) {
    const line = raw.replace(/(^|[^\\])#.*/, "$1").trim();
    const heading = /^\[\s*([^\]]+?)\s*\]$/.exec(line)?.[1];
    if (heading !== undefined) {
      section = sections.get(heading) ?? new Map();
      sections.set(heading, section);
    } else {
      const [, key, value] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
      if (key !== undefined && value !== undefined) section?.set(key, value.replaceAll("\\#", "#"));
    }
  }
  const wild = [...sections.keys()].filter((name) => matches(name, plugin)).sort();
  const all = new Map([...wild, plugin].flatMap((name) => [...(sections.get(name) ?? [])]));
  const env = [...all].filter(([key]) => key.startsWith("env."));
  const [user, group, command] = ["user", "group", "command"].map((key) => all.get(key));
  return {
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    ...(command === undefined ? {} : { command }),
    env: Object.fromEntries(env.map(([key, value]) => [key.slice("env.".length), value])),
  };
}

function matches(pattern: string, plugin: string): boolean {
  if (pattern.endsWith("*")) return plugin.startsWith(pattern.slice(0, -1));
  return pattern.startsWith("*") && plugin.endsWith(pattern.slice(1));
}
