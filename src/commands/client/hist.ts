// HIST: rows of history, grouped as the original's table or as wished [seed].

import { didYouMean } from "../../core/diagnostic.ts";
import { asKept } from "../../core/kept-range.ts";
import { parseRange, RANGE_FORM } from "../../core/range.ts";
import { select } from "../../core/selector.ts";
import { offsetAt } from "../../process/localtime.ts";
import { Refusal } from "../../wire/command.ts";
import { defineClientCommand } from "./declare.ts";
import type { ClientDesk } from "./desk.ts";
import { CHANGES_MAX, histBody } from "./hist-body.ts";

/** Words among the items that ask for more; no item's name can begin with a plus. */
export const MINMAX = "+minmax";
export const CHANGES = "+changes";
const WORDS = [MINMAX, CHANGES];

export default defineClientCommand({
  name: "HIST",
  from: ["localhost", "server"],
  relayed: true,
  args: [
    { name: "ival", optional: true },
    { name: "pnts", optional: true },
    { name: "host", optional: true },
    { name: "item", optional: true, many: true },
  ],
  doc: `History as JSON rows, averaged over groups. ival: ${RANGE_FORM}; times without a zone are local here. pnts: about so many rows, 0 for the usual number. item: names or a selector such as root_* !root_avail. ${MINMAX} among the items adds min, max and the number of readings, ${CHANGES} the newest ${CHANGES_MAX} changes of level or text.`,
  handle(desk, args) {
    const [ival = "day", points = "0", host = desk.hostname, ...words] = args;
    if (!/^\d{1,7}$/.test(points)) throw new Refusal(noNumber(desk, args));
    const asked = parseRange(ival, Number(points) || undefined, desk.now_s(), offsetAt);
    if ("error" in asked) throw new Refusal(asked.error);
    if (!desk.hosts().includes(host))
      throw new Refusal(`${desk.hostname} does not monitor ${host}; it monitors ${desk.hosts().join(", ")}`);
    const items = chosen(desk, host, words);
    const { range, coarser } = asKept(asked, desk.held(host));
    const more = { minMax: words.includes(MINMAX), changes: words.includes(CHANGES), coarser };
    return { body: histBody(desk, { host, items, ...range }, more) };
  },
});

/** The items that the words select as one selector, all without any, in the alphabet [seed]. Throws Refusal. */
function chosen(desk: ClientDesk, host: string, words: readonly string[]): string[] {
  const known = desk.items(host);
  const selectors = words.filter((word) => !WORDS.includes(word));
  if (selectors.length === 0) return known;
  const unknownWord = selectors.find((word) => word.startsWith("+"));
  if (unknownWord) throw new Refusal(`"${unknownWord}" is no word of HIST; it has ${WORDS.join(", ")}`);
  const { names, unmatched } = select(selectors.join(","), known, new Map());
  const [unknown] = unmatched;
  if (unknown)
    throw new Refusal(`${host} has no item "${unknown.part}"; ${didYouMean(unknown.part, known) ?? listed(known)}`);
  if (names.size === 0) throw new Refusal(`of the items of ${host} ${selectors.join(" ")} leaves none`);
  return [...names].sort();
}

/** Of many items the first ones are named. */
const NAMED_MAX = 20;

function listed(items: readonly string[]): string {
  const more = items.length - NAMED_MAX;
  return `it has ${items.slice(0, NAMED_MAX).join(", ") || "none yet"}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What is wrong with `pnts`. Who left it out is told what the line would be with it. */
function noNumber(desk: ClientDesk, [ival = "", points = "", ...words]: readonly string[]): string {
  const wrong = `pnts "${points}" is no number of rows up to 9999999`;
  const hosts = desk.hosts();
  const host = [points, ...words].find((word) => hosts.includes(word)) ?? desk.hostname;
  const items = [points, ...words].filter((word) => word !== host);
  const known = new Set([...WORDS, ...desk.items(host)]);
  if (!items.every((item) => known.has(item))) return wrong;
  return `${wrong}; write ${["HIST", ival, "0", host, ...items].join(" ")}`;
}
