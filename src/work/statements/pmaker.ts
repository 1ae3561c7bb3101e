// pmaker TAG: the designated pagemaker [seed].

import { defineStatement, whereOf } from "../statement.ts";

export default defineStatement({
  name: "pmaker",
  args: ["TAG"],
  doc: "The host that serves the pages. Without this statement it is the server.",
  example: "pmaker mars",
  declare({ key, words, complain }, draft) {
    const before = draft.pmaker;
    if (before) complain(key, "there is already a pagemaker", `${before.text}, in ${whereOf(before)}`);
    draft.pmaker ??= words[0];
  },
});
