// dmon ack: somebody knows of what is not well and sees to it, so nobody is reminded of it.

import type { Conf } from "../config/keys.ts";
import { UNTIL_FORM } from "../core/coming.ts";
import { didYouMean } from "../core/diagnostic.ts";
import { ALERTS_SHOWN_MAX, HOSTNAME_CHARS_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX } from "../core/limits.ts";
import { list, number, object, text } from "../core/shape.ts";
import { PeerError } from "../wire/ask.ts";
import { type CliContext, defineCli, UsageError } from "./command.ts";
import { itemsOf, mistakenItem } from "./known-items.ts";
import { type Paper, paperOf, rowsAsLines } from "./rows.ts";
import { type Line, render } from "./screen.ts";
import { tellServer } from "./server-ask.ts";
import { comingMoment, comingTime, shortTime } from "./times.ts";
import { untilIn } from "./until-words.ts";
import { commentOf, nameOf, userOf, type Which, whichOf } from "./which.ts";

const word = text(TEXT_CHARS_MAX);
const host = text(HOSTNAME_CHARS_MAX);
const name = text(NAME_CHARS_MAX);
const ackedShape = object({
  now: number,
  acks: list(
    object({ host, tag: name, item: name, level: name, since_s: number, user: word, text: word }, { until_s: number }),
    ALERTS_SHOWN_MAX,
  ),
});
type Acked = ReturnType<typeof ackedShape>["acks"][number];
const unackedShape = object({ unacked: list(object({ tag: host, item: name }), ALERTS_SHOWN_MAX) });

export default defineCli({
  name: "ack",
  args: "HOST[:ITEM] [TEXT…]",
  count: [1, Number.POSITIVE_INFINITY],
  doc: "Acknowledge what is not well: somebody sees to it, and nobody is reminded of it until it is well again. What gets worse is told all the same.",
  more: `HOST and ITEM are as in work.conf: tags, groups, names with * and ?, several with commas, !NAME leaves one out; the item may
stand behind a blank, too. Without an item it is all that is not well of the host. TEXT says why, and is shown to all.

It works on the server's host and the pagemaker's. \`dmon alerts\` lists what is acknowledged.

Examples:
  dmon ack mars
  dmon ack mars:root_usage the new disk is ordered
  dmon ack mars root_usage --until "tomorrow 8:00"
  dmon ack 'db*:*' restored from backup
  dmon ack --undo mars:root_usage`,
  options: {
    until: { value: "TIME", doc: `for so long at most: ${UNTIL_FORM}` },
    text: { value: "TEXT", doc: "why, in place of the words behind" },
    user: { value: "NAME", doc: "who sees to it; default who is logged in" },
    undo: { doc: "take it back" },
  },
  notOptions: {
    comment: "write --text TEXT, or the words behind",
    message: "write --text TEXT, or the words behind",
    for: "write --until 2h",
    remove: "write --undo",
    delete: "write --undo",
    by: "write --user NAME",
  },
  async run({ args, options, settings, say }) {
    const user = userOf(options.user, process.env);
    if (options.undo && (options.until !== undefined || options.text !== undefined))
      throw new UsageError("--undo takes back what is acknowledged; it goes with neither --until nor --text");
    const until =
      typeof options.until === "string" ? comingMoment("--until", options.until, Date.now() / 1000) : undefined;
    whichOf(args[0] ?? "");
    const { conf } = await settings();
    const paper = paperOf(process.stdout, process.env);
    if (options.undo) {
      say(render(await undone(conf, args, user), paper));
      return 0;
    }
    const { which, words } = await splitWords(conf, args, options.text);
    if (options.text === undefined) refuseTime(nameOf(which), words, Date.now() / 1000);
    const wish = { user, ...which, text: words, ...(until ? { until: until.wire } : {}) };
    const answer = await tellServer(conf, "ACK", wish, ackedShape).catch(async (error) => {
      throw (await mistake(conf, error, which)) ?? error;
    });
    say(render(acknowledged(answer, which, paper), paper));
    return 0;
  },
});

