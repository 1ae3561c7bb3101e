// dmon events: changes of level as the server has them, newest first.

import type { Conf } from "../config/keys.ts";
import { EVENTS_ANSWERED_MAX } from "../core/limits.ts";
import { defineCli } from "./command.ts";
import { eventsLines, eventsShape, type Told } from "./events-text.ts";
import { limitOf } from "./limit.ts";
import { paperOf } from "./rows.ts";
import { render } from "./screen.ts";
import { tellServer } from "./server-ask.ts";
import { PAST_FORM } from "./times.ts";
import { hostAndItem } from "./which.ts";

/** What a terminal and memory bear; of more, --count and --since leave some. */
const EVENTS_SHOWN_MAX = 1_000_000;

export default defineCli({
  name: "events",
  args: "[HOST] [ITEM]",
  count: [0, 2],
  doc: "Show events, newest first: when the level of an item changed, from what to what, with the value and the rule that it broke.",
  more: `HOST and ITEM are selectors as in the work: groups, db*,!db3; HOST:ITEM is one word for both. The server of this host is asked. On a terminal lines are cut
to its width; in a pipe they are whole, with the day.

Examples:
  dmon events
  dmon events mars
  dmon events 'db*' root_usage --since yesterday
  dmon events web --level '>=sick' --since yesterday
  dmon events --since "monday 8:00" --json`,
  options: {
    since: { value: "TIME", doc: PAST_FORM },
    count: { value: "N", doc: "at most so many; default 20, or all since --since" },
    level: { value: "LEVELS", doc: "only changes to these levels: >=sick, or soso,sick" },
    text: { value: "TEXT", doc: "only those whose text or rule has this" },
    json: { doc: "as JSON" },
  },
  notOptions: {
    from: "write --since TIME",
    last: "write --since 2h",
    host: "write the host's name alone",
    item: "write HOST:ITEM",
    n: "write --count N",
    limit: "write --count N",
    follow: "write watch dmon events",
  },
  async run({ args, options, settings, out }) {
    const now_s = Date.now() / 1000;
    const limit = limitOf(options, now_s);
    const { hosts, items } = hostAndItem(args);
    const { since, level, text } = options;
    const { conf } = await settings();
    const { now, events } = await eventsOf(conf, Math.min(limit.count, EVENTS_SHOWN_MAX), {
      hosts,
      items,
      ...(typeof since === "string" ? { ival: limit.ask(true, 0) } : {}),
      ...(typeof level === "string" ? { levels: level } : {}),
      ...(typeof text === "string" ? { text } : {}),
    });
    if (options.json) {
      out(`${JSON.stringify({ now, events })}\n`);
      return 0;
    }
    const paper = paperOf(process.stdout, process.env);
    if (events.length === 0) out(typeof since === "string" ? "No event in this time.\n" : "No event.\n");
    else out(render(eventsLines(events, now, paper), paper));
    return 0;
  },
});

/** The server answers them part by part, and looks only so far back each time. */
async function eventsOf(conf: Conf, count: number, filter: object): Promise<{ now: number; events: Told[] }> {
  const events: Told[] = [];
  let before: string | undefined;
  for (;;) {
    const part = Math.min(count - events.length, EVENTS_ANSWERED_MAX);
    const wish = { ...filter, count: part, ...(before === undefined ? {} : { before }) };
    const answer = await tellServer(conf, "EVENTLOG", wish, eventsShape);
    for (const event of answer.events) events.push(event);
    before = answer.goOn;
    if (before === undefined || events.length >= count) return { now: answer.now, events };
  }
}
