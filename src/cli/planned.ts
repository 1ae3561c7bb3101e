// Planned work as rows: by its number that of commands, by its line that of the work-config; what is going on first.

import type { Planned } from "./alerts-source.ts";
import type { Span } from "./screen.ts";
import { nameOf } from "./which.ts";

/** ID, whether it is now, which items, when, and why; `onlyNow` leaves out what is not. */
export function planned({ downtimes, planned: ofWork }: Planned, onlyNow = false): Span[][] {
  const all = [
    ...downtimes.map((each) => ({ ...each, id: String(each.id), by: `by ${each.user}` })),
    ...ofWork.map((each) => ({ ...each, id: each.where, by: "" })),
  ];
  return all
    .filter(({ now }) => now || !onlyNow)
    .toSorted((a, b) => Number(b.now) - Number(a.now))
    .map(({ id, now, hosts, items, when, text, by }): Span[] => [
      id,
      now ? ["now", "bold"] : "",
      nameOf({ hosts, items }),
      when,
      [by, text].filter(Boolean).join(": "),
    ]);
}
