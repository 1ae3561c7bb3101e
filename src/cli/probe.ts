// dmon probe: runs a probe once and shows what it supplies: value, unit, level, time.

import { probes } from "../../probes/index.ts";
import { localHost } from "../client/host.ts";
import { planReaders } from "../client/plan.ts";
import { run } from "../client/run.ts";
import { States } from "../client/states.ts";
import { didYouMean } from "../core/diagnostic.ts";
import { DEFAULT_LEVELS } from "../core/fitness.ts";
import { slug } from "../core/names.ts";
import type { Probe } from "../core/probe.ts";
import { formatValue } from "../core/units.ts";
import { VERSION } from "../version.ts";
import { findItem, itemName, knownItems } from "../work/catalogue.ts";
import { parseDefaultFit } from "../work/rules.ts";
import type { ClientWork } from "../work/works.ts";
import { defineCli, UsageError } from "./command.ts";
import { table } from "./help.ts";

/** Rates need two samples: a second apart is enough for a look. */
const BETWEEN_SAMPLES_MS = 1000;
const HERE = "localhost";

export default defineCli({
  name: "probe",
  args: "[NAME [ARG…]]",
  count: [0, Number.POSITIVE_INFINITY],
  verbatim: true,
  doc: "Run a probe once and show its values, units, levels and time. Without a name: all that this host can supply.",
  more: `Rates are taken over one second.\n\nProbes:\n${table(probes.map(({ name, args, doc }) => [[name, ...(args ?? []).map((arg) => arg.toUpperCase())].join(" "), doc]))}`,
  async run({ args, settings, out }) {
    const [name, ...given] = args;
    const { conf } = await settings();
    const cpu = process.cpuUsage();
    const self = () => ({
      version: VERSION,
      cycle_ms: 0,
      cpu_s: (cpu.user + cpu.system) / 1e6,
      rss_bytes: process.memoryUsage.rss(),
      outbox: 0,
    });
    const host = localHost({ root: conf.root, self });
    const chosen = name === undefined ? probes : [named(name, given)];
    const items: ClientWork["hosts"][string]["items"] = {};
    for (const probe of chosen) {
      const instances = !probe.args?.length
        ? [[]]
        : given.length > 0
          ? [given]
          : (probe.instances?.(host) ?? []).map((each) => [each]);
      for (const instance of instances) Object.assign(items, itemsOf(probe, instance));
    }
    const work: ClientWork = {
      host: HERE,
      server: HERE,
      pmaker: false,
      levels: [...DEFAULT_LEVELS],
      hosts: { [HERE]: { tag: HERE, items } },
    };
    const clock = { now_s: () => Date.now() / 1000, mono_ms: () => performance.now() };
    const states = new States(clock, () => "", []);
    states.setWork(work);
    const readers = planReaders(work);
    const rates = readers.some(({ probe, items: own }) =>
      own.some((item) => probe?.values[item.work.value]?.kind === "rate"),
    );
    const times = new Map<string, number>();
    for (let sample = 0; sample < (rates ? 2 : 1); sample++) {
      if (sample > 0) await Bun.sleep(BETWEEN_SAMPLES_MS);
      for (const reader of readers) {
        const start = performance.now();
        const result = await run(reader, host);
        const took = performance.now() - start;
        for (const item of reader.items) {
          times.set(item.name, took);
          states.update(item, reader.probe?.values[item.work.value], result, performance.now());
        }
      }
    }
    const rows = Object.entries(states.report()[HERE] ?? {}).map(([item, state]) => {
      const value = state.error ?? (state.value === null ? "no data" : formatValue(state.value, state.unit));
      const level = state.value === null && !state.error ? "-" : state.level;
      return [item, value, level, `${(times.get(item) ?? 0).toFixed(2)} ms`, state.text ?? state.rule ?? ""] as const;
    });
    out(`${columns([["item", "value", "level", "time", ""], ...rows])}\n`);
    return rows.some(([, , level]) => level === "dead") ? 1 : 0;
  },
});

function named(name: string, given: readonly string[]): Probe {
  const probe = probes.find((each) => each.name === name);
  if (!probe) throw new UsageError(`there is no probe "${name}"; ${hint(name)}`);
  const wanted = probe.args ?? [];
  if (given.length > wanted.length) {
    throw new UsageError(
      `the probe ${name} takes ${wanted.length} arguments; usage: dmon probe ${[name, ...wanted.map((arg) => arg.toUpperCase())].join(" ")}`,
    );
  }
  return probe;
}

function hint(name: string): string {
  const item = findItem(name);
  if (item) return `it is an item; try: dmon probe ${[item.probe.name, ...item.args].join(" ")}`;
  const names = probes.map((each) => each.name);
  const known = [...names, ...knownItems(name)];
  return didYouMean(name, known) ?? `there are ${names.join(", ")}`;
}

function itemsOf(probe: Probe, args: string[]): ClientWork["hosts"][string]["items"] {
  return Object.fromEntries(
    Object.entries(probe.values).map(([value, declared]) => [
      itemName(declared, args[0] === undefined ? undefined : slug(args[0])),
      {
        probe: probe.name,
        value,
        args,
        fit: declared.fit ? parseDefaultFit(declared.fit, declared.unit, DEFAULT_LEVELS) : [],
      },
    ]),
  );
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
