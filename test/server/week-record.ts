// What is written down of the simulated week while it goes by, for the law to judge: what came to the server, what people did, what
// was told.

import type { Notice } from "../../src/core/alert/message.ts";
import type { Pending } from "../../src/server/watched-items.ts";
import type { Telling } from "../../src/store/alert-records.ts";
import type { Span } from "./week-plan.ts";

/** A level of an item as the server was told it. */
export interface Known {
  t: number;
  /** When it was so. */
  since: number;
  level: string;
  isFlapping: boolean;
}

export interface Lane {
  user: string;
  channel: string;
}

/** Of one item in a message, and when it was first seen in the queue. */
export interface Said extends Lane {
  t: number;
  id: string;
  notice: Notice;
}

export interface Attempt extends Lane {
  t: number;
  id: string;
  isTaken: boolean;
  /** The server cannot know whether it was taken. */
  isUnsure: boolean;
  /** It was refused for what it is, so it stands aside. */
  isRefused: boolean;
  notices: Notice[];
}

export interface Acknowledged {
  t: number;
  host: string;
  item: string;
  level: string;
  /** By the clock on the wall. */
  until_s: number;
}

export interface Record {
  known: Map<string, Known[]>;
  heard: Map<string, number[]>;
  /** When the server did not run. */
  down: Span[];
  said: Said[];
  attempts: Attempt[];
  acks: Acknowledged[];
  /** By the clock on the wall. */
  works: { t: number; tag: string; items: string; span: Span; ended?: number }[];
  tellings: Telling[];
  pending: Pending[];
  /** Notices that are still in the queue (tellingKey). */
  queued: Set<string>;
  faults: string[];
}

export function emptyRecord(): Record {
  return {
    known: new Map(),
    heard: new Map(),
    down: [],
    said: [],
    attempts: [],
    acks: [],
    works: [],
    tellings: [],
    pending: [],
    queued: new Set(),
    faults: [],
  };
}

export function itemKey(host: string, item: string): string {
  return `${host} ${item}`;
}

/** The same notice, in whatever message it is; reminders are alike, so each is that of its message. */
export function tellingKey(each: Lane & { id: string }, notice: Notice): string {
  return notice.kind === "reminder" ? `${each.id} ${noticeKey(each, notice)}` : noticeKey(each, notice);
}

export function noticeKey(lane: Lane, { host, item, kind, level, prev, since_s }: Notice): string {
  return [laneKey(lane), host, item, kind, level, prev, since_s].join(" ");
}

export function laneKey({ user, channel }: Lane): string {
  return `${user} ${channel}`;
}
