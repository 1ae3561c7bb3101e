// A report: the state of the items of one client and of the dumb hosts behind it, by host and item.

import {
  HOSTNAME_CHARS_MAX,
  HOSTS_PER_REPORT_MAX,
  INVENTORY_LINES_MAX,
  ITEMS_PER_HOST_MAX,
  NAME_CHARS_MAX,
  REQUEST_JSON_BYTES_MAX,
  TEXT_CHARS_MAX,
  UNIT_CHARS_MAX,
} from "./limits.ts";
import { HOSTNAME_FORM, isHostname, isName, NAME_FORM } from "./names.ts";
import { KINDS, type Kind } from "./reading.ts";
import { boolean, nullable, number, object, record, type Shape, ShapeError, text } from "./shape.ts";

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
  /** The level changes all the time: so it is now, and its changes make no events. */
  flapping?: boolean;
}

export type HostState = Record<string, ItemState>;

/** What a host is made of, for people: `CPU` -> `AMD EPYC (2 cores)`. */
export type Inventory = Record<string, string>;

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
  inventory?: Inventory;
  /** How long its last round took until its first values were stored. */
  cycle_ms?: number;
  /** Events that wait for the server. */
  queue?: number;
}

/** The key in a report that is no host: no host's name may begin so. */
export const REPORT_ABOUT = "-client";

export interface Report {
  about: About;
  hosts: Record<string, HostState>;
}

const shortText = text(TEXT_CHARS_MAX);
const hostname = text(HOSTNAME_CHARS_MAX, { test: isHostname, name: HOSTNAME_FORM });

// A newer client may have a kind that we do not know: drawn as a gauge it is still worth showing.
const kindShape: Shape<Kind> = (value, path) =>
  KINDS.find((kind) => kind === text(NAME_CHARS_MAX)(value, path)) ?? "gauge";

const itemShape: Shape<ItemState> = object(
  {
    value: nullable(number),
    level: text(NAME_CHARS_MAX, { test: isName, name: NAME_FORM }),
    since: number,
    time: number,
    unit: text(UNIT_CHARS_MAX),
    kind: kindShape,
  },
  { label: shortText, text: shortText, error: shortText, rule: shortText, flapping: boolean },
);
export const hostStateShape: Shape<HostState> = record(isName, itemShape, ITEMS_PER_HOST_MAX);
const hostsShape = record(isHostname, hostStateShape, HOSTS_PER_REPORT_MAX);
export const inventoryShape: Shape<Inventory> = record(
  (key) => key.length <= NAME_CHARS_MAX,
  shortText,
  INVENTORY_LINES_MAX,
);
export const aboutShape: Shape<About> = object(
  {
    host: hostname,
    version: text(NAME_CHARS_MAX),
    target: text(NAME_CHARS_MAX),
    time: number,
    started: number,
    ival: number,
  },
  { inventory: inventoryShape, cycle_ms: number, queue: number },
);

/** The wire form, as the original has it: hosts at the top, and the client's own words beside them. */
export function reportToJson(report: Report): string {
  return JSON.stringify({ [REPORT_ABOUT]: report.about, ...report.hosts });
}

/** What a host can do without in a report that would be too long, the least needed first. */
const OMITTED = ["text", "label", "rule", "error"] as const;

/**
 * A report as one or more of at most `bytes_max` in the wire form, each of whole hosts: the server takes each for itself. A
 * host that alone is too long is sent without its texts, so that at least its levels arrive.
 */
export function* splitReport({ about, hosts }: Report, bytes_max = REQUEST_JSON_BYTES_MAX): Generator<Report> {
  const empty = Buffer.byteLength(reportToJson({ about, hosts: {} }));
  let part: Record<string, HostState> = {};
  let bytes = empty;
  for (const [host, state] of Object.entries(hosts)) {
    const shown = fitting(host, state, bytes_max - empty);
    const size = sizeOf(host, shown);
    const count = Object.keys(part).length;
    if (count > 0 && (bytes + size > bytes_max || count >= HOSTS_PER_REPORT_MAX)) {
      yield { about, hosts: part };
      part = {};
      bytes = empty;
    }
    part[host] = shown;
    bytes += size;
  }
  yield { about, hosts: part };
}

function sizeOf(host: string, state: HostState): number {
  return Buffer.byteLength(JSON.stringify({ [host]: state })) - 1; // two braces go, a comma comes
}

function fitting(host: string, state: HostState, bytes_max: number): HostState {
  let shown = state;
  for (const key of OMITTED) {
    if (sizeOf(host, shown) <= bytes_max) break;
    shown = Object.fromEntries(Object.entries(shown).map(([item, all]) => [item, without(all, key)]));
  }
  return shown;
}

function without(all: ItemState, key: (typeof OMITTED)[number]): ItemState {
  const rest = { ...all };
  delete rest[key];
  return rest;
}

/** Reads the wire form. Throws ShapeError. */
export function reportFromJson(value: unknown): Report {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new ShapeError("", "an object");
  const { [REPORT_ABOUT]: about, ...hosts } = value as Record<string, unknown>;
  return { about: aboutShape(about, REPORT_ABOUT), hosts: hostsShape(hosts, "") };
}
