// Where the pages' data come from: the server, by CLIENTS; and each client's history, through the server, by CLIENT HIST.

import type { Event } from "../core/event.ts";
import type { Level } from "../core/fitness.ts";
import {
  FLEET_BYTES_MAX,
  GRAPH_BYTES_MAX,
  GRAPH_MS_MAX,
  HOST_BYTES_MAX,
  PAGE_MS_MAX,
  TICKET_ANSWER_BYTES_MAX,
} from "../core/limits.ts";
import { isName } from "../core/names.ts";
import type { About, HostState } from "../core/report.ts";
import { ShapeError } from "../core/shape.ts";
import { readManySeries, readSeries, type Series } from "../plot/series.ts";
import { type AskOptions, askJson, PeerError } from "../wire/ask.ts";
import type { Target } from "../wire/dial.ts";
import {
  type AckView,
  type EventsAsked,
  type HostView,
  type Overview,
  type PageSource,
  type Past,
  type PlannedView,
  RECENT_EVENTS,
  SourceRefused,
  SourceUnavailable,
  type TicketFault,
  type TicketUse,
  type TicketView,
} from "./model.ts";

export interface WireSourceOptions {
  /** Asked for every call: a reload may move the server. */
  target(): Target;
  server(): string;
  version: string;
  levels(): readonly Level[];
}

/** Several pages within this time are made from one answer. */
const FRESH_MS = 1000;
/** A person waits for the page. */
const PATIENCE = { connect_ms: 3000, silence_ms: 8000, total_ms: PAGE_MS_MAX } satisfies AskOptions;

export function wireSource(options: WireSourceOptions): PageSource {
  let cached: Promise<Overview> | undefined;
  return {
    overview() {
      if (cached) return cached;
      const overview = fetchOverview(options);
      cached = overview;
      const forget = () => {
        cached = undefined;
      };
      // All who ask meanwhile, and shortly after, get the same answer; a failure is nobody's but theirs.
      overview.then(() => setTimeout(forget, FRESH_MS).unref(), forget);
      return overview;
    },
    events: (which, signal) => fetchEvents(options, which, signal),
    history: (host, item, past, points, signal) =>
      fetchHistory(options, host, `${ivalOf(past)} ${points} ${host} ${item}`, signal),
    histories: (host, items, past, points, signal) =>
      fetchHistories(options, host, items, `${ivalOf(past)} ${points}`, signal),
    ticket: (text, signal) => fetchTicket(options, text, signal),
    async use(wish) {
      const used = await useTicket(options, wish);
      cached = undefined; // who did it is to see it
      return used;
    },
  };
}

function ivalOf({ span_s, to_s }: Past): string {
  const iso = (time_s: number) => new Date(time_s * 1000).toISOString();
  return to_s === undefined ? `${span_s}s` : `${iso(to_s - span_s)}..${iso(to_s)}`;
}

interface ClientsAnswer {
  now: number;
  cdmp: Record<string, HostState>;
  clients: Record<string, { tag: string; about?: About; received?: number } & Pick<HostView, "via" | "voice">>;
  /** An older server has neither. */
  acks?: AckView[];
  planned?: PlannedView[];
  events: Event[];
}

async function fetchOverview(options: WireSourceOptions): Promise<Overview> {
  const answer = await asked(options, `CLIENTS * ${RECENT_EVENTS}`, "the server", { bytes: FLEET_BYTES_MAX });
  // The server checked every part of it when it came in.
  const { now, cdmp, clients, acks = [], planned = [], events: recent } = answer as unknown as ClientsAnswer;
  return {
    now_s: now,
    server: options.server(),
    version: options.version,
    levels: options.levels(),
    hosts: Object.entries(clients).map(([host, { about, received, ...work }]) => ({
      host,
      ...work,
      state: cdmp[host] ?? {},
      ...(about ? { about } : {}),
      ...(received === undefined ? {} : { received_s: received }),
    })),
    acks,
    planned,
    events: recent,
  };
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

async function useTicket(options: WireSourceOptions, { action, ...wish }: TicketUse): Promise<{ id?: number }> {
  const line = `${action === "ack" ? "ACK" : "DOWNTIME"} ${JSON.stringify(wish)}`;
  try {
    const answer = await asked(options, line, "the server", { bytes: TICKET_ANSWER_BYTES_MAX });
    const { downtime } = answer as { downtime?: { id: number } };
    return downtime ? { id: downtime.id } : {};
  } catch (error) {
    const refusal = refusalOf(error);
    throw refusal ? new SourceRefused(refusal.message) : error;
  }
}

function refusalOf(error: unknown): PeerError | undefined {
  return error instanceof Error && error.cause instanceof PeerError ? error.cause : undefined;
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
    return (answer as unknown as ClientsAnswer).events;
  } catch (error) {
    // An item that there never was; a host's items we know.
    const refusal = refusalOf(error);
    throw refusal && host === "*" ? new SourceRefused(refusal.message) : error;
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
    const answer = await askHistory(options, host, `${range} ${host} ${items.join(" ")} +minmax`, items.length, signal);
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
  bounds: Pick<AskOptions, "bytes" | "total_ms" | "signal">,
): Promise<Record<string, unknown>> {
  try {
    return await askJson(options.target(), line, { ...PATIENCE, ...bounds });
  } catch (error) {
    throw new SourceUnavailable(`${whom} cannot be asked: ${(error as Error).message}`, { cause: error });
  }
}
