// The users of a work.conf and their groups.

import type { Draft } from "../draft.ts";
import { type Complaints, whereOf } from "../statement.ts";
import { Groups } from "./groups.ts";

/** How many names are listed; of more a person looks the file up. */
const LISTED_MAX = 8;

/** The groups of users; a member that there is not is an error, for nobody would hear of it. */
export function userGroups(draft: Draft, complaints: Complaints): Groups {
  const byName = new Map(draft.users.toReversed().map(({ name }) => [name.text, name]));
  const names = draft.users.map(({ name }) => name.text);
  const some = names.length > 0 && names.length <= LISTED_MAX ? `users are ${names.join(", ")}; or ` : "";
  const kind = {
    what: "user",
    drafts: draft.userGroups,
    names: () => names,
    has: (name: string) => byName.has(name),
    strict: true as const,
    lost: draft.lost,
    whereIs: (name: string) => {
      const user = byName.get(name);
      return user && whereOf(user);
    },
    otherwise: (part: string) => `${some}add: user ${part} MAIL`,
  };
  return new Groups(kind, complaints);
}
