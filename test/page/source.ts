// What the pages ask for, from a made-up overview: events, and a past that agrees with levels, events and values now.

import type { Event } from "../../src/core/event.ts";
import type { ItemState } from "../../src/core/report.ts";
import { judge } from "../../src/page/fleet.ts";
import { type Overview, type PageSource, SourceRefused, SourceUnavailable } from "../../src/page/model.ts";
import type { Series } from "../../src/plot/series.ts";
import { eventLogOf } from "./event-log.ts";
import { NOW_S, noise } from "./fixture.ts";

/** So long before its first event an item was on its way to the limit. */
const LEAD_S = 8 * 3600;

/** A source that answers from an overview; `backup` cannot be asked for history. */
export function sourceOf(overview: Overview): PageSource {
  const eventsOf = (name: string | undefined, item: string | undefined) =>
    overview.events.filter((event) => (name ?? event.host) === event.host && (item ?? event.item) === event.item);
  const source: PageSource = {
    ...seen(overview),
    ticket: () => Promise.resolve({ fault: "forged", why: "this link is not whole" }),
    use: () => Promise.reject(new SourceRefused("nothing is to be done here")),
    act: () => Promise.reject(new SourceRefused("nothing is to be done here")),
    person: () => Promise.resolve({ lines: [], told: [] }),
    sendTest: () => Promise.reject(new SourceRefused("nobody is told here")),
    eventLog: async (asked) => eventLogOf(overview, asked),
    events: ({ host, item, count }) => Promise.resolve(eventsOf(host, item).slice(0, count)),
    history(name, item, { span_s, to_s }, points) {
      if (name.startsWith("backup")) {
        return Promise.reject(
          new SourceUnavailable("backup.example.org (192.0.2.9, port 22008) did not accept a connection within 3 s"),
        );
      }
      const view = overview.hosts.find((candidate) => candidate.host === name);
      const state = view && Object.hasOwn(view.state, item) ? view.state[item] : undefined;
      return Promise.resolve(pastOf(state, eventsOf(name, item), span_s, points, to_s));
    },
    rules: () =>
      Promise.resolve({
        root_usage: [
          { level: "soso", rule: ">80% (work.conf:41)" },
          { level: "sick", rule: ">90% until <85% (work.conf:41)" },
        ],
      }),
    async histories(name, items, past, points, signal) {
      const found = items.map(async (item) => [item, await source.history(name, item, past, points, signal)] as const);
      return new Map(await Promise.all(found));
    },
  };
  return source;
}

/** That an overview is all that is known. */
export function seen(overview: Overview): Pick<PageSource, "fleet" | "eventsOf"> {
  return {
    fleet: () => Promise.resolve(judge(overview)),
    eventsOf: (host, item) => overview.events.filter((event) => event.host === host && event.item === item),
  };
}

/** The way from one event to the next: from a value to another, within the limits of the level that holds meanwhile. */
interface Leg {
  from_s: number;
  to_s: number;
  from: number;
  to: number;
  low: number;
  high: number;
}

/** An item's past, as its events tell it. */
export function pastOf(
  state: ItemState | undefined,
  events: Event[],
  span_s: number,
  points: number,
  to_s = NOW_S,
): Series {
  const value = state?.value;
  if (value === null) return seriesOf(span_s, points, () => undefined, to_s);
  const legs = legsOf(value ?? 1, events, span_s);
  const flat = state?.kind === "state";
  const size = legs.length > 1 ? 0.004 : 0.03;
  const cap = (v: number, { low, high }: Leg) => Math.min(high, state?.unit === "%" ? 100 : high, Math.max(low, v));
  return seriesOf(
    span_s,
    points,
    (time_s, i) => {
      const leg = legs.findLast(({ from_s }) => time_s >= from_s) ?? legs[0];
      if (!leg) return undefined;
      if (flat) return { avg: leg.from, min: leg.from, max: leg.from };
      const part = Math.min(1, Math.max(0, (time_s - leg.from_s) / (leg.to_s - leg.from_s)));
      const wave = size * leg.to * Math.sin(Math.PI * part);
      const avg = leg.from + (leg.to - leg.from) * part + wave * (Math.sin(part * 18) + noise(i) - 0.5);
      const near = 3 * size * leg.to;
      return {
        avg: cap(avg, leg),
        min: cap(avg - near * noise(i + 0.7), leg),
        max: cap(avg + near * (noise(i + 0.5) > 0.97 ? 2 : noise(i + 0.2)), leg),
      };
    },
    to_s,
  );
}

