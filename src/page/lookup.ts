// Hosts, items and ranges as addresses name them; what is not there is answered with what is near.

import { nearest } from "../core/diagnostic.ts";
import { formatInterval } from "../core/interval.ts";
import { GRAPH_SPAN_S, TIME_S_MAX, TIME_S_MIN } from "../core/limits.ts";
import { MOMENT_FORM } from "../core/moment.ts";
import { parseStretch } from "../core/range.ts";
import type { ItemState } from "../core/report.ts";
import { formatMoment } from "../plot/clock.ts";
import type { Series } from "../plot/series.ts";
import { offsetAt } from "../process/localtime.ts";
import type { Fleet, HostStatus } from "./fleet.ts";
import { ownItem } from "./fleet.ts";
import type { Past } from "./model.ts";
import { graphUrl, hostUrl, itemUrl } from "./parts.ts";
import { BadRequest, NotFound } from "./view.ts";

/** The host of that tag or name; throws NotFound with the nearest one. */
export function findHost(fleet: Fleet, name: string): HostStatus {
  const host = fleet.find(name);
  if (host) return host;
  const near = nearest(
    name,
    fleet.hosts.flatMap(({ view }) => [view.tag, view.host]),
  );
  const found = near === undefined ? undefined : fleet.find(near);
  throw new NotFound(`There is no host “${short(name)}” in the work-config.`, {
    near: found && { href: hostUrl(found.view.tag), text: found.view.tag },
  });
}

/** The item of that name on the host; throws NotFound with the nearest one. */
export function findItemOf(host: HostStatus, item: string): ItemState {
  const state = ownItem(host.view, item);
  if (state) return state;
  throw noItemOf(host, item);
}

/** No host has such an item; with the one that was probably meant. */
export function noItem(item: string, { hosts }: Pick<Fleet, "hosts">): NotFound {
  const [only] = hosts;
  if (hosts.length === 1 && only) return noItemOf(only, item);
  const near = nearest(item, new Set(hosts.flatMap(({ rows }) => rows.map((row) => row.item))));
  return new NotFound(`No host has an item “${short(item)}”.`, {
    near: near === undefined ? undefined : { href: itemUrl(near), text: near },
    onward: { href: "items", text: "all items" },
  });
}

function noItemOf({ view: { tag }, rows, silent }: HostStatus, item: string): NotFound {
  const onward = { href: hostUrl(tag), text: `all of ${tag}` };
  if (silent === "never")
    return new NotFound(`The host ${tag} has not reported yet, so nobody knows its items.`, { onward });
  const near = nearest(
    item,
    rows.map((row) => row.item),
  );
  return new NotFound(`The host ${tag} has no item “${short(item)}”.`, {
    near: near === undefined ? undefined : { href: graphUrl(tag, near), text: near },
    onward,
  });
}

/** A stretch of time, and about how many rows of history draw it well: those of the tiers (SPEC 9). */
export interface Range extends Past {
  name: string;
  /** How people read it, where that is something else. */
  label?: string;
  points: number;
}

const DAY_S = 86_400;
export const RANGES: readonly Range[] = [
  { name: "hour", span_s: 3600, points: 60 },
  { name: "day", span_s: DAY_S, points: 288 },
  { name: "week", span_s: 7 * DAY_S, points: 336 },
  { name: "month", span_s: 31 * DAY_S, points: 372 },
  { name: "year", span_s: 366 * DAY_S, points: 366 },
];
const DEFAULT_RANGE = "day";
const SPAN_S = GRAPH_SPAN_S;
const LENGTHS = `${formatInterval(SPAN_S.min)} to ${formatInterval(SPAN_S.max)}`;
/** What `?ival=` may be, for messages and for who asks. */
export const RANGE_FORM = `${RANGES.map((range) => range.name).join(", ")}, an interval such as 30m, 6h, 2d, 4w (${LENGTHS}), a day such as yesterday or 2026-11-22, or FROM..TO with times such as ${MOMENT_FORM}`;

/** The range that `?ival=` names, as HIST takes it; absent, a day. Times are local to the pagemaker. Throws BadRequest. */
export function rangeOf(query: URLSearchParams, now_s: number): Range {
  const text = query.get("ival") || DEFAULT_RANGE;
  const named = RANGES.find((range) => range.name === text);
  if (named) return named;
  const stretch = parseStretch(text, now_s, offsetAt);
  if ("error" in stretch) {
    // A word is most likely a mistyped one; behind `..` the reader knows which part is wrong.
    if (text.includes("..") && text.length <= 100) throw new BadRequest(`ival: ${stretch.error}.`);
    throw new BadRequest(`ival=${short(text)} is no range; it can be ${RANGE_FORM}.`);
  }
  const span_s = stretch.span_s ?? stretch.to_s - stretch.from_s;
  if (stretch.from_s < TIME_S_MIN || stretch.to_s > TIME_S_MAX || span_s < SPAN_S.min || span_s > SPAN_S.max)
    throw new BadRequest(`ival=${short(text)} is no range that can be drawn; these are of ${LENGTHS}.`);
  const points = Math.min(360, Math.ceil(span_s / 60));
  if (stretch.span_s !== undefined) return { name: formatInterval(span_s), span_s, points };
  // As our own links have it, which is nothing to read.
  const isEpoch = /^\d+\.\.\d+$/.test(text);
  const label = `${formatMoment(stretch.from_s, now_s)} to ${formatMoment(stretch.to_s, now_s)}`;
  return { name: text, ...(isEpoch ? { label } : {}), span_s, to_s: stretch.to_s, points };
}

/** The series over the whole of the range, so that a host of an hour's age does not fill a day's graph. */
export function overRange(series: Series, range: Range, now_s: number): Series {
  const to_s = range.to_s ?? now_s;
  const from_s = to_s - range.span_s;
  // A client whose clock is far off has its own "now".
  if (series.rows.length > 0 && Math.abs(series.to_s - to_s) > range.span_s / 2) return series;
  if (series.rows.length === 0) return { ...series, from_s, to_s };
  return { ...series, from_s: Math.min(series.from_s, from_s), to_s: Math.max(series.to_s, to_s) };
}

function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
