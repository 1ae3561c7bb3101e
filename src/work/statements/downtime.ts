// downtime HOSTS ITEMS WHEN [TEXT]: planned work, once or recurring.

import { isWhen, parseWhen, WHEN_FORM } from "../../core/hours.ts";
import { TEXT_CHARS_MAX } from "../../core/limits.ts";
import { defineStatement, partOf } from "../statement.ts";
import { isKnownZone } from "../zones.ts";

export default defineStatement({
  name: "downtime",
  args: ["HOSTS", "ITEMS", "WHEN…"],
  tail: "[TEXT]",
  misplaced(words) {
    const texts = words.map(({ text }) => text);
    const [first = "", second = "", ...rest] = texts;
    // A host may be called sun: only where no time stands behind can it be the day.
    const noDays = rest.length === 0 || /^\d{1,2}[-:]/.test(rest[0] ?? "");
    const i = "error" in parseWhen(rest) && isWhen(first) ? 0 : noDays && isWhen(second) ? 1 : -1;
    const at = words[i];
    if (!at) return undefined;
    const others = texts.filter((text) => !isWhen(text));
    const line = [others[0] ?? "HOSTS", others[1] ?? "*", ...texts.filter((text) => isWhen(text)), ...others.slice(2)];
    const message = `"${at.text}" stands where ${i === 0 ? "HOSTS" : "ITEMS"} belong`;
    return { at, message, hint: `write downtime ${line.join(" ")}` };
  },
  doc: `Planned work: meanwhile nobody is alerted, and the pages say so. WHEN is ${WHEN_FORM}; local time of the server unless a zone is given.`,
  example: 'downtime db* * sun 2:00-4:00 "weekly backup"',
  declare({ key, words, complain }, draft) {
    const [hosts, items, ...rest] = words;
    if (!hosts || !items) return;
    const parsed = parseWhen(rest.map(({ text }) => text));
    if ("error" in parsed) {
      complain(rest[parsed.at] ?? items, parsed.error, `write ${parsed.hint ?? WHEN_FORM}`);
      return;
    }
    if (!isKnownZone(parsed.value.zone, rest[parsed.used - 1], complain)) return;
    const [text, extra] = rest.slice(parsed.used);
    if (extra) complain(extra, `"${extra.text}" is too much`, 'a text of several words stands in "…"');
    if (text && text.text.length > TEXT_CHARS_MAX) complain(text, `a text of more than ${TEXT_CHARS_MAX} characters`);
    const [when] = rest;
    const span = "from" in parsed.value ? when?.text.indexOf("+") : undefined;
    if (when && span !== undefined && span >= 0) {
      const interval = when.text.slice(span + 1);
      draft.intervals.push({ at: partOf(when, interval, span + 1), text: interval });
    }
    draft.downtimes.push({ key, hosts, items, when: parsed.value, ...(text ? { text } : {}) });
  },
});
