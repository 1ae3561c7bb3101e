// What WATCH tells of changes: bounded, made once for all who wait for the same; what is more comes at once with the next answer.

import { ANSWER_CHUNK_BYTES, WATCH_CHANGES_BYTES_MAX, WATCH_EVENTS_MAX } from "../../core/limits.ts";
import type { Answer } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { acksPart, eventPart, headPart, hostPart, plannedPart } from "./watch-parts.ts";
import { formatSeq, type Seq } from "./watch-seq.ts";

/** Changes as they go out: small ones as text, large ones in pieces that all share. */
interface Made {
  text?: string;
  pieces: Uint8Array[];
}

export function answerSince(desk: ServerDesk, seq: Seq): Answer {
  if (desk.news.count === seq.count) return { body: [`${headPart(desk, "nothing")},"seq":"${formatSeq(seq)}"}\n`] };
  const head = headPart(desk, "watch");
  const { text, pieces } = desk.news.once(formatSeq(seq), () => make(desk, seq));
  return text === undefined ? { body: inPieces(head, pieces) } : { body: [head, text] };
}

function* inPieces(head: string, pieces: readonly Uint8Array[]): Generator<string | Uint8Array> {
  yield head;
  yield* pieces;
}

function make(desk: ServerDesk, seq: Seq): Made {
  const text = changes(desk, seq);
  if (text.length <= ANSWER_CHUNK_BYTES) return { text, pieces: [] };
  const bytes = Buffer.from(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += ANSWER_CHUNK_BYTES)
    pieces.push(bytes.subarray(at, at + ANSWER_CHUNK_BYTES));
  return { pieces };
}

function changes(desk: ServerDesk, { epoch, count, row }: Seq): string {
  const { news } = desk;
  const hosts = hostsSince(desk, count);
  const events = eventsSince(desk, count, row);
  // Up to what is told all is known; what is told of later changes already is told once more.
  const known = Math.min(hosts.known, events.known);
  const left = news.leftSince(count);
  const parts = [
    `"seq":"${formatSeq({ epoch, count: known, row: events.row })}"`,
    `"hosts":{${hosts.parts.join(",")}}`,
    ...(left.length > 0 ? [`"left":${JSON.stringify(left)}`] : []),
    ...(news.lastOf("acks") > count ? [acksPart(desk)] : []),
    ...(news.lastOf("planned") > count ? [[...plannedPart(desk)].join("")] : []),
    ...(events.parts.length > 0 ? [`"events":[${events.parts.join(",")}]`] : []),
  ];
  return `,${parts.join(",")}}\n`;
}

/** Hosts in the order of their changes; `known` is the count up to which they are all told. */
function hostsSince(desk: ServerDesk, count: number): { parts: string[]; known: number } {
  const parts: string[] = [];
  let chars = 0;
  let known = count;
  for (const [host, at] of desk.news.hostsSince(count)) {
    if (chars >= WATCH_CHANGES_BYTES_MAX) return { parts, known };
    known = at;
    const part = hostPart(desk, host);
    if (part === undefined) continue; // it left
    parts.push(part);
    chars += part.length;
  }
  return { parts, known: desk.news.count };
}

/** Events in the order in which they were stored; `row` is the last one that is told. */
function eventsSince(desk: ServerDesk, count: number, row: number): { parts: string[]; known: number; row: number } {
  const last = desk.news.lastOf("events");
  if (last <= count) return { parts: [], known: desk.news.count, row };
  const { events } = desk.eventsAfter(row, WATCH_EVENTS_MAX);
  const isAll = events.length < WATCH_EVENTS_MAX;
  return { parts: events.map(eventPart), known: isAll ? desk.news.count : last - 1, row: events.at(-1)?.row ?? row };
}
