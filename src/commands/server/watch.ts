// WATCH: all that CLIENTS tells, and from then on what of it changes, as soon as it does. What the pages' mirror lives by.

import { defineCommand } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { parseSeq, type Seq } from "./watch-seq.ts";
import { answerSince } from "./watch-since.ts";
import { wholeAnswer } from "./watch-whole.ts";

export default defineCommand<ServerDesk>({
  name: "WATCH",
  from: ["localhost", "client"],
  args: [{ name: "SEQ", optional: true }],
  doc: "State, events, acknowledgements, planned work and who was told, with a word SEQ for what is so now. With that: waits until something changes, at most 25 s, and tells what did, and the next SEQ. A SEQ of before a restart is answered with the whole; who ends its half of the connection, at once.",
  handle(desk, [text = ""]) {
    const seq = parseSeq(text);
    if (!seq || !isResumable(desk, seq)) return { body: wholeAnswer(desk) };
    const { over, end } = desk.news.wait(seq.epoch, seq.count);
    return { later: over.then(() => next(desk, seq)), end };
  },
});

/** What came meanwhile; the whole, where another database is in use now. */
function next(desk: ServerDesk, seq: Seq) {
  return isResumable(desk, seq) ? answerSince(desk, seq) : { body: wholeAnswer(desk) };
}

// A database that was emptied numbers its events anew.
function isResumable(desk: ServerDesk, { epoch, count, row }: Seq): boolean {
  return desk.news.knowsSince(epoch, count) && desk.eventsAfter(row, 0).last >= row;
}
