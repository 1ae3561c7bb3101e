// The last day of what a mail tells of, as PNG: asked of the client itself, which has the history, and drawn aside.

import type { Notice } from "../core/alert/message.ts";
import type { Level } from "../core/fitness.ts";
import { GRAPH_BYTES_MAX, MAIL_GRAPHS_MS_MAX } from "../core/limits.ts";
import { stretchesOf, thresholdsOf } from "../plot/marks.ts";
import { Scale } from "../plot/scale.ts";
import { readSeries } from "../plot/series.ts";
import { SMALL_PICTURE_DENSITY, smallPicture } from "../plot/small-picture.ts";
import { offsetAt } from "../process/localtime.ts";
import type { Server } from "../server/server.ts";
import { askJson } from "../wire/ask.ts";
import { drawPng } from "./pictures.ts";

/** Ten minutes each. */
const ROWS = 144;
/** The last changes of the item that limits and levels are told from. */
const EVENTS_ASKED = 50;
/** Who does not answer at once is most likely what the mail is about. */
const CONNECT_MS_MAX = 1000;

/** Rejects where there is none: the client is silent, the item has no history. */
export async function noticeGraph(
  { host, tag, item }: Notice,
  { server, levels, now_s }: { server: Server; levels: readonly Level[]; now_s: number },
): Promise<Uint8Array> {
  const target = server.clients.target(host);
  const known = server.host(host);
  const state = known && Object.hasOwn(known.state, item) ? known.state[item] : undefined;
  if (!target || !state) throw new Error("nothing is known of it");
  const answer = await askJson(target, `HIST 1d ${ROWS} ${host} ${item} +minmax`, {
    connect_ms: CONNECT_MS_MAX,
    silence_ms: MAIL_GRAPHS_MS_MAX,
    total_ms: MAIL_GRAPHS_MS_MAX,
    bytes: GRAPH_BYTES_MAX,
  });
  const series = readSeries(answer);
  const scale = new Scale(levels);
  const events = [...server.events({ host, item, count: EVENTS_ASKED })];
  const { unit, kind } = state;
  const svg = smallPicture({
    title: `${tag} ${item}`,
    unit,
    kind,
    series,
    limits: thresholdsOf(state, events, scale, unit),
    stretches: stretchesOf(state, events, scale, series, Math.min(series.to_s, now_s)),
    offsetAt,
  });
  return await drawPng(svg, { density: SMALL_PICTURE_DENSITY, adopts: "all" });
}
