// flap ITEMS [on HOSTS] high=… low=… | off: when an item flaps.

import { DEFAULT_FLAP, type FlapLimits } from "../../core/flapping.ts";
import { parseNumber } from "../../core/units.ts";
import { defineStatement, type Input, splitHosts } from "../statement.ts";

const FORM = `write flap ITEMS [on HOSTS] high=${DEFAULT_FLAP.high}% low=${DEFAULT_FLAP.low}%, or off`;

export default defineStatement({
  name: "flap",
  args: ["ITEMS"],
  tail: "[on HOSTS] [off]",
  options: {
    high: `from so many percent on it flaps; default ${DEFAULT_FLAP.high}%`,
    low: `at so many percent or less it does not any more; default ${DEFAULT_FLAP.low}%`,
  },
  doc: "When an item flaps, that is, changes its level so often that single changes are no news: it makes one event when that begins and one when it ends. Percent are those of Nagios: how many of the last 20 readings changed the level, the newest weighing 1.25, the oldest 0.75. `off`: never. The last flap that matches an item and host wins.",
  example: "flap ping_* on www* high=50% low=25%",
  declare(input, draft) {
    const scope = splitHosts(input, FORM);
    if (!scope) return;
    const { items, hosts, rest } = scope;
    const [word, extra] = rest;
    const { complain } = input;
    if (word && word.text !== "off" && !hosts)
      return draft.whenRead(() => {
        const [of, on] = draft.hostKind(items.text) ? [word, items] : [items, word];
        const kind = draft.hostKind(on.text);
        if (!kind) return complain(word, `"${word.text}" is not understood`, FORM);
        const limits = [...input.options].map(([name, { text }]) => `${name}=${text}`);
        const line = [of, on].map(({ text }) => text).join(" on ");
        const hint = `write flap ${[line, ...(extra ? [extra.text] : []), ...limits].join(" ")}`;
        complain(on, `"${on.text}" is a ${kind}`, hint);
      });
    if (word && word.text !== "off") return complain(word, `"${word.text}" is not understood`, FORM);
    if (extra) return complain(extra, `flap: "${extra.text}" is too much`, FORM);
    if (word && input.options.size > 0) return complain(word, "both off and limits", FORM);
    if (!word && input.options.size === 0) return complain(input.key, "flap: high=, low= or off is missing", FORM);
    const limits = word ? "off" : limitsOf(input);
    if (limits) draft.flaps.push({ items, ...(hosts ? { hosts } : {}), limits });
  },
});

function limitsOf({ key, options, complain }: Input): FlapLimits | undefined {
  const limits = { ...DEFAULT_FLAP };
  let wrong = false;
  for (const name of ["high", "low"] as const) {
    const word = options.get(name);
    const percent = word ? parseNumber(word.text, "%") : limits[name];
    if (percent === undefined || percent < 0 || percent > 100) {
      complain(word ?? key, `"${word?.text}" is no share`, `write a number from 0 to 100, such as ${name}=30%`);
      wrong = true;
    } else limits[name] = percent;
  }
  if (wrong) return undefined;
  if (limits.high > limits.low) return limits;
  complain(
    options.get("high") ?? options.get("low") ?? key,
    `high (${limits.high}%) is not above low (${limits.low}%)`,
    "give both, such as high=30% low=20%",
  );
  return undefined;
}
