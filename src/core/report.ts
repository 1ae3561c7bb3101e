// A report: the state of the items of one client and of the dumb hosts behind it, by host and item.

import type { Kind } from "./reading.ts";

/** One item's state. Carries all that a server needs to show an item that it does not know. */
export interface ItemState {
  value: number | null;
  level: string;
  /** Since when it has this level, and when the value was read; seconds since the epoch. */
  since: number;
  time: number;
  unit: string;
  kind: Kind;
  label?: string;
  text?: string;
  /** Set when the probe failed: what happened and what to do. */
  error?: string;
  /** Which rule made the level; absent while it is the best one. */
  rule?: string;
}

export type HostState = Record<string, ItemState>;

/** What a client says of itself, beside its hosts, under the key REPORT_ABOUT. */
export interface About {
  host: string;
  version: string;
  target: string;
  /** The client's clock when it sent this, and when its daemon started. */
  time: number;
  started: number;
  /** Seconds until the server may expect the next report. */
  ival: number;
}

/** The key in a report that is no host: no host's name may begin so. */
export const REPORT_ABOUT = "-client";

export interface Report {
  about: About;
  hosts: Record<string, HostState>;
}

/** The wire form, as the original has it: hosts at the top, and the client's own words beside them. */
export function reportToJson(report: Report): string {
  return JSON.stringify({ [REPORT_ABOUT]: report.about, ...report.hosts });
}
