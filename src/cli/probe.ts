// dmon probe: runs a probe and shows what it supplies: value, unit, level, time and programs started.

import { isIP } from "node:net";
import { join } from "node:path";
import { allProbes } from "../../probes/index.ts";
import { discover } from "../client/discover.ts";
import { type LocalHostOptions, localHost, PROGRAMS_DIR } from "../client/host.ts";
import { findersOf, planReaders, type Reader } from "../client/plan.ts";
import { run } from "../client/run.ts";
import { States } from "../client/states.ts";
import type { Settings } from "../config/load.ts";
import { DEFAULT_LEVELS } from "../core/fitness.ts";
import type { Host, SelfStats } from "../core/host.ts";
import { type Probe, probeUsage, type Target } from "../core/probe.ts";
import type { ItemState } from "../core/report.ts";
import { parseSnmpAccess, SNMP_FORM } from "../core/snmp.ts";
import { VERSION } from "../version.ts";
import { HERE, workOfProbe } from "../work/probe-work.ts";
import type { ClientWork } from "../work/works.ts";
import { type CliCommand, type CliContext, defineCli, UsageError } from "./command.ts";
import { table } from "./help.ts";
import { ownItems } from "./own-items.ts";
import { ownPast } from "./own-past.ts";
import { adviceFor } from "./probe-advice.ts";
import { cells, columns, type Row, rowsOf } from "./probe-table.ts";
import { type Items, itemsOf, linesOf } from "./supplied.ts";

/** Rates need two samples: a second apart is enough for a look. */
const BETWEEN_SAMPLES_MS = 1000;
const WATCH_S = 2;

const OPTIONS = {
  discover: { doc: "show what this host, or these probes, can supply as lines for a work-config, with the values now" },
  host: { value: "HOST", doc: "the host to ask, a name or an address, for probes that ask one over the network" },
  snmp: { value: "ACCESS", doc: `how it speaks SNMP: ${SNMP_FORM}; default v2c:public with --host` },
  watch: { doc: `repeat it every ${WATCH_S} s, until Ctrl-C` },
} satisfies CliCommand["options"];

