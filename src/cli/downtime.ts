// dmon downtime: work is planned on hosts or items, and nobody is told of what is on them meanwhile.

import { UNTIL_FORM } from "../core/coming.ts";
import { isWhen, parseWhen, WHEN_FORM } from "../core/hours.ts";
import { parseInterval, unitOfWord } from "../core/interval.ts";
import { object } from "../core/shape.ts";
import { downtimeShape, plannedShape } from "./alerts-source.ts";
import { type CliContext, defineCli, UsageError } from "./command.ts";
import { planned } from "./planned.ts";
import { paperOf, rowsAsLines } from "./rows.ts";
import { render, type Span } from "./screen.ts";
import { askServer, tellServer } from "./server-ask.ts";
import { comingMoment } from "./times.ts";
import { untilIn } from "./until-words.ts";
import { commentOf, nameOf, userOf, type Which, whichOf } from "./which.ts";

const HEAD: Span[] = [["ID", "dim"], "", ["ON", "dim"], ["WHEN", "dim"], ""];

export default defineCli({
  name: "downtime",
  args: "[HOST[:ITEM] WHEN…]",
  count: [0, Number.POSITIVE_INFINITY],
  doc: "Plan work, during which nobody is told of what is on it; what is not well afterwards is. Without words: list what is planned, what is going on first.",
  more: `HOST and ITEM are as in work.conf: tags, groups, names with * and ?, several with commas. WHEN is 2h from now, or as in a
downtime statement: ${WHEN_FORM}. Without a time zone it is in that of the server.

It works on the server's host and the pagemaker's.

Examples:
  dmon downtime
  dmon downtime mars 2h
  dmon downtime mars:root_usage --until "tomorrow 8:00" --text "new disk"
  dmon downtime 'db*' 2026-11-24T22:00+4h
  dmon downtime www1 sun 2:00-4:00 Europe/Berlin
  dmon downtime --end 3`,
  options: {
    until: { value: "TIME", doc: `from now until then, in place of WHEN: ${UNTIL_FORM}` },
    text: { value: "TEXT", doc: "why" },
    user: { value: "NAME", doc: "who plans it; default who is logged in" },
    end: { value: "ID", doc: "end planned work, or what is to come of it" },
    json: { doc: "list it as JSON" },
  },
  notOptions: {
    comment: "write --text TEXT",
    for: "write dmon downtime HOST 2h",
    delete: "write --end ID",
    remove: "write --end ID",
    undo: "write --end ID",
    list: "write dmon downtime",
    from: "write 2026-11-24T22:00+4h behind the host",
    by: "write --user NAME",
  },
  async run(context) {
    const { args, options, settings, out } = context;
    const user = userOf(options.user, process.env);
    if (options.end !== undefined) return end(context, user);
    if (args.length > 0) return plan(context, user);
    for (const name of ["until", "text"])
      if (options[name] !== undefined) throw new UsageError(`--${name} needs a host: dmon downtime HOST --${name} …`);
    // Of what was told only the last: it is not looked at.
    const { now, downtimes, planned: ofWork } = await askServer((await settings()).conf, "ALERTS * * 1", plannedShape);
    if (options.json) {
      out(`${JSON.stringify({ now, downtimes, planned: ofWork })}\n`);
      return 0;
    }
    const paper = paperOf(process.stdout, process.env);
    const rows = planned({ downtimes, planned: ofWork });
    out(rows.length === 0 ? "No work is planned.\n" : render(rowsAsLines([HEAD, ...rows], paper.width), paper));
    return 0;
  },
});

async function end({ args, options, settings, say }: CliContext, user: string): Promise<number> {
  const id = String(options.end);
  if (args.length > 0) throw new UsageError(`"${args[0]}" is too much; one at a time: dmon downtime --end ${id}`);
  if (!/^\d{1,15}$/.test(id)) {
    const hint = /:\d+$/.test(id)
      ? "what stands in the work-config ends when it is changed there"
      : "dmon downtime lists them";
    throw new UsageError(`--end "${id}" is no number of planned work; ${hint}`);
  }
  await tellServer((await settings()).conf, "ENDDOWNTIME", { user, id: Number(id) }, object({}));
  say(`planned work ${Number(id)} has ended\n`);
  return 0;
}

