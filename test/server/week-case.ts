// One user, channel and item of the simulated week, as the law (week-law.ts) judges them; and what held up all that would have been
// told of it.

import type { Span } from "./week-plan.ts";
import { type Lane, laneKey, type Said } from "./week-record.ts";
import { narrowed } from "./week-spans.ts";
import type { Truth } from "./week-truth.ts";
import type { Host, Line } from "./week-work.ts";

export const DIGEST_S = 30;
/** What comes by the server's own looks, or by hours, is so much late; and messages take some seconds. */
export const SLACK_S = 15;
export const LOOK_S = 60 + SLACK_S;
/** What needs something else waits for news of that, longer while its own client is not heard. */
export const GRACE_S = 90;
export const GRACE_SILENT_S = 300;

export interface Case {
  truth: Truth;
  lane: Lane;
  host: Host;
  item: string;
  lines: readonly Line[];
  /** While these lines were in force. */
  span: Span;
  said: Said[];
  /** What they were told last before. */
  known: Said | undefined;
  /** What was put into a message, and taken out of it again before anybody had it. */
  takenBack: Said[];
  /** What is in the record as not told, and when that may have been. */
  unsaid: { level: string; whens: number[] }[];
  /** When messages to them stood. */
  blocked: Span[];
  fault(t: number, what: string): void;
}

export function caseKey(lane: Lane, host: string, item: string): string {
  return `${laneKey(lane)} ${host} ${item}`;
}

/** What holds up all that would be told of an item, each stretch longer by `more_s` at its ends; and what it needs by its own. */
export function holdsOf({ truth, host, item }: Case, more_s: number, needs: Span): [why: string, spans: Span[]][] {
  const wider = (spans: readonly Span[]) =>
    more_s < 0 ? narrowed(spans, -more_s) : spans.map(([from, to]): Span => [from - more_s, to + more_s]);
  const isOwn = item === "dmon";
  return [
    ["it flaps", truth.flapping(host.name, item)],
    ["work is planned", truth.planned(host, item)],
    ["its client is silent", isOwn ? [] : wider(truth.silent(host.client))],
    ["what it needs is bad", truth.lacking(host, needs).filter(([from, to]) => from < to)],
    ["the server is down", more_s < 0 ? truth.down : truth.down.map(([from, to]): Span => [from, to + SLACK_S])],
  ];
}
