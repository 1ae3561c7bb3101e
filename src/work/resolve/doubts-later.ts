// What this version checks and stores and does nothing with: said once, lest somebody wait for an alert. Pure.

import type { Word } from "../../core/lexer.ts";
import type { Complain } from "../statement.ts";

/** @param keys the names of such statements, each where it stands */
export function doubtLater(keys: readonly Word[], warn: Complain): void {
  const [first] = keys;
  if (!first) return;
  const counts = [...Map.groupBy(keys, ({ text }) => text)].map(([name, { length }]) => `${name} (${length})`);
  warn(
    first,
    `not yet in use: ${counts.join(", ")}`,
    "they are checked and stored, but this version sends no alerts, so it keeps none back either",
  );
}
