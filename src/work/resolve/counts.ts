// How much of each kind one work may have: no more than its readers take (work/alerting-work.ts).

import type { Word } from "../../core/lexer.ts";
import { ALERTS_MAX, USERS_MAX } from "../../core/limits.ts";
import type { Draft } from "../draft.ts";
import type { Complaints } from "../statement.ts";

/** Says at the first statement too many that it is one. Hosts, items, levels and rules are counted where they are resolved. */
export function checkCounts(draft: Draft, { error }: Complaints): void {
  const kinds: [what: string, max: number, at: Word | undefined][] = [
    ["users", USERS_MAX, draft.users[USERS_MAX]?.name],
    ["channels", USERS_MAX, draft.channels[USERS_MAX]?.name],
    ["alerts", ALERTS_MAX, draft.alerts[ALERTS_MAX]?.key],
    ["needs", ALERTS_MAX, draft.needs[ALERTS_MAX]?.key],
    ["downtimes", ALERTS_MAX, draft.downtimes[ALERTS_MAX]?.key],
  ];
  for (const [what, max, at] of kinds) if (at) error(at, `more than ${max} ${what}`, "leave some out, or use groups");
}
