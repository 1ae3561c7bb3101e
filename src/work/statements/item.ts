// item NAME PROBE [ARG…]: an item of one's own.

import { INTERVAL_FORM, parseInterval } from "../../core/interval.ts";
import type { Word } from "../../core/lexer.ts";
import { ARGUMENT_CHARS_MAX, ITEM_TIMEOUT_S_MAX, UNIT_CHARS_MAX } from "../../core/limits.ts";
import { isName, NAME_FORM } from "../../core/names.ts";
import { withQuotes } from "../apply.ts";
import type { ItemDraft } from "../draft.ts";
import { type Complain, defineStatement, whereOf } from "../statement.ts";

const OPTIONS = {
  every: "interval between two readings; default every minute, or the probe's own",
  timeout: "how long a reading may take",
  label: "what people see instead of the name",
  unit: "unit, where it is not the probe's",
};
export const ITEM_OPTIONS: readonly string[] = Object.keys(OPTIONS);

export default defineStatement({
  name: "item",
  args: ["NAME", "PROBE"],
  tail: "[ARG…]",
  options: OPTIONS,
  keepsUnknown: true,
  doc: "An item of your own: a probe with arguments. PROBE.VALUE takes another than the probe's main value; NAME.VALUE is another value of the same item: `get www1 web web.cert_days`. A probe that takes a command line (nagios, exec) has all options before it, also the item's own: `item d nagios every=5m check_disk -w 10%`; what stands behind the command is the command's, where a word that looks like an option is written in quotes.",
  example: 'item data_avail disk.avail /srv/data label="room for data"',
  declare({ words, options, complain }, draft) {
    const [name, probe, ...args] = words;
    if (!name || !probe) return;
    if (!isName(name.text)) complain(name, `"${name.text}" cannot be an item`, `use ${NAME_FORM}`);
    const before = draft.items.find((item) => item.name.text === name.text);
    if (before) complain(name, `the item ${name.text} is declared twice`, `it is already in ${whereOf(before.name)}`);
    const split = withQuotes(options, args);
    const item: ItemDraft = { name, probe, args, options, ...(split ? { split } : {}) };
    const every = options.get("every");
    const every_s = every && readSeconds(every, complain);
    if (every_s !== undefined) item.every_s = every_s;
    if (every) draft.intervals.push({ at: every, text: every.text, ofReadings: true });
    const timeout = options.get("timeout");
    const timeout_s = timeout && readTimeout(timeout, complain);
    if (timeout_s !== undefined) item.timeout_s = timeout_s;
    for (const arg of args)
      if (arg.text.length > ARGUMENT_CHARS_MAX) complain(arg, `more than ${ARGUMENT_CHARS_MAX} characters`);
    const label = options.get("label");
    if (label) item.label = label.text;
    const unit = options.get("unit");
    if (unit && unit.text.length > UNIT_CHARS_MAX) complain(unit, `a unit of more than ${UNIT_CHARS_MAX} characters`);
    if (unit) item.unit = unit.text;
    draft.items.push(item);
  },
});

/** The seconds of `timeout=`; undefined for what is none, which is said. */
export function readTimeout(word: Word, complain: Complain): number | undefined {
  const seconds = readSeconds(word, complain);
  if (seconds === undefined || seconds <= ITEM_TIMEOUT_S_MAX) return seconds;
  complain(word, "a timeout of more than an hour", `give ${INTERVAL_FORM}`);
  return undefined;
}

function readSeconds(word: Word, complain: Complain): number | undefined {
  const seconds = parseInterval(word.text);
  if (seconds !== undefined && seconds > 0) return seconds;
  complain(word, `"${word.text}" is no interval`, `give ${INTERVAL_FORM}`);
  return undefined;
}
