// What the pages draw from, and where they ask for it. The pagemaker gets it over the wire; a test makes it up.

import type { Ack as AckView } from "../core/alert/ack.ts";
import type { Event } from "../core/event.ts";
import type { Figures } from "../core/figures.ts";
import type { Level } from "../core/fitness.ts";
import type { About, HostState } from "../core/report.ts";
import type { Series } from "../plot/series.ts";
import type { Fleet } from "./fleet.ts";

/** Somebody sees to an item that is not well. Times are seconds since the epoch, as below. */
export type { AckView };

/** One host as the server knows it. A host that never reported has an empty state and no `received_s`. */
export interface HostView {
  /** Canonical name, and the short tag by which the work-config calls it. */
  host: string;
  tag: string;
  /** The client that asks it, for a host that runs none. */
  via?: string;
  state: HostState;
  /** The client that reported it (for a dumb host, another one). */
  about?: About;
  /** When the server got the last report, by the server's clock; seconds since the epoch. */
  received_s?: number;
  /** Whether its client is heard, as the server judges; absent before the first report. */
  voice?: "well" | "stale" | "dead";
  /** Who was told that an item is not well, by item; of an older server nobody knows. */
  told?: Readonly<Record<string, readonly ToldView[]>>;
}

/** Whom the server told of a level, by which channel, when. */
export interface ToldView {
  user: string;
  channel: string;
  level: string;
  at_s: number;
}

/** Planned work that is on now: by a person, or by a line of work.conf. */
export interface PlannedView {
  text: string;
  id?: number;
  user?: string;
  where?: string;
  until?: number;
  /** Its items by host; `*` is all of them. */
  of: Readonly<Record<string, readonly string[]>>;
}

/** Work that a person planned, also for later; selectors as they were typed. */
export interface DowntimeView {
  id: number;
  hosts: string;
  items: string;
  /** In words: `2026-11-22 22:00 to 23:30`. */
  when: string;
  user: string;
  /** When it was planned; seconds since the epoch. */
  made: number;
  text: string;
  /** It is on. */
  now: boolean;
}

/** What a link in a mail is for. */
export interface TicketView {
  action: "ack" | "downtime";
  host: string;
  tag: string;
  item: string;
  /** Who got the mail. */
  user: string;
  level: string;
  since_s: number;
  /** The problem that the mail was about is over. */
  over: boolean;
  ack?: AckView;
}

/** Why a link is for nothing (any more); `why` says it for a person. */
export interface TicketFault {
  fault: "forged" | "expired";
  why: string;
}

/** What is to be done: `until` is a moment as ISO 8601 has it; absent, until all is well. */
export type Terms =
  | { action: "ack"; until?: string; text: string }
  | { action: "downtime"; until: string; items: string; text: string };

/** The same by a link. */
export type TicketUse = Terms & { ticket: string };

/** The same, or that it be taken back, by somebody who has logged in. */
export type Deed = { user: string } & (
  | (Terms & { host: string; item: string })
  | { action: "unack"; host: string; item: string }
  | { action: "end"; id: number }
);

/** An alert line of the work, for one user: how many hosts and items it is for now, and the first of them. */
export interface AlertLineView {
  where: string;
  text: string;
  via: string[];
  /** It is in its hours. */
  now: boolean;
  hosts: number;
  tags: string[];
  items: number;
  names: string[];
}

/** What somebody was told of, or not. */
export interface TellingView {
  at_s: number;
  channel: string;
  host: string;
  tag: string;
  item: string;
  prev: string;
  level: string;
  /** `unsaid` and `given up` were not told. */
  kind: string;
  /** By which line, or why not. */
  why: string;
  sent?: { at_s: number };
}

/** How a user is told. */
export interface PersonView {
  mail?: string;
  lines: AlertLineView[];
  /** Newest first. */
  told: TellingView[];
}

/** What came of a test message by one channel. */
export interface TriedView {
  channel: string;
  outcome: "taken" | "refused" | "unsure";
  answer: string;
}

/** The groups of the work-config, without those in them: tags of hosts, names of items. */
export interface Groups {
  hosts: Readonly<Record<string, readonly string[]>>;
  items: Readonly<Record<string, readonly string[]>>;
}

export interface Overview {
  /** The server's clock now, as far as it is known; seconds since the epoch. */
  now_s: number;
  /** Names this state: another one with each change of anything here, and in each life of the pagemaker; absent where nobody is told of changes. */
  seq?: string;
  server: string;
  version: string;
  levels: readonly Level[];
  groups: Groups;
  hosts: HostView[];
  acks: readonly AckView[];
  planned: readonly PlannedView[];
  downtimes?: readonly DowntimeView[];
  /** The last of all hosts, newest first, at most RECENT_EVENTS. */
  events: Event[];
  /** What the server tells of itself; an older one tells nothing. */
  figures?: Figures;
  /** When the server was heard last, by its clock. */
  heard_s?: number;
  /** Since when it is not heard, though it should be: all this is what was known then. */
  stale_since_s?: number;
}

