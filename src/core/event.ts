// An event: the level of an item changed. Made by the client, which also gives it its id, so that a resend is no second event.

export interface Event {
  /** Unique for ever, increasing in time for one client (a UUIDv7). */
  id: string;
  /** Seconds since the epoch, by the client's clock. */
  time: number;
  host: string;
  item: string;
  /** Names of levels. */
  level: string;
  prev: string;
  value: number | null;
  /** The short text beside the value, or the probe's error. */
  text?: string;
  /** Which rule made the level: `>90% (work.conf:41)`. */
  reason?: string;
}
