// item NAME PROBE [ARG…]: an item of one's own.

import { INTERVAL_FORM, parseInterval } from "../../core/interval.ts";
import { isName, NAME_FORM } from "../../core/names.ts";
import type { ItemDraft } from "../draft.ts";
import { defineStatement } from "../statement.ts";

export default defineStatement({
  name: "item",
  args: ["NAME", "PROBE…"],
  options: {
    every: "interval between two readings; default every minute",
    timeout: "how long a reading may take",
    label: "what people see instead of the name",
    unit: "unit, where it is not the probe's",
  },
  doc: "An item of your own: a probe with arguments. PROBE.VALUE takes another than the probe's main value.",
  example: 'item data_avail disk.avail /srv/data label="room for data"',
  declare({ words, options, complain }, draft) {
    const [name, probe, ...args] = words;
    if (!name || !probe) return;
    if (!isName(name.text)) complain(name, `"${name.text}" cannot be an item`, `use ${NAME_FORM}`);
    const before = draft.items.find((item) => item.name.text === name.text);
    if (before) complain(name, `the item ${name.text} is declared twice`, `first in line ${before.name.place.line}`);
    const item: ItemDraft = { name, probe, args };
    for (const [option, key] of [
      ["every", "every_s"],
      ["timeout", "timeout_s"],
    ] as const) {
      const word = options.get(option);
      const seconds = word ? parseInterval(word.text) : undefined;
      if (word && (seconds === undefined || seconds <= 0))
        complain(word, `"${word.text}" is no interval`, `give ${INTERVAL_FORM}`);
      else if (seconds !== undefined) item[key] = seconds;
    }
    const label = options.get("label");
    if (label) item.label = label.text;
    const unit = options.get("unit");
    if (unit) item.unit = unit.text;
    draft.items.push(item);
  },
});
