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
  state: HostState;
  /** The client that reported it (for a dumb host, another one). */
  about?: About;
  /** When the server got the last report, by the server's clock; seconds since the epoch. */
  received_s?: number;
}

export interface Overview {
  /** The server's clock when it answered; seconds since the epoch. */
  now_s: number;
  server: string;
  version: string;
  levels: readonly Level[];
  hosts: HostView[];
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
}

/** The server would not answer what a person asked for; `message` says what would be right. */
export class SourceRefused extends Error {
  override name = "SourceRefused";
}

/** The server or a client could not be asked; `message` says which and why, for a person. */
export class SourceUnavailable extends Error {
  override name = "SourceUnavailable";
}
