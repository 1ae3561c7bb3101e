// What the commands of the two ports see of the roles: the seam between the wire and client or server.

import type { Client } from "../client/client.ts";
import { HistoryUnavailable } from "../client/keeper.ts";
import type { ClientDesk } from "../commands/client/desk.ts";
import type { PeopleDesk, ServerDesk, ToldSeen } from "../commands/server/desk.ts";
import type { Clock } from "../core/clock.ts";
import type { Figures } from "../core/figures.ts";
import { FIGURES_FRESH_MS } from "../core/limits.ts";
import { type HostState, reportToJson } from "../core/report.ts";
import { formatValue } from "../core/units.ts";
import { isSecret } from "../process/secret.ts";
import { type People, Unwilling } from "../server/people.ts";
import { EventsUnavailable, type Server } from "../server/server.ts";
import { type Answer, type Later, Refusal } from "../wire/command.ts";
import { call, type Target } from "../wire/dial.ts";
import { InstallError } from "../work/install.ts";
import { readWorkText, workTime } from "./work-source.ts";

/** A line an item, for a person: level, value with its unit, what it broke. */
function itemLines(hosts: Record<string, HostState>): string[] {
  return Object.entries(hosts).flatMap(([host, state]) => [
    `Client state : ${host}`,
    ...Object.entries(state).map(([item, { level, value, unit, error, text, rule }]) => {
      const beside = [error, text, rule].filter(Boolean).join("; ");
      return `   ${item.padEnd(24)} ${level.padEnd(6)} ${formatValue(value, unit)}${beside ? `  ${beside}` : ""}`;
    }),
  ]);
}

/** What both desks tell of the daemon. */
export interface DeskContext {
  hostname: string;
  serverName: string;
  version: string;
  clock: Clock;
  /** Facts about the daemon as a whole, for STATE. */
  stateLines(): string[];
  /** What the server tells of the daemon that it is in. */
  figures(): Pick<Figures, "version" | "started_s" | "rss_bytes" | "cpu_s" | "refused">;
}

export function clientDesk(
  context: DeskContext,
  client: Client,
  owner: { secret: string; stop(): void; reload(): Promise<string> },
  serverTarget: () => Target,
): ClientDesk {
  return {
    role: "Client",
    version: context.version,
    hostname: context.hostname,
    now_s: () => context.clock.now_s(),
    stateLines: () => [...context.stateLines(), ...itemLines(client.report().hosts)],
    hosts: () => client.hosts(),
    items: (host) => client.items(host),
    measures: (host) => client.report().hosts[host] ?? {},
    rules: (host) => client.rules(host),
    held: (host) => refusal(() => client.held(host)),
    history: (query) => refusingEach(refusal(() => client.history(query))),
    changes: (query, count) => refusal(() => client.changes(query, count)),
    report: () => reportToJson(client.report()),
    sendSoon: () => ({ server: context.serverName, at_s: client.sendSoon() }),
    stop: (given) => {
      mustOwn(owner.secret, given);
      owner.stop();
    },
    reload: async (given) => {
      mustOwn(owner.secret, given);
      try {
        return await owner.reload();
      } catch (error) {
        throw new Refusal(`the old config stays: ${(error as Error).message}`);
      }
    },
    askServer: (command) =>
      /^\s*WATCH\b/i.test(command) ? watched(serverTarget(), command) : handedOn(serverTarget(), command),
    zap: () =>
      client.zap().catch((error) => {
        throw asRefusal(error);
      }),
  };
}

export function serverDesk(
  context: DeskContext,
  server: Server,
  /** Below which the work-files are, if there are any. */
  vardir: string | undefined,
): ServerDesk {
  return {
    role: "Server",
    version: context.version,
    hostname: context.hostname,
    now_s: () => context.clock.now_s(),
    stateLines: () => [...context.stateLines(), server.stateLine()],
    hosts: () => server.hosts(),
    host: (host) => server.known(host),
    people: peopleDesk(server.people),
    news: server.news,
    figures: freshFor(FIGURES_FRESH_MS, context.clock, () => ({ ...context.figures(), ...server.figures() })),
    told: (host) => toldOf(server, host),
    placedEvents: (query) => refusingEach(server.placedEvents(query)),
    eventsAfter: (row, count) => refusal(() => server.eventsAfter(row, count)),
    voice: (client) => server.alerts?.voice(client),
    canonical: (name) => server.clients.canonical(name),
    hostsOfClient: (client) => server.clients.hostsOf(client),
    takeReport: (report) => server.takeReport(report),
    takeEvents: (events) => server.takeEvents(events),
    events: (query) => refusingEach(server.events(query)),
    search: (search) => refusingEach(server.search(search)),
    work: (kind, host) => refusal(() => (vardir ? readWorkText(vardir, kind, host) : undefined)),
    workTime: (kind, host) => (vardir ? workTime(vardir, kind, host) : 0),
    relay: (host, command) => {
      const target = server.clients.target(host);
      if (!target) throw new Refusal(`${host} left the work`);
      return server.clients.relay(target, command);
    },
    askAll: (command) => server.clients.askAll(command),
  };
}