function legsOf(now: number, events: Event[], span_s: number): Leg[] {
  const turns: Turn[] = [];
  for (const event of events.toReversed()) turns.push(...turnOf(event, turns.at(-1)));
  const [first] = turns;
  const free = { low: 0, high: Infinity };
  if (!first) return [{ from_s: NOW_S - span_s, to_s: NOW_S, from: now * 0.72, to: now, ...free }];
  const far = first.above ? 0.88 : 1 / 0.88;
  const lead = { from_s: first.time_s - LEAD_S, to_s: first.time_s, from: first.limit * far, to: short(first) };
  const legs: Leg[] = [{ ...lead, ...free, [first.above ? "high" : "low"]: first.limit }];
  for (const [i, turn] of turns.entries()) {
    const next = turns[i + 1];
    const leg: Leg = { from_s: turn.time_s, to_s: next?.time_s ?? NOW_S, from: turn.value, to: now, ...free };
    if (next) {
      leg[next.above ? "high" : "low"] = next.limit;
      leg.to = short(next);
    }
    leg[turn.above ? "low" : "high"] = turn.limit * (turn.above ? 1.0005 : 0.9995);
    legs.push(leg);
  }
  return legs;
}

interface Turn {
  time_s: number;
  value: number;
  limit: number;
  above: boolean;
}

/** When the readings passed the limit that an event names, or came back; `for` is how long they did before it was told. */
function turnOf({ time, value, reason = "" }: Event, before: Turn | undefined): Turn[] {
  const [, side, limit, for_m = "0"] = /^([<>])([\d.]+)[^ ]*(?: until \S+)?(?: for (\d+)m)?/.exec(reason) ?? [];
  if (value === null) return [];
  if (limit === undefined) return before ? [{ time_s: time, value, limit: before.limit, above: !before.above }] : [];
  return [{ time_s: time - Number(for_m) * 60, value, limit: Number(limit), above: side === ">" }];
}

/** A value that is nearly beyond the limit. */
function short({ limit, above }: Turn): number {
  return limit * (above ? 0.996 : 1.004);
}

function seriesOf(
  span_s: number,
  points: number,
  at: (time_s: number, i: number) => { avg: number; min: number; max: number } | undefined,
  to_s = NOW_S,
): Series {
  const bucket_s = Math.max(60, Math.round(span_s / points / 60) * 60);
  const from_s = to_s - span_s;
  const rows: Series["rows"] = [];
  for (let time_s = Math.ceil(from_s / bucket_s) * bucket_s, i = 0; time_s < to_s; time_s += bucket_s, i++) {
    rows.push({ time_s, ...(at(time_s, i) ?? { avg: null, min: null, max: null }) });
  }
  return { from_s, to_s, bucket_s, rows };
}

/** Of a value that grows from `from` to `to`, with noise, spikes, and a gap. */
export function history(span_s: number, points: number, from: number, to: number, unit: string): Series {
  const cap = (v: number) => (unit === "%" ? Math.min(100, Math.max(0, v)) : Math.max(0, v));
  const from_s = NOW_S - span_s;
  return seriesOf(span_s, points, (time_s, i) => {
    const part = (time_s - from_s) / span_s;
    if (part > 0.41 && part < 0.455) return undefined;
    const size = Math.abs(to - from) * 0.06 || 1;
    const avg = from + (to - from) * part + size * (noise(i) - 0.5) + size * 2 * Math.sin(part * 18);
    const spike = noise(i + 0.5) > 0.97 ? size * 6 : size * noise(i + 0.2);
    return { avg: cap(avg), min: cap(avg - size * noise(i + 0.7)), max: cap(avg + spike) };
  });
}