/** `mars root_usage`, and `mars it is being repaired`: the second word is an item where the host has one of that name. */
async function splitWords(
  conf: Conf,
  [first = "", ...rest]: readonly string[],
  option: CliContext["options"][string],
): Promise<{ which: Which; words: string }> {
  const which = whichOf(first);
  const [second] = rest;
  if (second === undefined || first.includes(":")) return { which, words: chosenText(rest, option) };
  if (/^\S*([*]|[?,](?=.))\S*$/.test(second))
    // `root*`, but not `why?`
    return { which: { ...which, items: second }, words: chosenText(rest.slice(1), option) };
  const items = await itemsOf(conf, which.hosts);
  if (items.has(second)) return { which: { ...which, items: second }, words: chosenText(rest.slice(1), option) };
  // One word alone, or one with an underscore, is rather a mistyped item than a reason for all of the host.
  const near = rest.length === 1 || second.includes("_") ? didYouMean(second, items) : undefined;
  if (near !== undefined || (second.includes("_") && !/\s/.test(second)))
    throw new UsageError(
      `${which.hosts} has no item "${second}"; ${near ? `${near} A text goes with --text` : `write ${first}:ITEM, or --text for a text`}`,
    );
  return { which, words: chosenText(rest, option) };
}

function chosenText(words: readonly string[], option: CliContext["options"][string]): string {
  if (typeof option !== "string") return commentOf(words);
  if (words.length > 0) throw new UsageError(`"${words[0]}" and --text are two texts; one of them`);
  return commentOf([option]);
}

/** `until 8:00` as a text would be an acknowledgement without end. Throws UsageError. */
function refuseTime(which: string, words: string, now_s: number): void {
  const said = untilIn(words, now_s);
  if (said === undefined) return;
  const time = /\s/.test(said.time) ? `"${said.time}"` : said.time;
  throw new UsageError(
    `"${said.words}" would be a text, and nobody reminded without end; write dmon ack ${quoted(which)} --until ${time}, or --text "${words}"`,
  );
}

/** What was meant by who asks for an item that there is not. */
async function mistake(conf: Conf, error: unknown, which: Which): Promise<Error | undefined> {
  if (!(error instanceof PeerError) || !error.message.startsWith("nothing to acknowledge")) return undefined;
  const message = await mistakenItem(conf, which);
  return message === undefined ? undefined : new Error(message, { cause: error });
}

function acknowledged(
  { now, acks }: { now: number; acks: readonly Acked[] },
  which: Which,
  { width }: Paper,
): readonly Line[] {
  const until_s = acks[0]?.until_s;
  const until = until_s === undefined ? "it is well again" : `${comingTime(until_s, now)}, or it is well again`;
  const all = acks.length === 1 && acks[0] ? `${acks[0].tag}:${acks[0].item}` : nameOf(which);
  return [
    ...rowsAsLines(
      acks.map(({ tag, item, level, since_s }) => [
        "acknowledged",
        [`${tag}:${item}`, "bold"],
        `${level} since ${shortTime(since_s, now)}`,
      ]),
      width,
    ),
    ...rowsAsLines([[[`Nobody is reminded until ${until}.`, "dim"]]], width),
    ...rowsAsLines([[[`To take it back: dmon ack --undo ${quoted(all)}`, "dim"]]], width),
  ];
}

async function undone(conf: Conf, [first = "", second, more]: readonly string[], user: string): Promise<Line[]> {
  if (more !== undefined || (second !== undefined && first.includes(":")))
    throw new UsageError(`"${more ?? second}" is too much; --undo takes HOST:ITEM and no text`);
  const which = second === undefined ? whichOf(first) : whichOf(`${first}:${second}`);
  const { unacked } = await tellServer(conf, "UNACK", { user, ...which }, unackedShape);
  return unacked.map(({ tag, item }) => ["acknowledged no more  ", [`${tag}:${item}`, "bold"]]);
}

/** As a shell takes it. */
function quoted(typed: string): string {
  return /[*?!]/.test(typed) ? `'${typed}'` : typed;
}
