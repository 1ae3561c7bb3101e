// The whole of what WATCH tells, made piece by piece.

import { WATCHED_EVENTS_MAX, WATCHED_EVENTS_MIN, WATCHED_EVENTS_S } from "../../core/limits.ts";
import type { PlacedSeen, ServerDesk } from "./desk.ts";
import { acksPart, eventPart, headPart, hostPart, plannedPart } from "./watch-parts.ts";
import { formatSeq } from "./watch-seq.ts";

export function* wholeAnswer(desk: ServerDesk): Generator<string> {
  // First: what changes while this is made is told once more.
  const { epoch, count } = desk.news;
  const { last: row } = desk.eventsAfter(Number.MAX_SAFE_INTEGER, 0);
  yield `${headPart(desk, "watch")},"seq":"${formatSeq({ epoch, count, row })}","whole":true,"hosts":{`;
  let comma = "";
  for (const [host] of desk.hosts()) {
    const part = hostPart(desk, host);
    if (part === undefined) continue; // it left meanwhile
    yield comma + part;
    comma = ",";
  }
  yield `},${acksPart(desk)},`;
  yield* plannedPart(desk);
  yield ',"events":[';
  comma = "";
  for (const event of recent(desk)) {
    yield comma + eventPart(event);
    comma = ",";
  }
  yield "]}\n";
}

/** Those of a day, newest first, not too many and not too few. */
function* recent(desk: ServerDesk): Generator<PlacedSeen> {
  const since_s = desk.now_s() - WATCHED_EVENTS_S;
  let count = 0;
  for (const placed of desk.placedEvents({ count: WATCHED_EVENTS_MAX })) {
    if (count++ >= WATCHED_EVENTS_MIN && placed.at_s < since_s) return;
    yield placed;
  }
}
