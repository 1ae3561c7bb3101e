// The client: every minute it measures, every five it reports, and it goes on alone when the server is away.

import { dirname, join } from "node:path";
import type { Clock } from "../core/clock.ts";
import type { Held, Tier } from "../core/consolidation.ts";
import type { Event } from "../core/event.ts";
import type { SelfStats } from "../core/host.ts";
import { formatAge } from "../core/interval.ts";
import type { Inventory, Report } from "../core/report.ts";
import { delayToNext, spread } from "../core/schedule.ts";
import { formatValue } from "../core/units.ts";
import type { Change } from "../store/changes.ts";
import type { HistoryQuery, HistoryRow } from "../store/history.ts";
import type { ClientWork } from "../work/works.ts";
import { Folding } from "./folding.ts";
import { type LocalHost, localHost, PROGRAMS_DIR } from "./host.ts";
import { Keeper } from "./keeper.ts";
import type { Adopts } from "./leftovers.ts";
import { type Batch, Minute } from "./minute.ts";
import { pastOf } from "./past.ts";
import { type AskServer, Reporter } from "./reporter.ts";
import { tidy } from "./run.ts";
import { States } from "./states.ts";
import { WaitingEvents } from "./waiting.ts";

export interface ClientOptions {
  hostname: string;
  server: string;
  version: string;
  target: string;
  /** data.lite */
  file: string;
  tiers: readonly Tier[];
  /** Where the host's / is. */
  root: string;
  /** As LocalHostOptions.adopts. */
  adopts?: Adopts;
  ival_make_state_s: number;
  ival_send_report_s: number;
  clock: Clock;
  ask: AskServer;
  log: {
    quiet(text: string): void;
    terse(text: string): void;
    verbose(text: string): void;
    trace(text: () => string): void;
  };
  /** The server's answer to a report says that there is newer work. */
  onNewerWork(lm: number): void;
  /** Why newer work was refused, if it was. */
  workTrouble(): string | undefined;
  /** What the host is made of, once that is known. */
  inventory(): Inventory | undefined;
  /** A round is over, its events are sent: nothing to do for a while. */
  onIdle(): void;
}

/** The first round comes at once, the second so much later: rates need two, and nobody wants to wait a minute for them. */
const FIRST_RATE_MS = 3_000;
/** The first rounds are reported at once: the pages shall not wait five minutes for a new host, nor for its rates. */
const EARLY_REPORTS = 3;
/** A report that failed is tried again after about so long [seed]. */
const RETRY_REPORT_MS = 60_000;
/** After SEND the next report comes within this time, spread so that an ALLSEND is no storm [seed]. */
const SEND_SOON_MS = 10_000;

/** So many intervals without a round, and it does not measure any more. */
const LATE_INTERVALS = 3;

export class Client {
  private options: ClientOptions;
  private readonly states: States;
  private readonly minute: Minute;
  private readonly host: LocalHost;
  private readonly reporter: Reporter;
  private readonly started_s: number;
  private readonly keeper: Keeper;
  private rounds = 0;
  /** When the last round was over. */
  private measured_ms = 0;
  private readonly waiting: WaitingEvents;
  private readonly folding: Folding;
  private work: ClientWork | undefined;
  private roundTimer: Timer | undefined;
  /** When the timer of the next round is to fire. */
  private due_ms = 0;
  private reportTimer: Timer | undefined;
  private readonly running = new Set<Promise<void>>();
  private nextReport_s = 0;
  private stopping = false;

  constructor(options: ClientOptions) {
    this.options = options;
    this.started_s = options.clock.now_s();
    this.keeper = new Keeper(options.file, options.tiers, options.clock, options.log, {
      levels: () => this.states.kept(),
      ival_s: () => this.options.ival_make_state_s,
    });
    this.states = new States(options.clock, () => Bun.randomUUIDv7(), this.keeper.levels);
    this.host = localHost({
      root: options.root,
      self: () => this.self(),
      programs: join(dirname(options.file), PROGRAMS_DIR),
      ...(options.adopts ? { adopts: options.adopts } : {}),
      past: (query) => pastOf(query, this.work, this.states, this.keeper),
      now_s: () => options.clock.now_s(),
    });
    this.minute = new Minute(
      this.states,
      this.host,
      options.clock,
      (batches) => this.keep(batches),
      (text) => options.log.quiet(text),
    );
    this.waiting = new WaitingEvents(
      () => this.keeper.outbox,
      () => options.clock.mono_ms(),
      (error) => void this.keeper.failed(error),
    );
    this.folding = new Folding(this.waiting, () => this.work?.levels, options.log);
    const isOurs = (host: string) => this.work !== undefined && Object.hasOwn(this.work.hosts, host);
    this.reporter = new Reporter(options.ask, options.server, isOurs, options.log);
  }

