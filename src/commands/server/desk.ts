// What the commands of the server's port need of the server.

import type { Ack, Acked } from "../../core/alert/ack.ts";
import type { DowntimeNow } from "../../core/alert/downtime.ts";
import type { Event } from "../../core/event.ts";
import type { EventCursor } from "../../core/event-filter.ts";
import type { Figures } from "../../core/figures.ts";
import type { Level } from "../../core/fitness.ts";
import type { Hours, Once } from "../../core/hours.ts";
import type { About, HostState, Report } from "../../core/report.ts";
import type { WorkKind } from "../../core/work-kind.ts";
import type { CommonDesk } from "../desk.ts";

/** Planned work of the work-config. */
export interface PlannedLineSeen {
  hosts: string;
  items: string;
  when: Hours | Once;
  text?: string;
  /** Its place: `work.conf:12`. */
  where: string;
  isNow: boolean;
}

export interface TicketSeen {
  action: "ack" | "downtime";
  host: string;
  tag: string;
  item: string;
  user: string;
  level: string;
  /** Seconds since the epoch. */
  since_s: number;
  over: boolean;
  ack?: Ack;
}

/** Why a text is no ticket (any more). */
export interface TicketFaultSeen {
  fault: "forged" | "expired";
  why: string;
}

/** Planned work that is on now: of a person, or of a line of the work. */
export interface PlannedNowSeen {
  text: string;
  id?: number;
  user?: string;
  where?: string;
  until_s?: number;
  isWhole: boolean;
  scope: { covers(host: string, item: string): boolean };
}

/** A message that was not taken yet. */
export interface QueuedSeen {
  user: string;
  channel: string;
  attempts: number;
  next_s: number;
  answer?: string;
  /** For its time, for the one before it; or it is tried now. */
  state: "waits" | "behind" | "tried";
  message: {
    id: string;
    made_s: number;
    notices: readonly { host: string; tag: string; item: string; level: string }[];
    more: number;
  };
}

export interface TrialSeen {
  host: string;
  tag: string;
  /** The level that the item would come from. */
  prev: string;
  digest_s: number;
  prospects: object[];
}

/** What came of a test message by one channel. */
export interface TriedSeen {
  channel: string;
  outcome: "taken" | "refused" | "unsure";
  answer: string;
}

/** An alert line of the work, as it is for one user. */
export interface AlertLineSeen {
  hosts: string;
  items: string;
  /** Levels by name. */
  from: string[];
  to: string[];
  after_s?: number;
  every_s?: number;
  hours?: Hours;
  recovery: boolean;
  via: string[];
  where: string;
  /** It is in its hours. */
  isNow: boolean;
  scope: { covers(host: string, item: string): boolean };
}

export interface Which {
  hosts: string;
  items: string;
}

/** What people ask of alerts. All throw Refusal for what cannot be done. */
export interface PeopleDesk {
  acknowledge(which: Which, wish: { user: string; text: string }, until_s?: number): Acked[];
  unacknowledge(which: Which, user: string): { host: string; item: string }[];
  plan(which: Which, when: Hours | Once, wish: { user: string; text: string }): DowntimeNow;
  end(id: number, user: string): void;
  ticket(text: string): TicketSeen | TicketFaultSeen;
  /** A ticket that is still for something, and for this. */
  redeem(text: string, action: TicketSeen["action"]): TicketSeen;
  /** Notices that something holds up, and messages that were not taken. */
  readonly waiting: { pending: { host: string; item: string }[]; queue: QueuedSeen[] };
  acks(): Ack[];
  downtimes(): DowntimeNow[];
  /** What the work calls levels, best first, and groups: tags of hosts, names of items. */
  words(): {
    levels: readonly Level[];
    groups: { hosts: Readonly<Record<string, readonly string[]>>; items: Readonly<Record<string, readonly string[]>> };
  };
  /** Whether a word stands for several items. */
  isItemGroup(name: string): boolean;
  /** Planned work of the work-config. */
  plannedLines(): PlannedLineSeen[];
  /** All planned work that is on now. */
  plannedNow(): PlannedNowSeen[];
  /** What was told, newest first. */
  tellings(query: { host?: string; item?: string; user?: string; since_s?: number; count: number }): { host: string }[];
  /** By which lines of the work a user is told; none of who is told nothing. */
  linesOf(user: string): { mail?: string; lines: AlertLineSeen[]; levels: readonly string[] };
  /** Sends a test message at once, by one channel or by all of a user. */
  sendTest(user: string, channel?: string): Promise<TriedSeen[]>;
  /** Who would be told if an item had a level from a moment on, and who not. */
  prospects(host: string, item: string, level: string, at_s: number): TrialSeen;
}

