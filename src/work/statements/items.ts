// items GROUP ITEM…: an item-group.

import { defineStatement } from "../statement.ts";
import { declareGroup } from "./group.ts";

export default defineStatement({
  name: "items",
  args: ["GROUP", "ITEM…"],
  doc: "A group of items, which stands for them in get, fit and alert. Other groups may be in it.",
  example: "items basics cpu_load mem_usage root_usage uptime",
  declare: (input, draft) => declareGroup(input, draft.itemGroups),
});
