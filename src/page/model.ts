// What the pages draw from, and where they ask for it. The pagemaker gets it over the wire; a test makes it up.

import type { Event } from "../core/event.ts";
import type { Level } from "../core/fitness.ts";
import type { About, HostState } from "../core/report.ts";
import type { Series } from "../plot/series.ts";

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
}

/** Somebody sees to an item that is not well. Times are seconds since the epoch, as below. */
export interface AckView {
  host: string;
  item: string;
  user: string;
  at_s: number;
  until_s?: number;
  /** The worst level that is acknowledged. */
  level: string;
  text: string;
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

/** What the link is used for: `until` is a moment as ISO 8601 has it; absent, until all is well. */
export type TicketUse =
  | { action: "ack"; ticket: string; until?: string; text: string }
  | { action: "downtime"; ticket: string; until: string; items: string; text: string };

export interface Overview {
  /** The server's clock when it answered; seconds since the epoch. */
  now_s: number;
  server: string;
  version: string;
  levels: readonly Level[];
  hosts: HostView[];
  acks: readonly AckView[];
  planned: readonly PlannedView[];
  /** The last of all hosts, newest first, at most RECENT_EVENTS. */
  events: Event[];
}

/** Events that come with every overview. */
export const RECENT_EVENTS = 200;

/** The last events of one host or item; names as the server has them. */
export interface EventsAsked {
  host?: string;
  item?: string;
  count: number;
}

/** So many seconds up to now by the clock of who kept them, or up to `to_s`. */
export interface Past {
  span_s: number;
  to_s?: number;
}

/** Throws SourceUnavailable when the server or the client cannot be asked. What nobody waits for any more (`signal`) is given up. */
export interface PageSource {
  /** Everything but history. Many pages share one, so none of them can give it up. */
  overview(): Promise<Overview>;
  /** Newest first: those of one host or item may be older than all in the overview. Throws SourceRefused too. */
  events(asked: EventsAsked, signal?: AbortSignal): Promise<Event[]>;
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
  /** An SVG as PNG, `density` pixels for each of CSS; absent where nothing draws. Rejects with a reason where there is none. */
  drawPng?: (svg: string, density: number) => Promise<Uint8Array>;
  ticket(text: string, signal?: AbortSignal): Promise<TicketView | TicketFault>;
  /** Acknowledges, or plans work of which it returns the number. Throws SourceRefused too. */
  use(wish: TicketUse): Promise<{ id?: number }>;
}

/** The server would not answer what a person asked for; `message` says what would be right. */
export class SourceRefused extends Error {
  override name = "SourceRefused";
}

/** The server or a client could not be asked; `message` says which and why, for a person. */
export class SourceUnavailable extends Error {
  override name = "SourceUnavailable";
}
