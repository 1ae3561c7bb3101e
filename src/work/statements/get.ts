// get SELECTOR ITEM…: these hosts monitor these items [seed].

import { defineStatement } from "../statement.ts";

export default defineStatement({
  name: "get",
  args: ["HOSTS", "ITEM…"],
  doc: "These hosts monitor these items. HOSTS is a list of tags and globs, `!` excludes, `*` is all.",
  example: "get www,db*,!db3 cpu_load root_usage",
  declare({ words }, draft) {
    const [hosts, ...items] = words;
    if (hosts) draft.gets.push({ hosts, items });
  },
});
