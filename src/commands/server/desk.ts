// What the commands of the server's port need of the server.

import type { Event } from "../../core/event.ts";
import type { About, HostState, Report } from "../../core/report.ts";
import type { WorkKind } from "../../core/work-kind.ts";
import type { CommonDesk } from "../desk.ts";

export interface ServerDesk extends CommonDesk {
  now_s(): number;
  hostname: string;
  /** All hosts of the work, by canonical name. */
  hosts(): [
    host: string,
    work: { tag: string; via?: string },
    known?: { state: HostState; about: About; received: number },
  ][];
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
  /** A work-file and when it was last modified (seconds since the epoch); undefined when there is none. */
  work(kind: WorkKind, host: string): { text: string; lm: number } | undefined;
  /** Only the time, 0 when there is none: asked with every report. */
  workTime(kind: WorkKind, host: string): number;
  /** The raw answer of a host's client. */
  relay(host: string, command: string): AsyncIterable<Uint8Array>;
  /** A line for each client, as they answer. */
  askAll(command: string): AsyncIterable<string>;
}
