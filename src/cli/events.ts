// dmon events: changes of level as the server has them, newest first.

import { EVENTS_LOOKED_MAX } from "../core/limits.ts";
import { defineCli } from "./command.ts";
import { eventsLines, eventsShape, tagged } from "./events-text.ts";
import { limitOf } from "./limit.ts";
import { paperOf } from "./rows.ts";
import { render } from "./screen.ts";
import { askServer } from "./server-ask.ts";
import { PAST_FORM } from "./times.ts";
import { asked, hostAndItem, meaning } from "./which.ts";

export default defineCli({
  name: "events",
  args: "[HOST] [ITEM]",
  count: [0, 2],
  doc: "Show events, newest first: when the level of an item changed, from what to what, with the value and the rule that it broke.",
  more: `HOST and ITEM may have * and ? in them; HOST:ITEM is one word for both. The server of this host is asked. On a terminal lines are cut
to its width; in a pipe they are whole, with the day.

Examples:
  dmon events
  dmon events mars
  dmon events 'db*' root_usage --since yesterday
  dmon events --since "monday 8:00" --json`,
  options: {
    since: { value: "TIME", doc: PAST_FORM },
    count: { value: "N", doc: "at most so many; default 20, or all since --since" },
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
    const limit = limitOf(options, Date.now() / 1000);
    const which = hostAndItem(args);
    const { host, item } = asked(which);
    const isAll = host === which.hosts && item === which.items;
    // CLIENTS knows no `*` for all items.
    const words = item === "*" ? [host] : [host, item];
    const line = ["CLIENTS", ...words, limit.ask(isAll, EVENTS_LOOKED_MAX)].join(" ");
    const answer = await askServer((await settings()).conf, line, eventsShape);
    const events = tagged(answer).filter(meaning(which)).slice(0, limit.count);
    if (options.json) {
      out(`${JSON.stringify({ now: answer.now, events })}\n`);
      return 0;
    }
    const paper = paperOf(process.stdout, process.env);
    if (events.length === 0) out(typeof options.since === "string" ? "No event in this time.\n" : "No event.\n");
    else out(render(eventsLines(events, answer.now, paper), paper));
    return 0;
  },
});
