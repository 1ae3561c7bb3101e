// get SELECTOR ITEM…: these hosts monitor these items [seed].

import { isName } from "../../core/names.ts";
import { catalogue, findItem, findProbeValue } from "../catalogue.ts";
import { defineStatement } from "../statement.ts";

/** What nobody has to ask for. */
const ALWAYS = catalogue.filter(({ declared }) => declared.always).map(({ name }) => name);

export default defineStatement({
  name: "get",
  args: ["HOSTS", "ITEM…"],
  doc: `These hosts monitor these items. HOSTS is a list of tags and globs, \`!\` excludes, \`*\` is all. Each client has besides: ${ALWAYS.join(", ")}.`,
  example: "get www,db*,!db3 cpu_load root_usage",
  misplaced([hosts, ...items]) {
    for (const [i, at] of items.entries()) {
      const plain = at.text.replace(/^\//, "");
      if (plain !== at.text && isName(plain) && findItem(plain))
        return { at, message: `"${at.text}" cannot be an item`, hint: `write ${plain}` };
      if (!at.text.includes(".") || "error" in findProbeValue(at.text)) continue;
      const args = items.slice(i + 1).map(({ text }) => text);
      const hint = `write item NAME ${[at.text, ...args].join(" ")}, and get ${hosts?.text} NAME`;
      return { at, message: `"${at.text}" is a value of a probe, no item`, hint };
    }
    return undefined;
  },
  declare({ words }, draft) {
    const [hosts, ...items] = words;
    if (hosts) draft.gets.push({ hosts, items });
  },
});
