// Where the pages' data come from: the mirror of the server; older events, which the server is asked for; and each client's history, through the server, by CLIENT HIST.

import type { Event } from "../core/event.ts";
import {
  EVENT_LISTED_BYTES_MAX,
  FIT_RULES_MAX,
  FLEET_BYTES_MAX,
  GRAPH_BYTES_MAX,
  GRAPH_MS_MAX,
  HOST_BYTES_MAX,
  ITEMS_PER_HOST_MAX,
  NAME_CHARS_MAX,
  PAGE_MS_MAX,
  RULES_BYTES_MAX,
  TEXT_CHARS_MAX,
  TICKET_ANSWER_BYTES_MAX,
} from "../core/limits.ts";
import { isName } from "../core/names.ts";
import { list, object, record, ShapeError, text as textShape } from "../core/shape.ts";
import { readManySeries, readSeries, type Series } from "../plot/series.ts";
import { type AskOptions, askJson } from "../wire/ask.ts";
import type { Fleet } from "./fleet.ts";
import type { Judging } from "./judging.ts";
import { Link, type LinkOptions } from "./mirror/link.ts";
import { Mirror, type MirrorOptions } from "./mirror/mirror.ts";
import {
  type Deed,
  type EventLog,
  type EventLogAsked,
  type EventsAsked,
  FilterRefused,
  type LoggedEvent,
  type Overview,
  type PageSource,
  type Past,
  type RuleView,
  SourceRefused,
  SourceUnavailable,
  type TicketFault,
  type TicketUse,
  type TicketView,
} from "./model.ts";
import { type AskServer, doDeed, fetchPerson, refusalOf, sendTest } from "./wire-people.ts";

type WireSourceOptions = MirrorOptions & LinkOptions;

/** The pages' source, and what keeps it up to date while it is started. */
export interface WireSource extends PageSource {
  mirror: Mirror;
  link: Link;
}

/** The mirror hears of what was done so soon; else it is seen a moment later. */
const SEEN_MS_MAX = 2000;
/** More items of a host than these are asked for as all that it has: a request has one line. */
const ITEMS_NAMED_MAX = 100;
const ruleShape = object({ level: textShape(NAME_CHARS_MAX), rule: textShape(TEXT_CHARS_MAX) });
const rulesShape = object({ rules: record(isName, list(ruleShape, FIT_RULES_MAX), ITEMS_PER_HOST_MAX) });
/** A person waits for the page. */
const PATIENCE = { connect_ms: 3000, silence_ms: 8000, total_ms: PAGE_MS_MAX } satisfies AskOptions;

export function wireSource(options: WireSourceOptions): WireSource {
  const mirror = new Mirror(options);
  const link = new Link(mirror, options);
  let judging: Promise<Judging> | undefined;
  let made: { overview: Overview; fleet: Fleet } | undefined;
  const act = async (deed: Deed | TicketUse) => {
    const done = await doDeed(asking(options), deed);
    await link.refresh(SEEN_MS_MAX); // who did it is to see it
    return done;
  };
  return {
    mirror,
    link,
    async fleet() {
      judging ??= import("./judging.ts").then((module) => new module.Judging()); // when somebody looks for the first time
      const judge = await judging;
      const known = mirror.overview(); // first: that somebody looks is known to the link then
      link.look();
      const overview = known ?? (await firstOverview(mirror, link));
      if (made?.overview !== overview) made = { overview, fleet: judge.judge(overview) };
      return made.fleet;
    },
    eventsOf: (host, item) => mirror.eventsOf(host, item),
    onChange: (listener) =>
      mirror.onChange(({ hosts, left, events, acks, planned, stale }) =>
        listener({ hosts: hosts.union(left), more: events.length > 0 || acks || planned || stale }),
      ),
    events: (which, signal) => fetchEvents(options, which, signal),
    eventLog: (which, signal) => fetchEventLog(options, which, signal),
    history: (host, item, past, points, signal) =>
      fetchHistory(options, host, `${ivalOf(past)} ${points} ${host} ${item}`, signal),
    person: (user, signal) => fetchPerson(asking(options), user, signal),
    sendTest: (user) => sendTest(asking(options), user),
    act,
    use: act,
    histories: (host, items, past, points, signal) =>
      fetchHistories(options, host, items, `${ivalOf(past)} ${points}`, signal),
    rules: (host, signal) => fetchRules(options, host, signal),
    ticket: (text, signal) => fetchTicket(options, text, signal),
  };
}

function asking(options: WireSourceOptions): AskServer {
  return (line, bounds) => asked(options, line, "the server", bounds);
}

function ivalOf({ span_s, to_s }: Past): string {
  const iso = (time_s: number) => new Date(time_s * 1000).toISOString();
  return to_s === undefined ? `${span_s}s` : `${iso(to_s - span_s)}..${iso(to_s)}`;
}

/** Throws SourceUnavailable. */
async function firstOverview(mirror: Mirror, link: Link): Promise<Overview> {
  const failure = await link.refresh();
  const overview = mirror.overview();
  if (overview) return overview;
  throw new SourceUnavailable(`the server cannot be asked: ${failure?.message ?? "it said nothing"}`, {
    cause: failure,
  });
}

