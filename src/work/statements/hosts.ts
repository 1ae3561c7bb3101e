// hosts GROUP SELECTOR…: a host-group [seed].

import { defineStatement } from "../statement.ts";
import { declareGroup } from "./group.ts";

export default defineStatement({
  name: "hosts",
  args: ["GROUP", "SELECTOR…"],
  doc: "A group of hosts, which stands for them wherever hosts are listed. SELECTOR is a list of tags, globs and other groups, `!` excludes.",
  example: "hosts web www*,!www9 proxy1",
  declare: (input, draft) => declareGroup(input, draft.hostGroups),
});