export default defineCli({
  name: "probe",
  args: "[NAME [ARG…]]",
  count: [0, Number.POSITIVE_INFINITY],
  verbatim: true,
  doc: "Run a probe once and show its values, units, levels, time and programs started. Without a name: all that this host can supply.",
  more: `Another host's SNMP: dmon probe --host=192.0.2.7 --snmp=v2c:public ups. Of probes that are made of the past of an item (forecast, max_of, …) the daemon that runs here is asked. Rates are taken over one second, by a second reading: the time is that of the longer one, the programs are those that both started. docs/probes.md tells all of every probe.\n\nProbes:\n${table(allProbes().map((probe) => [probeUsage(probe), probe.doc]))}`,
  options: OPTIONS,
  async run(context) {
    const [name, ...words] = context.args;
    const settings = await context.settings();
    const { root, vardir } = settings.conf;
    const look = new Look({ root, self, programs: join(vardir, PROGRAMS_DIR), adopts: "own", past: ownPast(settings) });
    const probe = name === undefined ? undefined : named(name, look.host, settings);
    refuseUnused(context.options, probe, words);
    look.target = targetOf(context.options);
    if (context.options.discover) return showLines(context, look, settings);
    if (probe) look.take(workOfProbe(probe, words, fail));
    else look.take(itemsOf(await discover(allProbes(), look.host), fail));
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

/** Throws UsageError for what would change nothing, lest an answer be taken for another one. */
function refuseUnused(options: CliContext["options"], probe: Probe | undefined, words: readonly string[]): void {
  const { discover: lines, host, snmp, watch } = options;
  const late = words.find((word) => word.startsWith("--") && Object.hasOwn(OPTIONS, word.slice(2).replace(/=.*/, "")));
  if (probe && late !== undefined && !probe.args?.at(-1)?.rest)
    throw new UsageError(`${late} stands before the probe's name: dmon probe ${late} ${probe.name}`);
  if (lines && watch) throw new UsageError("--discover looks once; leave --watch out");
  const option = snmp === undefined ? "--host" : "--snmp";
  const isOfUse = snmp === undefined ? probe?.remote !== undefined : probe?.remote === "snmp";
  if ((host === undefined && snmp === undefined) || (isOfUse && !lines)) return;
  const all = allProbes().filter(({ remote }) => (snmp === undefined ? remote : remote === "snmp"));
  const remote = all.map(({ name }) => name);
  if (probe?.remote && !lines)
    throw new UsageError(`the probe ${probe.name} speaks no SNMP; --snmp goes with one of ${remote.join(", ")}`);
  const what = lines ? "--discover looks at" : probe ? `the probe ${probe.name} reads` : "without a probe dmon reads";
  throw new UsageError(`${what} this host alone; ${option} goes with one of ${remote.join(", ")}`);
}

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

/** One look at what items are worth, without a store. */
class Look {
  readonly host: Host;
  private readonly states: States;
  /** How long the longest reading took, and how many programs were started by all. */
  private readonly costs = new Map<Reader, { ms: number; programs: number }>();
  private readers: Reader[] = [];
  private programs = 0;
  target: Target = { host: HERE };

  constructor(options: LocalHostOptions) {
    const host = localHost(options);
    // One host for all readings: by it a probe knows what it saw before.
    this.host = {
      ...host,
      run: async (program) => {
        const finished = await host.run(program); // fails where it could not be started
        this.programs++;
        return finished;
      },
    };
    const clock = { now_s: () => Date.now() / 1000, mono_ms: () => performance.now() };
    this.states = new States(clock, () => "", []);
  }

  take(items: Items): void {
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
    // What a probe finds may make a rate itself, as many plugins do: then it has no value yet. Nor is a first reading stale.
    const isEarly = (reader: Reader) =>
      reader.items.some(({ work }) => reader.probe?.values[work.value]?.delta) ||
      reader.items.some(
        ({ name, work }) => isMissing(state[name]) && work.fit.some(({ test }) => test.op === "stale"),
      ) ||
      reader.items.some(({ name }) =>
        Object.entries(state).some(
          ([item, shown]) =>
            (shown.kind === "rate" || (reader.probe && "finds" in reader.probe)) &&
            isMissing(shown) &&
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
      const before = this.programs;
      const result = await run(reader, this.host);
      cost.programs += this.programs - before;
      const now_ms = performance.now();
      cost.ms = Math.max(cost.ms, now_ms - start_ms);
      for (const item of reader.items) {
        this.states.update(item, reader.probe?.values[item.work.value], result, now_ms);
      }
      for (const item of findersOf(reader)) this.states.updateFound(item, result, now_ms);
    }
    return Object.values(this.state()).some(({ level }) => level === "dead");
  }

  state(): Record<string, ItemState> {
    return this.states.report()[this.target.host] ?? {};
  }

  table(): string {
    const state = this.state();
    const rows = this.readers.flatMap((reader): Row[] => {
      const cost = this.costs.get(reader) ?? { ms: 0, programs: 0 };
      const names = reader.items.map(({ name }) => name);
      return rowsOf(names, state, [`${cost.ms.toFixed(2)} ms`, String(cost.programs)], reader.probe?.nodata);
    });
    return columns([["item", "value", "level", "time", "programs", ""], ...rows]);
  }
}

/** It has no value, and no error says why. */
function isMissing(state: ItemState | undefined): boolean {
  return state?.value === null && state.error === undefined;
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

/** What can be pasted into a work-config, with what it is worth now. */
async function showLines({ out, args: names }: CliContext, look: Look, settings: Settings): Promise<number> {
  const all = await discover(
    names.length === 0 ? allProbes() : [...new Set(names)].map((name) => named(name, look.host, settings)),
    look.host,
  );
  if (all.length === 0) {
    out(`# nothing that this host could supply${names.length === 0 ? "" : ` by ${names.join(", ")}`}\n`);
    return 1;
  }
  look.take(itemsOf(all, fail));
  await look.sample();
  const state = look.state();
  out(linesOf(all, (item) => state[item] && cells(state[item]).join(", ")));
  return 0;
}

function named(name: string, host: Host, settings: Settings): Probe {
  const probe = allProbes().find((each) => each.name === name);
  if (probe) return probe;
  throw new UsageError(`there is no probe "${name}"; ${adviceFor(name, host, ownItems(settings))}`);
}
