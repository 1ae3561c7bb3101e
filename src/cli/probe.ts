// dmon probe: runs a probe and shows what it supplies: value, unit, level, time and programs started.

import { isIP } from "node:net";
import { join } from "node:path";
import { allProbes } from "../../probes/index.ts";
import { discover } from "../client/discover.ts";
import { localHost, PROGRAMS_DIR } from "../client/host.ts";
import { planReaders, type Reader } from "../client/plan.ts";
import { run } from "../client/run.ts";
import { States } from "../client/states.ts";
import { didYouMean } from "../core/diagnostic.ts";
import { DEFAULT_LEVELS } from "../core/fitness.ts";
import { type Host, type Probe, probeUsage, type SelfStats, type Target } from "../core/probe.ts";
import type { ItemState } from "../core/report.ts";
import { parseSnmpAccess, SNMP_FORM } from "../core/snmp.ts";
import { formatValue } from "../core/units.ts";
import { VERSION } from "../version.ts";
import { findItem, knownItems } from "../work/catalogue.ts";
import { HERE, workOfProbe } from "../work/probe-work.ts";
import type { ClientWork } from "../work/works.ts";
import { type CliContext, defineCli, UsageError } from "./command.ts";
import { table } from "./help.ts";

/** Rates need two samples: a second apart is enough for a look. */
const BETWEEN_SAMPLES_MS = 1000;
const WATCH_S = 2;

export default defineCli({
  name: "probe",
  args: "[NAME [ARG…]]",
  count: [0, Number.POSITIVE_INFINITY],
  verbatim: true,
  doc: "Run a probe once and show its values, units, levels, time and programs started. Without a name: all that this host can supply.",
  more: `Another host's SNMP: dmon probe --host=192.0.2.7 --snmp=v2c:public ups. Rates are taken over one second, by a second reading: the time is that of the longer one, the programs are those that both started. docs/probes.md tells all of every probe.\n\nProbes:\n${table(allProbes().map((probe) => [probeUsage(probe), probe.doc]))}`,
  options: {
    discover: { doc: "show what this host can supply as lines for a work-config, with the values now" },
    host: { value: "HOST", doc: "the host to ask, a name or an address, for probes that ask one over the network" },
    snmp: { value: "ACCESS", doc: `how it speaks SNMP: ${SNMP_FORM}; default v2c:public with --host` },
    watch: { doc: `repeat it every ${WATCH_S} s, until Ctrl-C` },
  },
  async run(context) {
    const [name, ...words] = context.args;
    const { conf } = await context.settings();
    const look = new Look(conf.root, join(conf.vardir, PROGRAMS_DIR), targetOf(context.options));
    if (context.options.discover) return showAll(context, look, name);
    look.take(name === undefined ? await supplied(look.host) : workOfProbe(named(name), words, fail));
    let worst = await look.sample();
    context.out(`${look.table()}\n`);
    while (context.options.watch) {
      await Bun.sleep(WATCH_S * 1000);
      worst = await look.round();
      context.out(`\n${look.table()}\n`);
    }
    return worst ? 1 : 0;
  },
});

/** The host that `--host` and `--snmp` name, as a work would have it. */
function targetOf({ host, snmp }: CliContext["options"]): Target {
  const name = typeof host === "string" ? host : HERE;
  const words = typeof snmp === "string" ? snmp : typeof host === "string" ? "v2c:public" : undefined;
  const access = words === undefined ? undefined : parseSnmpAccess(words);
  if (access && "error" in access) throw new UsageError(`--snmp: ${access.error}; ${access.hint}`);
  return { host: name, ...(isIP(name) ? { addr: name } : {}), ...(words === undefined ? {} : { snmp: words }) };
}

function fail(message: string): never {
  throw new UsageError(message);
}

/** Everything that this host can supply, as the work of one client. */
async function supplied(host: Host): Promise<ClientWork["hosts"][string]["items"]> {
  const items: ClientWork["hosts"][string]["items"] = {};
  for (const { probe, items: names } of await discover(allProbes(), host)) {
    for (const name of names) {
      const args = findItem(name)?.args ?? [];
      const all = workOfProbe(probe, [...args], fail);
      const own = all[name];
      if (own) items[name] = own;
    }
  }
  return items;
}

/** One look at what items are worth, without a store. */
class Look {
  readonly host: Host;
  private readonly states: States;
  /** How long the longest reading took, and how many programs were started by all. */
  private readonly costs = new Map<Reader, { ms: number; programs: number }>();
  private readers: Reader[] = [];
  private readonly target: Target;

  constructor(root: string, programs: string, target: Target) {
    this.target = target;
    this.host = localHost({ root, self, programs, adopts: true });
    const clock = { now_s: () => Date.now() / 1000, mono_ms: () => performance.now() };
    this.states = new States(clock, () => "", []);
  }

