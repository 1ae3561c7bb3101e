// Which changes of a level an alert is about: `sick` (entered), `>=sick`, `fine->*`, `any`.

import { didYouMean } from "./diagnostic.ts";
import type { Level } from "./fitness.ts";

/** Names of levels; a change goes from one of the first to another one of the second. */
export interface Change {
  from: string[];
  to: string[];
}

export const CHANGE_FORM = "a level that is entered (sick), >=sick, fine->*, sick->fine, or any";

/** Reads a CHANGE in the levels of a work, or says what is wrong with it. */
export function parseChange(text: string, levels: readonly Level[]): Change | { error: string; hint: string } {
  const all = levels.map(({ name }) => name);
  if (text === "any") return { from: all, to: all };
  const sides = text.split("->");
  if (sides.length > 2) return { error: `"${text}" is no change`, hint: `write ${CHANGE_FORM}` };
  const [before, after] = sides.length === 2 ? sides : ["*", text];
  const from = parseSide(before ?? "", all);
  const to = parseSide(after ?? "", all);
  if ("error" in from) return from;
  if ("error" in to) return to;
  return { from: from.names, to: to.names };
}

/** Whether any change at all is meant. */
export function isPossible({ from, to }: Change): boolean {
  return from.some((level) => to.some((other) => other !== level));
}

function parseSide(text: string, all: readonly string[]): { names: string[] } | { error: string; hint: string } {
  if (text === "*") return { names: [...all] };
  const [, op = "", name = ""] = /^(>=|<=|!=|>|<|=)?(.*)$/s.exec(text) ?? [];
  const index = all.indexOf(name);
  if (index < 0) {
    return {
      error: `there is no level "${name}"`,
      hint: didYouMean(name, all) ?? `levels are ${all.join(", ")}; or write any`,
    };
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
