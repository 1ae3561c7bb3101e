// Which changes of a level an alert is about: `sick` (entered), `>=sick`, `fine->*`, `any`.

import { type Level, levelHint } from "./fitness.ts";
import { mendOperator } from "./mend-test.ts";

/** Names of levels; a change goes from one of the first to another one of the second. */
export interface Change {
  from: string[];
  to: string[];
}

export const CHANGE_FORM =
  "a level that is entered (sick), >=sick (as well > <= < = !=), fine->*, sick->fine, or any, which is *->*";

/** What other tools call the change to the best level. */
const RECOVERY = /^(recover(y|ed)?|ok|up|clear(ed)?|resolved?)$/i;

/** Reads a CHANGE in the levels of a work, or says what is wrong with it. */
export function parseChange(text: string, levels: readonly Level[]): Change | { error: string; hint: string } {
  const all = levels.map(({ name }) => name);
  if (text === "any") return { from: all, to: all };
  if (RECOVERY.test(text) && !all.includes(text))
    return { error: `"${text}" is no change`, hint: `write *->${all[0]}` };
  const parts = new Set(text.split(","));
  const lowest = all.find((name) => parts.has(name));
  if (parts.size > 1 && lowest)
    return { error: `"${text}" is no change`, hint: `write >=${lowest}, or an alert for each level` };
  const sides = text.split("->");
  if (sides.length > 2) return { error: `"${text}" is no change`, hint: `write ${CHANGE_FORM}` };
  const [before, after] = sides.length === 2 ? sides : ["*", text];
  const from = parseSide(before ?? "", levels);
  const to = parseSide(after ?? "", levels);
  if ("error" in from) return from;
  if ("error" in to) return to;
  return { from: from.names, to: to.names };
}

/** Whether any change at all is meant. */
export function isPossible({ from, to }: Change): boolean {
  return from.some((level) => to.some((other) => other !== level));
}

function parseSide(text: string, levels: readonly Level[]): { names: string[] } | { error: string; hint: string } {
  const all = levels.map(({ name }) => name);
  if (text === "*") return { names: [...all] };
  const [, op = "", name = ""] = /^(>=|<=|!=|>|<|=)?(.*)$/s.exec(text) ?? [];
  const index = all.indexOf(name);
  const mended = mendOperator(text);
  if (mended) return { error: `"${text}" is no change`, hint: `write ${mended}` };
  if (index < 0) {
    const hint = levelHint(name, levels);
    return { error: `there is no level "${name}"`, hint: hint.startsWith("levels") ? `${hint}; or write any` : hint };
  }
  const is: Record<string, (i: number) => boolean> = {
    ">=": (i) => i >= index,
    "<=": (i) => i <= index,
    ">": (i) => i > index,
    "<": (i) => i < index,
    "!=": (i) => i !== index,
    "=": (i) => i === index,
    "": (i) => i === index,
  };
  return { names: all.filter((_, i) => is[op]?.(i)) };
}
