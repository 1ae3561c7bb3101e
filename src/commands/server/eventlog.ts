// EVENTLOG: the events that a filter leaves, page by page.

import { formatCursor } from "../../core/event-filter.ts";
import { EVENTS_ANSWERED_MAX, EVENTS_LOOKED_MAX } from "../../core/limits.ts";
import { defineCommand, json } from "../../wire/command.ts";
import type { EventSearch, ServerDesk } from "./desk.ts";
import { readWish, searchOf, WishFault } from "./event-wish.ts";
import { foreignJson } from "./foreign.ts";

export default defineCommand<ServerDesk>({
  name: "EVENTLOG",
  from: ["localhost", "client"],
  args: [{ name: "JSON", rest: "text", optional: true }],
  doc: `Events, newest first, that fit all of {"hosts", "group", "items"}, selectors as in the work; {"levels"} that they lead to: >=sick, or soso,sick; with {"recoveries": true} also those that leave them for a better one; {"flapping": true}: only its begins and ends; {"text"} that their text or reason has; {"ival"} as HIST has it. {"count"}: 100, at most ${EVENTS_ANSWERED_MAX}. {"before"} or {"after"} is a place that an answer named; behind "after" they come oldest first. "goOn" in the answer is where to go on; "reached" is there when ${EVENTS_LOOKED_MAX} were looked at before there were enough: the time of the last one.`,
  handle(desk, [given = "{}"]) {
    const wish = foreignJson(given, readWish);
    try {
      return { body: answer(desk, searchOf(desk, wish)) };
    } catch (error) {
      if (!(error instanceof WishFault)) throw error;
      return json({ resp: `error ${error.message}`, field: error.field });
    }
  },
});

function* answer(desk: ServerDesk, search: EventSearch): Generator<string> {
  const known = new Map(desk.hosts().map(([host, { tag }, seen]) => [host, { tag, state: seen?.state }]));
  // A search that fails at once is an error, and no answer that breaks off.
  const rows = desk.search(search);
  let row = rows.next();
  yield `{"resp":"ok eventlog","now":${desk.now_s()},"events":[`;
  let comma = "";
  for (; !row.done; row = rows.next()) {
    if (row.value === undefined) {
      yield "";
      continue;
    }
    const { event, at_s: at } = row.value;
    const { tag = event.host, state } = known.get(event.host) ?? {};
    const unit = state && Object.hasOwn(state, event.item) ? state[event.item]?.unit : undefined;
    yield comma + JSON.stringify({ ...event, at, tag, ...(unit === undefined ? {} : { unit }) });
    comma = ",";
  }
  const { looked, goOn, gaveUp } = row.value;
  yield `],"looked":${looked}`;
  if (goOn) yield `,"goOn":${JSON.stringify(formatCursor(goOn))}`;
  if (goOn && gaveUp) yield `,"reached":${goOn.at_s}`;
  yield "}\n";
}
