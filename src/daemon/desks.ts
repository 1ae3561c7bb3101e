// What the commands of the two ports see of the roles: the seam between the wire and client or server.

import type { Client } from "../client/client.ts";
import { HistoryUnavailable } from "../client/keeper.ts";
import type { ClientDesk } from "../commands/client/desk.ts";
import type { PeopleDesk, ServerDesk } from "../commands/server/desk.ts";
import type { Clock } from "../core/clock.ts";
import { type HostState, reportToJson } from "../core/report.ts";
import { formatValue } from "../core/units.ts";
import { isSecret } from "../process/secret.ts";
import { type People, Unwilling } from "../server/people.ts";
import { EventsUnavailable, type Server } from "../server/server.ts";
import { Refusal } from "../wire/command.ts";
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
    askServer: (command) => ({ body: refusing(call(serverTarget(), command)), whole: true }),
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
    people: peopleDesk(server.people),
    voice: (client) => server.alerts?.voice(client),
    canonical: (name) => server.canonical(name),
    hostsOfClient: (client) => server.hostsOfClient(client),
    takeReport: (report) => server.takeReport(report),
    takeEvents: (events) => server.takeEvents(events),
    events: (query) => refusingEach(server.events(query)),
    search: (search) => refusingEach(server.search(search)),
    work: (kind, host) => refusal(() => (vardir ? readWorkText(vardir, kind, host) : undefined)),
    workTime: (kind, host) => (vardir ? workTime(vardir, kind, host) : 0),
    relay: (host, command) => {
      const target = server.target(host);
      if (!target) throw new Refusal(`${host} left the work`);
      return server.relay(target, command);
    },
    askAll: (command) => server.askAll(command),
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

// An unreachable peer is the caller's to know, not an internal error of ours.
async function* refusing(answer: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* answer;
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}