/** Who was told of what is not well of a host, by item. */
export function toldOf(server: Server, host: string): Record<string, ToldSeen[]> {
  const { alerts } = server;
  const seen: Record<string, ToldSeen[]> = Object.create(null);
  for (const { item, user, channel, told } of alerts?.toldOf(host) ?? []) {
    const at = alerts?.wall(told.at_s) ?? 0;
    const own = seen[item] ?? [];
    own.push({ user, channel, level: told.level, at: Math.round(at) });
    seen[item] = own;
  }
  return seen;
}

/** What is asked of the system, so often at most. */
function freshFor<T>(ms: number, clock: Clock, look: () => T): () => T {
  let known: { at_ms: number; value: T } | undefined;
  return () => {
    const at_ms = clock.mono_ms();
    if (!known || at_ms - known.at_ms > ms) known = { at_ms, value: look() };
    return known.value;
  };
}

/** People's side of the server, as commands see it. */
export function peopleDesk(people: People): PeopleDesk {
  return {
    acknowledge: (which, wish, until_s) => refusal(() => people.acknowledge(which, wish, until_s)),
    unacknowledge: (which, user) => refusal(() => people.unacknowledge(which, user)),
    plan: (which, when, wish) => refusal(() => people.plan(which, when, wish)),
    end: (id, user) => refusal(() => people.end(id, user)),
    ticket: (text) => refusal(() => people.ticket(text)),
    redeem: (text, action) => refusal(() => people.redeem(text, action)),
    get waiting() {
      return refusal(() => people.waiting);
    },
    acks: () => refusal(() => people.acks()),
    downtimes: () => refusal(() => people.downtimes()),
    words: () => refusal(() => people.words()),
    isItemGroup: (name) => people.isItemGroup(name),
    plannedLines: () => refusal(() => people.plannedLines()),
    plannedNow: () => refusal(() => people.plannedNow()),
    tellings: (query) => refusal(() => people.tellings(query)),
    linesOf: (user) => refusal(() => people.linesOf(user)),
    sendTest: (user, channel) =>
      people.sendTest(user, channel).catch((error) => {
        throw asRefusal(error);
      }),
    prospects: (host, item, level, at_s) => refusal(() => people.prospects(host, item, level, at_s)),
  };
}

function mustOwn(secret: string, given: string): void {
  if (!isSecret(secret, given)) throw new Refusal("wrong secret; it is in rundir/dmon.stp");
}

function refusal<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asRefusal(error);
  }
}

// What the disk does is no internal error of ours, but for the caller to know.
function asRefusal(error: unknown): unknown {
  const isTheDisks = [HistoryUnavailable, EventsUnavailable, InstallError, Unwilling].some(
    (kind) => error instanceof kind,
  );
  return isTheDisks ? new Refusal((error as Error).message) : error;
}

function* refusingEach<T, End>(rows: Iterable<T, End>): Generator<T, End> {
  try {
    return yield* rows;
  } catch (error) {
    throw asRefusal(error);
  }
}

function handedOn(target: Target, command: string): Answer {
  return { body: refusing(call(target, command)), whole: true };
}

/** What the server answers when something changes, maybe only in a while: until then nothing of it is held here. */
function watched(target: Target, command: string): Later {
  const abandon = new AbortController();
  const answer = refusing(call(target, command, { signal: abandon.signal }));
  const begun = answer.next();
  return {
    later: begun.then((first) => ({ body: behind(first, answer), whole: true })),
    end: (isGone) => isGone && abandon.abort(),
  };
}

async function* behind<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

// An unreachable peer is the caller's to know, not an internal error of ours.
async function* refusing(answer: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* answer;
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}
