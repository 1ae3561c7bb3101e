// dmon alerts: what waits to be told and why, and what was told to whom.

import { ALERTS_SHOWN_MAX } from "../core/limits.ts";
import { alertsShape } from "./alerts-source.ts";
import { alertsLines } from "./alerts-text.ts";
import { defineCli } from "./command.ts";
import { limitOf } from "./limit.ts";
import { paperOf } from "./rows.ts";
import { render } from "./screen.ts";
import { askServer } from "./server-ask.ts";
import { PAST_FORM } from "./times.ts";
import { asked, hostAndItem, meaning } from "./which.ts";

export default defineCli({
  name: "alerts",
  args: "[HOST] [ITEM]",
  count: [0, 2],
  doc: "Show which alerts wait and why, and who was told of what. With messages that nobody took yet, acknowledgements, when and by which line of the work-config somebody was told, and what was not told and why.",
  more: `HOST and ITEM may have * and ? in them; HOST:ITEM is one word for both. Beside the last so many, --since shows all that
was told since then.

It works on the server's host and the pagemaker's. Who would be told of something tells \`dmon alert --test\`.

Examples:
  dmon alerts
  dmon alerts mars root_usage --since yesterday
  dmon alerts --since "2h ago" --json`,
  options: {
    since: { value: "TIME", doc: PAST_FORM },
    count: { value: "N", doc: "the last so many that were told; default 20" },
    json: { doc: "as JSON, with the ids of messages" },
  },
  notOptions: {
    from: "write --since TIME",
    last: "write --since 2h",
    host: "write the host's name alone",
    item: "write HOST:ITEM",
    test: "write dmon alert --test HOST:ITEM LEVEL",
    n: "write --count N",
    limit: "write --count N",
  },
  async run({ args, options, settings, out }) {
    const limit = limitOf(options, Date.now() / 1000);
    const which = hostAndItem(args);
    const { host, item } = asked(which);
    const isAll = host === which.hosts && item === which.items;
    const answer = await askServer(
      (await settings()).conf,
      `ALERTS ${host} ${item} ${limit.ask(isAll, ALERTS_SHOWN_MAX)}`,
      alertsShape,
    );
    const isMeant = meaning(which);
    const shown = {
      ...answer,
      pending: answer.pending.filter(isMeant),
      // Of a message of several only the worst is known.
      queue: answer.queue.filter(({ notices, first }) => notices > 1 || !first || isMeant(first)),
      acks: answer.acks.filter(isMeant),
      told: answer.told.filter(isMeant).slice(0, limit.count),
    };
    if (options.json) {
      out(`${JSON.stringify(shown)}\n`);
      return 0;
    }
    const paper = paperOf(process.stdout, process.env);
    out(render(alertsLines(shown, paper, args.length === 0), paper));
    return 0;
  },
});
