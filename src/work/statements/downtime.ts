// downtime HOSTS ITEMS WHEN [TEXT]: planned work, once or recurring.

import { parseWhen, WHEN_FORM } from "../../core/hours.ts";
import { TEXT_CHARS_MAX } from "../../core/limits.ts";
import { defineStatement, partOf } from "../statement.ts";
import { isKnownZone } from "../zones.ts";

export default defineStatement({
  name: "downtime",
  args: ["HOSTS", "ITEMS", "WHEN"],
  tail: "[TEXT]",
  doc: `Planned work: meanwhile nobody is alerted, and the pages say so. WHEN is ${WHEN_FORM}; local time of the server unless a zone is given.`,
  later: true,
  example: 'downtime db* * sun 2:00-4:00 "weekly backup"',
  declare({ key, words, complain }, draft) {
    const [hosts, items, ...rest] = words;
    if (!hosts || !items) return;
    const parsed = parseWhen(rest.map(({ text }) => text));
    if ("error" in parsed) {
      complain(rest[parsed.at] ?? items, parsed.error, `write ${WHEN_FORM}`);
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
