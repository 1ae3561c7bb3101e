// What the server answers to WATCH, and an older one to CLIENTS, as the mirror takes it.

import type { Event } from "../../core/event.ts";
import { type Figures, figuresShape } from "../../core/figures.ts";
import type { About, HostState } from "../../core/report.ts";
import { boolean, number, ShapeError, text } from "../../core/shape.ts";
import type { AckView, DowntimeView, HostView, PlannedView, ToldView } from "../model.ts";
import type { PlacedEvent } from "./events.ts";

/** What is new; all of it, where it is whole. */
export interface News {
  now_s: number;
  /** By which to go on; undefined: the server is older and cannot. */
  seq?: string;
  whole: boolean;
  hosts: HostView[];
  /** Hosts that left the work. */
  left: string[];
  acks?: AckView[];
  planned?: PlannedView[];
  downtimes?: DowntimeView[];
  events: PlacedEvent[];
  figures?: Figures;
}

type OnWire = { tag: string; about?: About; received?: number } & Pick<HostView, "via" | "voice">;
type ToldOnWire = Record<string, (Omit<ToldView, "at_s"> & { at: number })[]>;
const SEQ_CHARS_MAX = 100;

/** Of WATCH. Throws ShapeError for what cannot be one; the server checked every part of it when it came in. */
export function readNews(answer: Record<string, unknown>): News {
  const { figures, acks, planned, downtimes } = answer;
  const hosts = entries<OnWire & { state: HostState; told?: ToldOnWire }>(answer.hosts, "hosts");
  return {
    now_s: number(answer.now, "now"),
    seq: text(SEQ_CHARS_MAX)(answer.seq, "seq"),
    whole: answer.whole === undefined ? false : boolean(answer.whole, "whole"),
    hosts: hosts.map(([host, { state, told, ...seen }]) => ({
      ...viewOf(host, seen, state),
      ...(told ? { told: toldOf(told) } : {}),
    })),
    left: rows<string>(answer.left, "left"),
    ...(acks === undefined ? {} : { acks: rows<AckView>(acks, "acks") }),
    ...(planned === undefined ? {} : { planned: rows<PlannedView>(planned, "planned") }),
    ...(downtimes === undefined ? {} : { downtimes: rows<DowntimeView>(downtimes, "downtimes") }),
    events: rows<PlacedEvent>(answer.events, "events"),
    ...(figures === undefined ? {} : { figures: figuresShape(figures, "figures") }),
  };
}

/** Of CLIENTS: the whole, without a word to go on by. Throws ShapeError. */
export function readClients(answer: Record<string, unknown>): News {
  const states = new Map(entries<HostState>(answer.cdmp, "cdmp"));
  const events = rows<Event>(answer.events, "events");
  const { length } = events;
  return {
    now_s: number(answer.now, "now"),
    whole: true,
    hosts: entries<OnWire>(answer.clients, "clients").map(([host, seen]) => viewOf(host, seen, states.get(host) ?? {})),
    left: [],
    acks: rows<AckView>(answer.acks, "acks"),
    planned: rows<PlannedView>(answer.planned, "planned"),
    downtimes: rows<DowntimeView>(answer.downtimes, "downtimes"),
    events: events.map((event, i) => ({ ...event, at: event.time, row: length - i })),
  };
}

function viewOf(host: string, { received, ...seen }: OnWire, state: HostState): HostView {
  return { host, ...seen, state, ...(received === undefined ? {} : { received_s: received }) };
}

function toldOf(told: ToldOnWire): Record<string, ToldView[]> {
  return Object.fromEntries(
    Object.entries(told).map(([item, list]) => [item, list.map(({ at, ...whom }) => ({ ...whom, at_s: at }))]),
  );
}

/** An older server, or one that has nothing new, leaves parts out. */
function rows<T>(value: unknown, path: string): T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new ShapeError(path, "a list");
  return value as T[];
}

function entries<T>(value: unknown, path: string): [string, T][] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new ShapeError(path, "an object");
  return Object.entries(value as Record<string, T>);
}
