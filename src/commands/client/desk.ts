// What the commands of the client's port need of the client.

import type { Range } from "../../core/range.ts";
import type { Answer } from "../../wire/command.ts";
import type { CommonDesk } from "../desk.ts";

export interface ClientDesk extends CommonDesk {
  hostname: string;
  now_s(): number;
  /** Hosts that this client measures, by canonical name. */
  hosts(): string[];
  /** Items of a host: measured now, or with history. */
  items(host: string): string[];
  history(query: { host: string; items: readonly string[] } & Range): Iterable<{
    time_s: number;
    buckets: ({ avg: number; min: number; max: number; count: number } | undefined)[];
  }>;
  /** The current state as the REPORT's JSON. */
  report(): string;
  /** The next report comes soon; returns when, and to whom. */
  sendSoon(): { server: string; at_s: number };
  /** Throws Refusal when the secret is wrong. */
  stop(secret: string): void;
  /** Says what came of it. Throws Refusal when the secret is wrong, or when the old config stays. */
  reload(secret: string): Promise<string>;
  /** Asks the server on the caller's behalf. */
  askServer(command: string): Answer;
  zap(): Promise<{ before: number; after: number }>;
}
