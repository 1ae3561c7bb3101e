// What the three statements of groups share: hosts, items, users.

import { isName, NAME_FORM } from "../../core/names.ts";
import type { GroupDraft } from "../draft.ts";
import { type Input, whereOf } from "../statement.ts";

/** Takes `GROUP MEMBER…` over into a list. */
export function declareGroup({ words, complain }: Input, groups: GroupDraft[]): void {
  const [name, ...members] = words;
  if (!name) return;
  if (!isName(name.text)) complain(name, `"${name.text}" cannot be a group`, `use ${NAME_FORM}`);
  const before = groups.find((group) => group.name.text === name.text);
  if (before) complain(name, `the group ${name.text} is declared twice`, `it is already in ${whereOf(before.name)}`);
  else groups.push({ name, members });
}