  /** Takes over a work; nothing that stays in it starts anew. */
  setWork(work: ClientWork): void {
    this.work = work;
    this.minute.setWork(work);
    this.keeper.retainLevels((host, item) => this.states.isKept(host, item));
  }

  /** Takes over reloaded intervals and tiers. */
  configure(options: Pick<ClientOptions, "tiers" | "ival_make_state_s" | "ival_send_report_s">): void {
    this.options = { ...this.options, ...options };
    this.keeper.setTiers(options.tiers);
    if (this.roundTimer) this.scheduleRound();
    if (this.reportTimer) this.sendSoon();
  }

  start(): void {
    void this.runRound(this.options.clock.mono_ms());
    this.scheduleRound(Math.min(FIRST_RATE_MS, this.options.ival_make_state_s * 1000));
    this.scheduleReport(this.nextAligned(this.options.ival_send_report_s));
  }

  /** Stops the timers, lets a running round finish, sends nothing more. */
  async stop(): Promise<void> {
    this.stopTimers();
    this.stopping = true;
    this.minute.stop();
    this.host.close();
    await Promise.race([Promise.all(this.running), Bun.sleep(2000)]);
    this.stopTimers(); // the first round's end sends a report, which plans the next one
    this.keeper.close();
  }

  private stopTimers(): void {
    clearTimeout(this.roundTimer);
    clearTimeout(this.reportTimer);
    this.roundTimer = undefined;
    this.reportTimer = undefined;
  }

  private tick(): void {
    const due_ms = this.due_ms;
    this.scheduleRound();
    void this.runRound(due_ms); // also while the last one waits for a slow probe: that one alone is not read again
  }

  private scheduleRound(delay_ms = this.nextAligned(this.options.ival_make_state_s)): void {
    clearTimeout(this.roundTimer);
    this.due_ms = this.options.clock.mono_ms() + delay_ms;
    this.roundTimer = setTimeout(() => this.tick(), delay_ms);
  }

  /** Milliseconds to the next turn of an interval, at this host's own place in it. */
  private nextAligned(interval_s: number): number {
    const interval_ms = interval_s * 1000;
    // Within the minute, the first fifty seconds: the value belongs to the minute in which it was read.
    const phase_ms = spread(this.options.hostname) * interval_ms * (interval_s <= 60 ? 0.8 : 1);
    return delayToNext(this.options.clock.now_s() * 1000, interval_ms, phase_ms);
  }

  private runRound(due_ms: number): Promise<void> {
    const round = this.minute
      .round(due_ms)
      .then(() => {
        if (this.stopping) return undefined;
        this.measured_ms = this.options.clock.mono_ms();
        if (this.rounds++ < EARLY_REPORTS) void this.sendReport();
        return this.reporter.sendEvents(this.waiting); // a server that is slow to answer holds up no later round
      })
      .then(() => this.folding.keepBound()) // behind the first try to send, which shows what may be under way
      .then(() => this.options.onIdle())
      .finally(() => this.running.delete(round));
    this.running.add(round);
    return round;
  }

  /** Stores a round. What cannot be stored does not stop the measuring; events wait in memory. */
  private keep(batches: Batch[]): void {
    for (const { host, values } of batches) {
      this.options.log.trace(() => `${host} ${[...values].map(([item, value]) => `${item}=${value}`).join(" ")}`);
    }
    const events = batches.flatMap((batch) => batch.events);
    for (const event of events) this.options.log.terse(describe(event, this.states.unit(event.host, event.item)));
    this.waiting.keepInMemory(events);
    this.keeper.write(batches, this.waiting, this.states.newcomers);
    // Not only when the round is over: what is late in it may take minutes.
    if (events.length > 0 && this.roundTimer) void this.reporter.sendEvents(this.waiting);
  }

  private scheduleReport(delay_ms: number): void {
    clearTimeout(this.reportTimer);
    this.nextReport_s = this.options.clock.now_s() + delay_ms / 1000;
    this.reportTimer = setTimeout(() => void this.sendReport(), delay_ms);
  }