  take(items: ClientWork["hosts"][string]["items"]): void {
    const { host, ...how } = this.target;
    const work: ClientWork = {
      host,
      server: host,
      pmaker: false,
      levels: [...DEFAULT_LEVELS],
      hosts: { [host]: { tag: host, ...how, items } },
    };
    this.states.setWork(work);
    this.readers = planReaders(work);
  }

  /** Reads everything, and what has a value only after two readings a second time. Whether something is dead. */
  async sample(): Promise<boolean> {
    await this.round();
    const state = this.state();
    // What a probe finds may make a rate itself, as many plugins do: then it has no value yet.
    const isEarly = (reader: Reader) =>
      reader.items.some(({ work }) => reader.probe?.values[work.value]?.delta) ||
      reader.items.some(({ name }) =>
        Object.entries(state).some(
          ([item, { kind, value, error }]) =>
            (kind === "rate" || (reader.probe && "finds" in reader.probe)) &&
            value === null &&
            !error &&
            (item === name || item.startsWith(`${name}.`)),
        ),
      );
    const again = this.readers.filter(isEarly);
    if (again.length > 0) await Bun.sleep(BETWEEN_SAMPLES_MS);
    return this.read(again);
  }

  async round(): Promise<boolean> {
    this.costs.clear();
    return this.read(this.readers);
  }

  private async read(readers: readonly Reader[]): Promise<boolean> {
    for (const reader of readers) {
      const start_ms = performance.now();
      const cost = this.costs.get(reader) ?? { ms: 0, programs: 0 };
      this.costs.set(reader, cost);
      const host: Host = {
        ...this.host,
        run: async (program) => {
          const finished = await this.host.run(program); // fails where it could not be started
          cost.programs++;
          return finished;
        },
      };
      const result = await run(reader, host);
      const now_ms = performance.now();
      cost.ms = Math.max(cost.ms, now_ms - start_ms);
      for (const item of reader.items) {
        this.states.update(item, reader.probe?.values[item.work.value], result, now_ms);
      }
      const [main] = reader.items;
      if (main && reader.probe && "finds" in reader.probe) this.states.updateFound(main, result, now_ms);
    }
    return Object.values(this.state()).some(({ level }) => level === "dead");
  }

  state(): Record<string, ItemState> {
    return this.states.report()[this.target.host] ?? {};
  }

  table(): string {
    const state = this.state();
    const rows = this.readers.flatMap((reader) => {
      const cost = this.costs.get(reader) ?? { ms: 0, programs: 0 };
      const names = new Set(reader.items.map(({ name }) => name));
      const found = Object.keys(state).filter((item) => [...names].some((name) => item.startsWith(`${name}.`)));
      return [...new Set([...names, ...found])].flatMap((item) => {
        const shown = state[item];
        return shown ? [[item, ...cells(shown), `${cost.ms.toFixed(2)} ms`, String(cost.programs), note(shown)]] : [];
      });
    });
    return columns([["item", "value", "level", "time", "programs", ""], ...rows]);
  }
}

function self(): SelfStats {
  const cpu = process.cpuUsage();
  return {
    version: VERSION,
    cycle_ms: 0,
    cpu_s: (cpu.user + cpu.system) / 1e6,
    rss_bytes: process.memoryUsage.rss(),
    outbox: 0,
  };
}

function cells(state: ItemState): [value: string, level: string] {
  const value = state.error ?? (state.value === null ? "no data" : formatValue(state.value, state.unit));
  return [value, state.value === null && !state.error ? "-" : state.level];
}

function note({ text, rule, label }: ItemState): string {
  return text ?? rule ?? label ?? "";
}

/** What can be pasted into a work-config, with what it is worth now. */
async function showAll({ out }: CliContext, look: Look, name: string | undefined): Promise<number> {
  const chosen = name === undefined ? allProbes() : [named(name)];
  const all = await discover(chosen, look.host);
  if (all.length === 0) {
    out(`# nothing that this host could supply${name === undefined ? "" : ` by the probe ${name}`}\n`);
    return 1;
  }
  look.take(await supplied(look.host));
  await look.sample();
  const state = look.state();
  for (const { probe, items, suggested } of all) {
    out(`# ${probe.name}: ${probe.doc}\n`);
    for (const item of items) {
      const now = state[item];
      if (now) out(`#   ${item}: ${cells(now).join(", ")}\n`);
    }
    if (items.length > 0) out(`get * ${items.join(" ")}\n`);
    for (const line of suggested) out(`item ${line}\nget * ${line.split(" ", 1)[0]}\n`);
    out("\n");
  }
  return 0;
}

function named(name: string): Probe {
  const probe = allProbes().find((each) => each.name === name);
  if (probe) return probe;
  throw new UsageError(`there is no probe "${name}"; ${hint(name)}`);
}

function hint(name: string): string {
  const item = findItem(name);
  if (item) return `it is an item; try: dmon probe ${[item.probe.name, ...item.args].join(" ")}`;
  const names = allProbes().map((each) => each.name);
  const known = [...names, ...knownItems(name)];
  return didYouMean(name, known) ?? `there are ${names.join(", ")}`;
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
