// users GROUP NAME…: a user-group [seed].

import { defineStatement } from "../statement.ts";
import { declareGroup } from "./group.ts";

export default defineStatement({
  name: "users",
  args: ["GROUP", "NAME…"],
  doc: "A group of users, which stands for them in alert. Other groups may be in it.",
  example: "users ops anna ben",
  declare: (input, draft) => declareGroup(input, draft.userGroups),
});
