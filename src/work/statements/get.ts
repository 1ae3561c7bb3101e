// get SELECTOR ITEM…: these hosts monitor these items [seed].

import { catalogue } from "../catalogue.ts";
import { defineStatement } from "../statement.ts";

/** What nobody has to ask for. */
const ALWAYS = catalogue.filter(({ declared }) => declared.always).map(({ name }) => name);

export default defineStatement({
  name: "get",
  args: ["HOSTS", "ITEM…"],
  doc: `These hosts monitor these items. HOSTS is a list of tags and globs, \`!\` excludes, \`*\` is all. Each client has besides: ${ALWAYS.join(", ")}.`,
  example: "get www,db*,!db3 cpu_load root_usage",
  declare({ words }, draft) {
    const [hosts, ...items] = words;
    if (hosts) draft.gets.push({ hosts, items });
  },
});