async function plan({ args, options, settings, say }: CliContext, user: string): Promise<number> {
  const { which, when, text } = planOf(args, options, Date.now() / 1000);
  const { conf } = await settings();
  const { downtime } = await tellServer(
    conf,
    "DOWNTIME",
    { user, ...which, when, text },
    object({ downtime: downtimeShape }),
  );
  const { id, now, when: shown } = downtime;
  const isOnce = shown.includes("..");
  const paper = paperOf(process.stdout, process.env);
  const told = [
    `planned work ${id} on ${nameOf(which)}: ${shown}${isOnce ? "" : ", each time anew"}${now ? "; it has begun" : ""}`,
    `Nobody is told of it meanwhile. To end it: dmon downtime --end ${id}`,
  ];
  say(
    render(
      told.flatMap((line) => rowsAsLines([[line]], paper.width)),
      paper,
    ),
  );
  return 0;
}

/** What is planned, as DOWNTIME takes it. Throws UsageError. */
export function planOf(
  [first = "", ...rest]: readonly string[],
  options: CliContext["options"],
  now_s: number,
): { which: Which; when: string; text: string } {
  if (looksTimed(first) && rest.length > 0 && !looksTimed(rest[0] ?? ""))
    throw new UsageError(`the host comes first: dmon downtime ${rest[0]} ${first}`);
  refuseUntil(first, rest, now_s);
  const hasItem = rest.length > 0 && !first.includes(":") && !looksTimed(rest[0] ?? "");
  const isItem = hasItem && (rest.length > 1 || options.until !== undefined) && !/\s/.test(rest[0] ?? "");
  const which = whichOf(isItem ? `${first}:${rest[0]}` : first);
  const words = joined(isItem ? rest.slice(1) : rest);
  const { until, text } = options;
  if (typeof until === "string") {
    const { at_s } = comingMoment("--until", until, now_s);
    const comment = textOf(words, text);
    return { which, when: `${Math.ceil(at_s - now_s)}s`, text: comment };
  }
  const { when, more } = whenOf(words, which);
  return { which, when, text: textOf(more, text) };
}

/** `until 8:00` and `for 2h` without dashes, behind the host or the item. Throws UsageError. */
function refuseUntil(first: string, rest: readonly string[], now_s: number): void {
  const place = rest.slice(0, 2).findIndex((word) => /^(?:until|till?|for)$/i.test(word));
  const said = place < 0 ? undefined : untilIn(rest.slice(place).join(" "), now_s);
  if (said === undefined) return;
  const which = [first, ...rest.slice(0, place)].join(" ");
  const time = /\s/.test(said.time) ? `"${said.time}"` : said.time;
  throw new UsageError(`"${said.words}" is no WHEN; write dmon downtime ${which} --until ${time}`);
}

function whenOf(words: readonly string[], which: Which): { when: string; more: readonly string[] } {
  const [word] = words;
  const name = nameOf(which);
  if (word === undefined) throw new UsageError(`when? write dmon downtime ${name} 2h, or ${WHEN_FORM}`);
  const isSpan = parseInterval(word) !== undefined && /\d/.test(word) && !isWhen(word);
  if (!isSpan) {
    const parsed = parseWhen(words);
    if ("error" in parsed)
      throw new UsageError(
        `${parsed.error}; write dmon downtime ${name} 2h, --until TIME, or ${parsed.hint ?? WHEN_FORM}`,
      );
    return { when: words.slice(0, parsed.used).join(" "), more: words.slice(parsed.used) };
  }
  const [, second = ""] = words;
  // `2h 30m`: the rest is no text.
  if (looksTimed(second))
    throw new UsageError(`"${word}" and "${second}" are two times; write ${timesJoined(word, second)}`);
  return { when: word, more: words.slice(1) };
}

function timesJoined(first: string, second: string): string {
  return parseInterval(second) !== undefined ? `${first}${second}` : `one of them`;
}

/** Words behind WHEN say why, as --text does. */
function textOf(words: readonly string[], option: CliContext["options"][string]): string {
  const [word] = words;
  if (word !== undefined && looksTimed(word))
    throw new UsageError(`"${word}" is one time too many; a text goes with --text`);
  if (typeof option !== "string") return commentOf(words);
  if (word !== undefined) throw new UsageError(`"${word}" and --text are two texts; one of them`);
  return commentOf([option]);
}

/** `2 hours` is 2h. */
function joined(words: readonly string[]): string[] {
  const [number_ = "", unit = "", ...more] = words;
  const letter = /^\d+(\.\d+)?$/.test(number_) ? unitOfWord(unit) : undefined;
  return letter === undefined ? [...words] : [`${number_}${letter}`, ...more];
}

function looksTimed(word: string): boolean {
  return isWhen(word) || (/\d/.test(word) && parseInterval(word) !== undefined);
}
