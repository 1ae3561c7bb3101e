// What a server tells of itself, for those who look after it.

import { NAME_CHARS_MAX } from "./limits.ts";
import { number, object, type Shape, text } from "./shape.ts";

export interface Figures {
  version: string;
  /** When its daemon started; seconds since the epoch. */
  started_s: number;
  /** Of the daemon as a whole, which is a client as well. */
  rss_bytes: number;
  cpu_s: number;
  /** Since it started. */
  reports: number;
  events: number;
  /** Peers that were not admitted, or too many, since it started. */
  refused: number;
  /** Those that it heard of, of so many that the work has. */
  hosts_known: number;
  hosts: number;
  /** Notices that something holds up, and messages that nobody took yet. */
  pending: number;
  queue: number;
  /** The database with its log. */
  database_bytes: number;
}

/** Reads them from the wire. Throws ShapeError. */
export const figuresShape: Shape<Figures> = object({
  version: text(NAME_CHARS_MAX),
  started_s: number,
  rss_bytes: number,
  cpu_s: number,
  reports: number,
  events: number,
  refused: number,
  hosts_known: number,
  hosts: number,
  pending: number,
  queue: number,
  database_bytes: number,
});