  private async sendReport(): Promise<void> {
    this.scheduleReport(this.nextAligned(this.options.ival_send_report_s));
    // A server that was away shall not see the outcome before what led to it: it would make an event of the difference itself.
    if (this.waiting.size() > 0) await this.reporter.sendEvents(this.waiting);
    const answer = await this.reporter.sendReport(() => this.report());
    if (answer) this.options.onNewerWork(answer.work);
    else if (this.reportTimer) {
      const retry_ms = RETRY_REPORT_MS * (0.9 + 0.2 * Math.random());
      this.scheduleReport(Math.min(retry_ms, this.options.ival_send_report_s * 1000));
    }
  }

  /** SEND: the next report comes soon; returns when (seconds since the epoch). */
  sendSoon(): number {
    this.scheduleReport(Math.random() * Math.min(SEND_SOON_MS, this.options.ival_send_report_s * 1000));
    return this.nextReport_s;
  }

  report(): Report {
    const { hostname, version, target, ival_send_report_s, clock } = this.options;
    const inventory = this.options.inventory();
    return {
      about: {
        host: hostname,
        version,
        target,
        time: clock.now_s(),
        started: this.started_s,
        ival: ival_send_report_s,
        ...(inventory ? { inventory } : {}),
        cycle_ms: this.cycle_ms,
        queue: this.waiting.size(),
      },
      hosts: this.states.report(),
    };
  }

  /** By which rules the items of a host have their levels, the mildest first. */
  rules(host: string): Record<string, { level: string; rule: string }[]> {
    return this.states.rules(host);
  }

  /** The hosts whose items this client measures. */
  hosts(): string[] {
    return Object.keys(this.work?.hosts ?? {});
  }

  /** Items of a host: those of the work, and those of which there is still history. */
  items(host: string): string[] {
    const now = Object.keys(this.work?.hosts[host]?.items ?? {});
    return [...new Set([...now, ...this.keeper.items(host)])].sort();
  }

  /** What there is of each tier for a host, finest first. Throws HistoryUnavailable. */
  held(host: string): Held[] {
    return this.keeper.held(host);
  }

  /** Throws HistoryUnavailable. */
  history(query: HistoryQuery): Iterable<HistoryRow | undefined> {
    return this.keeper.history(query);
  }

  /** The newest changes of level and text, oldest first. Throws HistoryUnavailable. */
  changes(query: Omit<HistoryQuery, "bucket_s">, count: number): Change[] {
    return this.keeper.changes(query, count);
  }

  /** ZAP. Rejects with HistoryUnavailable. */
  zap(): Promise<{ before: number; after: number }> {
    return this.keeper.zap();
  }

  /** For STATE: why there is no history now, if there is none. */
  get historyTrouble(): string | undefined {
    return this.keeper.trouble;
  }

  /** Why this client does not do what it is for; undefined: it does. */
  get trouble(): string | undefined {
    if (this.rounds === 0) return "nothing was measured yet";
    const late_s = (this.options.clock.mono_ms() - this.measured_ms) / 1000;
    if (late_s > LATE_INTERVALS * this.options.ival_make_state_s)
      return `nothing was measured for ${formatAge(late_s)}`;
    if (this.reporter.isAlone) return `the server ${this.options.server} does not take our words`;
    return this.keeper.trouble;
  }

  /** For STATE: that the history was damaged a short time ago. */
  get historyDamage(): string | undefined {
    return this.keeper.damage;
  }

  private get cycle_ms(): number {
    return Math.round(this.minute.stored_ms * 100) / 100;
  }

  private self(): SelfStats {
    const cpu = process.cpuUsage();
    const workTrouble = this.options.workTrouble();
    const trouble = this.keeper.trouble ?? this.keeper.damage;
    return {
      version: this.options.version,
      cycle_ms: this.cycle_ms,
      cpu_s: (cpu.user + cpu.system) / 1e6,
      rss_bytes: process.memoryUsage.rss(),
      outbox: this.waiting.size(),
      ...(trouble === undefined ? {} : { trouble }),
      ...(workTrouble === undefined ? {} : { workTrouble }),
    };
  }
}

const TURNS = { start: ", starts flapping", stop: ", stops flapping" };

/** An event as a line of the log: `mars.example.org hang1 fine -> sick 3: it did not end within 19 s (=3 (work.conf:41))`. */
export function describe({ host, item, level, prev, flapping, value, text, reason }: Event, unit: string): string {
  const said = text === undefined ? "" : tidy(text);
  const number = formatValue(value, unit);
  const shown = value === null ? said || "no value" : said ? `${number}: ${said}` : number;
  const turn = flapping ? TURNS[flapping] : "";
  return `${host} ${item} ${prev} -> ${level} ${shown}${reason ? ` (${reason})` : ""}${turn}`;
}
