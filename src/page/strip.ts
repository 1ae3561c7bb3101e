// The levels of the last hours in one line: the worse, the higher, so that it does not rest on colour. Pure.

import type { Event } from "../core/event.ts";
import { formatAge } from "../core/interval.ts";
import type { Stretch } from "../plot/marked.ts";
import { stretchesOf } from "../plot/marks.ts";
import { SEVERITY } from "../plot/scale.ts";
import type { Fleet, Row } from "./fleet.ts";
import { type Html, html } from "./html.ts";

const HOURS = 12;
const SIZE = { width: 96, height: 14 };
/** The heights of what is fine, and of the worst. */
const HEIGHT = { least: 2, most: 14 };
const WORST = Math.max(...Object.values(SEVERITY));
/** Where a clock's second of a page changes nothing in the picture. */
const STEP_S = 60;

/** How an item was in the last hours; `events` are its own, newest first. Nothing of an item that was never otherwise. */
export function strip({ host, item, state, stale }: Row, events: readonly Event[], fleet: Fleet): Html {
  const { now_s } = fleet.overview;
  const to_s = Math.ceil(now_s / STEP_S) * STEP_S;
  const from_s = to_s - HOURS * 3600;
  // What held before the first event began nobody knows when, but not before there was anybody to see it.
  const seen_s = Math.min(to_s, Math.max(from_s, host.view.about?.started ?? from_s));
  const series = { from_s, to_s, bucket_s: 60, rows: [{ time_s: seen_s, avg: 0, min: 0, max: 0 }] };
  const stretches = stretchesOf(state, events, fleet.scale, series, stale ? Math.min(state.time, to_s) : to_s);
  const words = stretches.map(({ label, from_s: from, to_s: to }) => `${label} ${formatAge(to - from)}`).join(", ");
  return html`<svg class="strip" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${item} on ${host.view.tag}, last ${HOURS} hours: ${words || "unknown"}"><title>last ${HOURS} hours: ${words || "unknown"}</title>${stretches.map((each) => bar(each, from_s, to_s))}</svg>`;
}

function bar({ from_s, to_s, look }: Stretch, begin_s: number, end_s: number): Html {
  const x = (time_s: number) => ((time_s - begin_s) / (end_s - begin_s)) * SIZE.width;
  const height = HEIGHT.least + ((HEIGHT.most - HEIGHT.least) * SEVERITY[look]) / WORST;
  const width = Math.max(1.5, x(to_s) - x(from_s));
  return html`<rect class="k-${look}" x="${Math.min(x(from_s), SIZE.width - width).toFixed(1)}" y="${(SIZE.height - height).toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"/>`;
}