/** What a filter sees of an event. */
export interface EventSeen {
  host: string;
  item: string;
  level: string;
  prev: string;
  flapping: string | null;
  text: string | null;
  reason: string | null;
}

/** Which events are meant; all times by the server's clock. Without `readsWords` the filter sees no text and no reason. */
export interface EventSearch {
  hosts?: readonly string[] | undefined;
  item?: string | undefined;
  isMeant(event: EventSeen): boolean;
  readsWords: boolean;
  from_s?: number | undefined;
  to_s?: number | undefined;
  before?: EventCursor | undefined;
  after?: EventCursor | undefined;
  count: number;
  looks: number;
}

export interface EventSearchEnd {
  looked: number;
  /** Absent where all were looked at. */
  goOn?: EventCursor;
  gaveUp: boolean;
}

/** Whom the server told of something that is not well; `at` is seconds since the epoch. */
export interface ToldSeen {
  user: string;
  channel: string;
  level: string;
  at: number;
}

/** An event, when it was by the server's clock, and where it is stored. */
export interface PlacedSeen {
  event: Event;
  at_s: number;
  row: number;
}

/** What changed, by a counter. */
export interface NewsDesk {
  readonly epoch: string;
  readonly count: number;
  knowsSince(epoch: string, count: number): boolean;
  /** In the order of their changes; some may have left the work. */
  hostsSince(count: number): Iterable<[host: string, count: number]>;
  leftSince(count: number): string[];
  lastOf(kind: "acks" | "planned" | "events"): number;
  wait(epoch: string, count: number, wait_ms: number): { over: Promise<void>; end(): void };
  once<T>(key: string, make: () => T): T;
}

export interface ServerDesk extends CommonDesk {
  now_s(): number;
  hostname: string;
  /** All hosts of the work, by canonical name. */
  hosts(): [
    host: string,
    work: { tag: string; via?: string },
    known?: { state: HostState; about: About; received: number },
  ][];
  /** One of them; undefined for a stranger. */
  host(
    host: string,
  ): [work: { tag: string; via?: string }, known?: { state: HostState; about: About; received: number }] | undefined;
  people: PeopleDesk;
  news: NewsDesk;
  figures(): Figures;
  /** Who was told of what is not well of a host, by item. */
  told(host: string): Record<string, ToldSeen[]>;
  /** Newest first. */
  placedEvents(query: { count?: number }): Iterable<PlacedSeen>;
  /** As they were stored; and the last place of all. */
  eventsAfter(row: number, count: number): { last: number; events: PlacedSeen[] };
  /** Whether a client is heard; undefined before its first report. */
  voice(client: string): "well" | "stale" | "dead" | undefined;
  /** The canonical name behind a tag or name. */
  canonical(name: string): string | undefined;
  /** The hosts that a client may report for. */
  hostsOfClient(client: string): string[];
  /** Returns the hosts taken. */
  takeReport(report: Report): string[];
  /** Returns the ids stored. Throws when they cannot be stored. */
  takeEvents(events: readonly Event[]): string[];
  /** Newest first. */
  events(query: { host?: string; item?: string; since_s?: number; count?: number }): Iterable<Event>;
  /** Events that are meant, newest first, or oldest first behind `after`; undefined between two stretches of the search. */
  search(search: EventSearch): Generator<PlacedSeen | undefined, EventSearchEnd>;
  /** A work-file and when it was last modified (seconds since the epoch); undefined when there is none. */
  work(kind: WorkKind, host: string): { text: string; lm: number } | undefined;
  /** Only the time, 0 when there is none: asked with every report. */
  workTime(kind: WorkKind, host: string): number;
  /** The raw answer of a host's client. */
  relay(host: string, command: string): AsyncIterable<Uint8Array>;
  /** A line for each client, as they answer. */
  askAll(command: string): AsyncIterable<string>;
}