/** Events that come with every overview. */
export const RECENT_EVENTS = 200;

/** The last events of one host or item; names as the server has them. */
export interface EventsAsked {
  host?: string;
  item?: string;
  count: number;
}

/** Which events: what is left out leaves nothing out. Words are as people type them, moments as ISO 8601 has them. */
export interface EventLogAsked {
  /** Selectors. */
  hosts?: string;
  group?: string;
  items?: string;
  /** `>=sick`, `soso,sick`; with recoveries also what leaves them for a better one. */
  levels?: string;
  recoveries?: true;
  flapping?: true;
  /** What their text or reason has. */
  text?: string;
  ival?: string;
  /** Places that an answer named, or made of an event. */
  before?: string;
  after?: string;
  count: number;
}

/** An event, and when it was by the server's clock. */
export type LoggedEvent = Event & { at?: number };

export interface EventLog {
  /** Newest first, also behind `after`. */
  events: LoggedEvent[];
  /** Where to go on; absent where there are no more. */
  goOn?: string;
  /** So far the server looked before it had found enough. */
  reached_s?: number;
}

/** So many seconds up to now by the clock of who kept them, or up to `to_s`. */
export interface Past {
  span_s: number;
  to_s?: number;
}

/** A rule: the level that it makes, and its test in words with its place. */
export interface RuleView {
  level: string;
  rule: string;
}

/** What became new of the server's state. */
export interface Change {
  /** Hosts whose state, report or voice changed; canonical names. */
  hosts: ReadonlySet<string>;
  /** Beside hosts: events, acknowledgements, planned work, what was told, whether the server is heard. */
  more: boolean;
}

/** Throws SourceUnavailable when the server or the client cannot be asked. What nobody waits for any more (`signal`) is given up. */
export interface PageSource {
  /** Everything but history, judged: at once, as it was heard last. Only before the server was ever heard it is waited for. */
  fleet(): Promise<Fleet>;
  /** The latest events of one item, newest first: those of the last hours, at once. */
  eventsOf: (host: string, item: string) => readonly Event[];
  /** Newest first: those of one host or item may be older than all in the overview. Throws SourceRefused too. */
  events(asked: EventsAsked, signal?: AbortSignal): Promise<Event[]>;
  /** Those that a filter leaves. Throws FilterRefused too. */
  eventLog(asked: EventLogAsked, signal?: AbortSignal): Promise<EventLog>;
  /** One item's history in about `points` rows, from the client itself. */
  history(host: string, item: string, past: Past, points: number, signal?: AbortSignal): Promise<Series>;
  /** The same of several items of one host at once; of what its client does not know there is none. */
  histories(
    host: string,
    items: readonly string[],
    past: Past,
    points: number,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Series>>;
  /** By which rules the items of a host have their levels; an older client tells none. */
  rules(host: string, signal?: AbortSignal): Promise<Readonly<Record<string, readonly RuleView[]>>>;
  /** An SVG as PNG, `density` pixels for each of CSS; absent where nothing draws. Rejects with a reason where there is none. */
  drawPng?: (svg: string, density: number, signal?: AbortSignal) => Promise<Uint8Array>;
  ticket(text: string, signal?: AbortSignal): Promise<TicketView | TicketFault>;
  /** Acknowledges, or plans work of which it returns the number. Throws SourceRefused too. */
  use(wish: TicketUse): Promise<{ id?: number }>;
  /** The same by somebody who has logged in. Throws SourceRefused too. */
  act(deed: Deed): Promise<{ id?: number }>;
  /** Throws SourceRefused too. */
  person(user: string, signal?: AbortSignal): Promise<PersonView>;
  /** Sends a test message to a user by all their channels, and waits for the answers. Throws SourceRefused too. */
  sendTest(user: string): Promise<TriedView[]>;
  /** Calls back whenever something became new; returns how to end that. Absent where nobody is told. */
  onChange?: (listener: (change: Change) => void) => () => void;
}

/** The server would not answer what a person asked for; `message` says what would be right. */
export class SourceRefused extends Error {
  override name = "SourceRefused";
}

/** One filter of events is none. */
export class FilterRefused extends SourceRefused {
  override name = "FilterRefused";
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** The server or a client could not be asked; `message` says which and why, for a person. */
export class SourceUnavailable extends Error {
  override name = "SourceUnavailable";
}
