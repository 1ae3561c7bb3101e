// Levels of one's own that take more away than is seen: what probes declare is in the usual ones. Pure.

import { DEFAULT_LEVELS } from "../../core/fitness.ts";
import type { Draft } from "../draft.ts";
import type { Complain } from "../statement.ts";

/** Of more items the first ones are named. */
const NAMED_MAX = 4;

const USUAL: readonly string[] = DEFAULT_LEVELS.map(({ name }) => name);

/** An item whose default fitness grades it on some host, and the usual levels that this is in. */
export interface ByDefault {
  item: string;
  levels: readonly string[];
}

/** Warns for a second word that is a level itself: it is only what people see. */
export function doubtLabels(levels: Draft["levels"], warn: Complain): void {
  const names = new Set([...USUAL, ...levels.map(({ name }) => name)]);
  for (const { name, label } of levels) {
    if (!label || label.quoted || label.text === name || !names.has(label.text)) continue;
    const right = `write a fit_level for each level; if people are to see it: fit_level ${name} "${label.text}"`;
    warn(label, `"${label.text}" is here only what people see for ${name}, no level`, right);
  }
}

/** The usual levels that are not declared; none where no level is. */
export function missingLevels(levels: Draft["levels"]): string[] {
  const own = new Set(levels.map(({ name }) => name));
  return levels.length === 0 ? [] : USUAL.filter((name) => !own.has(name));
}

/** Warns when default fitness is lost, all of it or a part, with the levels that it names. */
export function doubtDefaults(levels: Draft["levels"], defaults: readonly ByDefault[], warn: Complain): void {
  const [first] = levels;
  const labels = new Set(levels.flatMap(({ label }) => (label && !label.quoted ? label.text : [])));
  const missing = new Set(missingLevels(levels).filter((name) => !labels.has(name))); // of those doubtLabels speaks
  const losing = defaults.filter((each) => each.levels.some((name) => missing.has(name)));
  if (!first || losing.length === 0) return;
  const items = losing.slice(0, NAMED_MAX).map(({ item, levels: own }) => {
    const lost = USUAL.filter((name) => missing.has(name) && own.includes(name));
    return `${item} (${lost.join(", ")}${own.every((name) => missing.has(name)) ? ": all that it had" : ""})`;
  });
  const more = losing.length > NAMED_MAX ? ` and ${losing.length - NAMED_MAX} more` : "";
  warn(
    first.word,
    `default fitness in levels that are not declared is lost: ${items.join(", ")}${more}`,
    `declare ${USUAL.join(", ")} (with other words for people: fit_level crit critical), or write a fit for these items`,
  );
}
