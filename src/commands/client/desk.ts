// What the commands of the client's port need of the client.

import type { Bucket, Held } from "../../core/consolidation.ts";
import type { Range } from "../../core/range.ts";
import type { Kind } from "../../core/reading.ts";
import type { Answer, Later } from "../../wire/command.ts";
import type { CommonDesk } from "../desk.ts";

/** The past that is asked for: of these items in this order, in rows of `bucket_s`. */
export interface HistoryOf extends Range {
  host: string;
  items: readonly string[];
}

/** From `time_s` on an item had this level, with this text beside its value. */
export interface HistoryChange {
  time_s: number;
  item: string;
  level: string;
  text?: string;
  /** The level is another one; else only the text. */
  isLevel: boolean;
}

export interface ClientDesk extends CommonDesk {
  hostname: string;
  now_s(): number;
  /** Hosts that this client measures, by canonical name. */
  hosts(): string[];
  /** Items of a host: measured now, or with history. */
  items(host: string): string[];
  /** What the numbers of a host's items are, of those that are measured now. */
  measures(host: string): Readonly<Record<string, { unit: string; kind: Kind }>>;
  /** What there is of each tier for a host, finest first. */
  held(host: string): readonly Held[];
  /**
   * Rows that have anything, oldest first, with a bucket or none for each item; made as they are taken. Undefined where it
   * looked at much and has no row yet: others may have their turn.
   */
  history(query: HistoryOf): Iterable<{ time_s: number; buckets: readonly (Bucket | undefined)[] } | undefined>;
  /** The newest changes of level and text in [from_s, to_s), at most `count` of them, oldest first. */
  changes(query: Omit<HistoryOf, "bucket_s">, count: number): readonly HistoryChange[];
  /** The rules of a host's items, the mildest level first: its name, and the test in words with its place. */
  rules(host: string): Readonly<Record<string, readonly { level: string; rule: string }[]>>;
  /** The current state as the REPORT's JSON. */
  report(): string;
  /** The next report comes soon; returns when, and to whom. */
  sendSoon(): { server: string; at_s: number };
  /** Throws Refusal when the secret is wrong. */
  stop(secret: string): void;
  /** Says what came of it. Throws Refusal when the secret is wrong, or when the old config stays. */
  reload(secret: string): Promise<string>;
  /** Asks the server on the caller's behalf. */
  askServer(command: string): Answer | Later;
  zap(): Promise<{ before: number; after: number }>;
}
