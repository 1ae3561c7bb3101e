// WATCH: all that CLIENTS tells, and from then on what of it changes, as soon as it does. What the pages' mirror lives by.

import { WATCH_WAIT_MS } from "../../core/limits.ts";
import { defineCommand, Refusal } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { parseSeq, type Seq } from "./watch-seq.ts";
import { answerSince } from "./watch-since.ts";
import { wholeAnswer } from "./watch-whole.ts";

export default defineCommand<ServerDesk>({
  name: "WATCH",
  from: ["localhost", "client"],
  args: [
    { name: "SEQ", optional: true },
    { name: "SECONDS", optional: true },
  ],
  doc: `State, events, acknowledgements, planned work and who was told, with a word SEQ for what is so now. With that: waits until something changes, at most ${WATCH_WAIT_MS / 1000} or SECONDS, and tells what did, and the next SEQ. A SEQ of before a restart is answered with the whole; who ends its half of the connection, at once.`,
  handle(desk, [text = "", seconds]) {
    const wait_ms = seconds === undefined ? WATCH_WAIT_MS : waitOf(seconds);
    const seq = parseSeq(text);
    if (!seq || !isResumable(desk, seq)) return { body: wholeAnswer(desk) };
    const { over, end } = desk.news.wait(seq.epoch, seq.count, wait_ms);
    return { later: over.then(() => next(desk, seq)), end };
  },
});

/** Throws Refusal. */
function waitOf(seconds: string): number {
  if (!/^\d{1,6}$/.test(seconds)) throw new Refusal(`${JSON.stringify(seconds.slice(0, 80))} is no number of seconds`);
  return Math.min(Number(seconds) * 1000, WATCH_WAIT_MS);
}

/** What came meanwhile; the whole, where another database is in use now. */
function next(desk: ServerDesk, seq: Seq) {
  return isResumable(desk, seq) ? answerSince(desk, seq) : { body: wholeAnswer(desk) };
}

// A database that was emptied numbers its events anew.
function isResumable(desk: ServerDesk, { epoch, count, row }: Seq): boolean {
  return desk.news.knowsSince(epoch, count) && desk.eventsAfter(row, 0).last >= row;
}