async function fetchTicket(
  options: WireSourceOptions,
  text: string,
  signal: AbortSignal | undefined,
): Promise<TicketView | TicketFault> {
  try {
    const bounds = { bytes: TICKET_ANSWER_BYTES_MAX, ...(signal ? { signal } : {}) };
    const { since, ...answer } = await asked(options, `TICKET ${text}`, "the server", bounds);
    return { ...answer, since_s: since } as unknown as TicketView;
  } catch (error) {
    const refusal = refusalOf(error);
    const fault = refusal?.answer.fault;
    if (refusal && (fault === "forged" || fault === "expired")) return { fault, why: refusal.message };
    throw error;
  }
}

async function fetchEvents(
  options: WireSourceOptions,
  { host = "*", item, count }: EventsAsked,
  signal: AbortSignal | undefined,
): Promise<Event[]> {
  if (item !== undefined && !isName(item)) return []; // a person's words: no item can be called so
  const line = ["CLIENTS", host, item, count].filter(Boolean).join(" ");
  const bytes = host === "*" ? FLEET_BYTES_MAX : HOST_BYTES_MAX;
  try {
    const answer = await asked(options, line, "the server", { bytes, ...(signal ? { signal } : {}) });
    return (answer as unknown as { events: Event[] }).events; // the server checked every part of them when they came in
  } catch (error) {
    // An item that there never was; a host's items we know.
    const refusal = refusalOf(error);
    throw refusal && host === "*" ? new SourceRefused(refusal.message) : error;
  }
}

async function fetchEventLog(
  options: WireSourceOptions,
  which: EventLogAsked,
  signal: AbortSignal | undefined,
): Promise<EventLog> {
  const bounds = { bytes: EVENT_LISTED_BYTES_MAX * (which.count + 1), ...(signal ? { signal } : {}) };
  try {
    const answer = await asked(options, `EVENTLOG ${JSON.stringify(which)}`, "the server", bounds);
    const { events, goOn, reached } = answer as { events: LoggedEvent[]; goOn?: string; reached?: number };
    return {
      events: which.after === undefined ? events : events.toReversed(),
      ...(goOn === undefined ? {} : { goOn }),
      ...(reached === undefined ? {} : { reached_s: reached }),
    };
  } catch (error) {
    const refusal = refusalOf(error);
    const field = refusal?.answer.field;
    throw refusal && typeof field === "string" ? new FilterRefused(field, refusal.message) : error;
  }
}

async function fetchHistory(
  options: WireSourceOptions,
  host: string,
  what: string,
  signal: AbortSignal | undefined,
): Promise<Series> {
  const answer = await askHistory(options, host, `${what} +minmax`, 1, signal);
  return readHistory(host, () => readSeries(answer));
}

async function fetchHistories(
  options: WireSourceOptions,
  host: string,
  items: readonly string[],
  range: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Series>> {
  try {
    const named = items.length <= ITEMS_NAMED_MAX ? items.join(" ") : "*";
    const answer = await askHistory(options, host, `${range} ${host} ${named} +minmax`, items.length, signal);
    return readHistory(host, () => readManySeries(answer, items));
  } catch (error) {
    // One that the client does not know: the others are asked for without it.
    if (!refusalOf(error) || items.length === 1) throw error;
    const each = items.map((item) => fetchHistories(options, host, [item], range, signal));
    const found = await Promise.allSettled(each);
    if (found.every(({ status }) => status === "rejected")) throw error;
    return new Map(found.flatMap((one) => (one.status === "fulfilled" ? [...one.value] : [])));
  }
}

/** In words that the client has from its work. */
async function fetchRules(
  options: WireSourceOptions,
  host: string,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, readonly RuleView[]>>> {
  try {
    const bounds = { bytes: RULES_BYTES_MAX, total_ms: GRAPH_MS_MAX, ...(signal ? { signal } : {}) };
    const answer = await asked(options, `CLIENT ${host} RULES ${host}`, `the client of ${host}`, bounds);
    return readHistory(host, () => rulesShape(answer, "").rules);
  } catch (error) {
    if (refusalOf(error)) return {}; // an older one does not know RULES
    throw error;
  }
}

function askHistory(
  options: WireSourceOptions,
  host: string,
  what: string,
  items: number,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown>> {
  const bounds = { bytes: GRAPH_BYTES_MAX * items, total_ms: GRAPH_MS_MAX, ...(signal ? { signal } : {}) };
  return asked(options, `CLIENT ${host} HIST ${what}`, `the client of ${host}`, bounds);
}

function readHistory<T>(host: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ShapeError
      ? new SourceUnavailable(`${host} answered what is no history: ${error.message}`)
      : error;
  }
}

async function asked(
  options: WireSourceOptions,
  line: string,
  whom: string,
  bounds: Pick<AskOptions, "bytes" | "total_ms" | "silence_ms" | "signal">,
): Promise<Record<string, unknown>> {
  try {
    return await askJson(options.target(), line, { ...PATIENCE, ...bounds });
  } catch (error) {
    throw new SourceUnavailable(`${whom} cannot be asked: ${(error as Error).message}`, { cause: error });
  }
}
