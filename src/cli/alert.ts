// dmon alert --test: who would be told if an item had a level, when and by which line; who not, and why; nobody is told. --send: a test
// message, to see whether one arrives.

import { UNTIL_FORM } from "../core/coming.ts";
import { sendTest } from "./alert-send.ts";
import { trialLines, trialShape } from "./alert-text.ts";
import { defineCli, UsageError } from "./command.ts";
import { paperOf } from "./rows.ts";
import { render } from "./screen.ts";
import { tellServer } from "./server-ask.ts";
import { comingMoment } from "./times.ts";
import { hostAndItem, isPlain } from "./which.ts";

export default defineCli({
  name: "alert",
  args: "--test HOST:ITEM LEVEL, or --send USER [CHANNEL]",
  count: [0, 3],
  doc: "Show who would be told if an item had a level, and who not. With when, by which channel and line of the work-config, and why not; nobody is told. Or send a test message.",
  more: `What holds alerts up now counts: acknowledgements, planned work, hours, what a host needs. --at asks for a moment to come,
such as the next night. What was told, and what was not and why, shows \`dmon alerts HOST ITEM\`.

--send sends a test message to a user of the work at once, by CHANNEL, or by all by which an alert line tells them, and shows what
each of them answered; the exit code is 1 when one did not take it.

It works on the server's host and the pagemaker's.

Examples:
  dmon alert --test mars:root_usage crit
  dmon alert --test mars root_usage sick --at 3:00
  dmon alert --test mars:dmon dead --at "sunday 3:00"
  dmon alert --send anna
  dmon alert --send anna mail`,
  options: {
    test: { doc: "only try it. Written twice it is also the option of dmon itself" },
    send: { doc: "send a test message, which says that it is one" },
    at: { value: "TIME", doc: `when the level would begin, in place of now: ${UNTIL_FORM}` },
    json: { doc: "as JSON" },
  },
  notOptions: { since: "what was told shows dmon alerts --since TIME", when: "write --at TIME" },
  async run({ args, options, settings, out, err }) {
    if (options.send) {
      if (options.test || options.at !== undefined)
        throw new UsageError("--send goes with neither --test nor --at; write dmon alert --send USER [CHANNEL]");
      return sendTest((await settings()).conf, args, { out, isJson: options.json === true });
    }
    if (!options.test)
      throw new UsageError(
        "dmon alert tells nobody; write dmon alert --test HOST:ITEM LEVEL, dmon alert --send USER, or dmon alerts",
      );
    const { host, item, level } = triedOf(args);
    const at = typeof options.at === "string" ? momentOf(options.at, `${host} ${item}`) : undefined;
    const wish = { host, item, level, ...(at ? { at } : {}) };
    const answer = await tellServer((await settings()).conf, "ALERTTEST", wish, trialShape);
    if (answer.unknown !== undefined) err(`[warning] dmon: ${answer.unknown}\n`);
    if (options.json) {
      out(`${JSON.stringify(answer)}\n`);
      return 0;
    }
    const paper = paperOf(process.stdout, process.env);
    out(render(trialLines(answer, paper.width), paper));
    return 0;
  },
});

function triedOf(args: readonly string[]): { host: string; item: string; level: string } {
  const words = args[0]?.includes(":") ? args.slice(0, 1) : args.slice(0, 2);
  const { hosts: host, items: item } = hostAndItem(words);
  const [level, more] = args.slice(words.length);
  if (more !== undefined) throw new UsageError(`"${more}" is too much; write dmon alert --test HOST:ITEM LEVEL`);
  if (words.length === 0 || item === "*" || level === undefined) {
    const missing = words.length === 0 ? "of which host?" : item === "*" ? "of which item?" : "which level?";
    throw new UsageError(`${missing} write dmon alert --test HOST:ITEM LEVEL`);
  }
  const many = [host, item].find((word) => !isPlain(word));
  if (many !== undefined) throw new UsageError(`"${many}" is more than one; try one host and one item at a time`);
  return { host, item, level };
}

/** Throws UsageError; for what is over it says where that is shown. */
function momentOf(typed: string, what: string): string | undefined {
  if (typed === "now") return undefined;
  try {
    return comingMoment("--at", typed, Date.now() / 1000).wire;
  } catch (error) {
    if (!(error instanceof UsageError) || !error.message.endsWith("is over already")) throw error;
    throw new UsageError(`${error.message}; what was told then, and what not and why, shows: dmon alerts ${what}`);
  }
}
