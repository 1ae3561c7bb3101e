// Selectors: a comma-separated list of names, groups, globs and `!exclusions`, e.g. `www,db*,!db3`; `*` is all.

import { type Form, quoted, WordError } from "./form.ts";

/** A part of a selector that selects nothing, with its offset (in characters) in the selector's text. */
export interface Unmatched {
  part: string;
  offset: number;
}

/** The members of a group; undefined for what is none. */
export interface SelectorGroups {
  get(name: string): Iterable<string> | undefined;
}

export interface Selection {
  names: Set<string>;
  unmatched: Unmatched[];
}

/**
 * The names that a selector selects, in the order of `names`. A part names a group, else a name, else is a glob
 * (`*` any run, `?` one character). Exclusions are taken away whatever their place. A selector that only
 * excludes starts from all.
 */
export function select(text: string, names: Iterable<string>, groups: SelectorGroups): Selection {
  const all = [...names];
  const known = new Set(all);
  const chosen = new Set<string>();
  const excluded = new Set<string>();
  const unmatched: Unmatched[] = [];
  let offset = 0;
  let positive = false;
  for (const raw of text.split(",")) {
    const exclusion = raw.startsWith("!");
    const part = exclusion ? raw.slice(1) : raw;
    const into = exclusion ? excluded : chosen;
    positive ||= !exclusion;
    const matched = matchPart(part, all, known, groups);
    if (matched.length === 0) unmatched.push({ part, offset: offset + (exclusion ? 1 : 0) });
    for (const name of matched) into.add(name);
    offset += raw.length + 1;
  }
  const base = positive ? all.filter((name) => chosen.has(name)) : all;
  return { names: new Set(base.filter((name) => !excluded.has(name))), unmatched };
}

function matchPart(part: string, all: string[], known: ReadonlySet<string>, groups: SelectorGroups): string[] {
  if (part === "*") return all;
  const group = groups.get(part);
  if (group) return [...group];
  if (known.has(part)) return [part];
  if (!/[*?]/.test(part)) return [];
  return all.filter((name) => matchesGlob(part, name));
}

/** Whether a selector without groups selects a name. */
export function selects(text: string, name: string): boolean {
  return select(text, [name], { get: () => undefined }).names.has(name);
}

/** Whether a part of a selector may select names that begin so: `disk.*`, `di*`, `*` and `disk.root` may for `disk.`. */
export function mayBegin(part: string, beginning: string): boolean {
  const literal = part.split(/[*?]/, 1)[0] ?? "";
  return literal === part ? part.startsWith(beginning) : literal.startsWith(beginning) || beginning.startsWith(literal);
}

/** Whether a name is one that a glob stands for; a glob without `*` and `?` stands for itself. */
export function matchesGlob(glob: string, name: string): boolean {
  // Not by a regular expression: `*a*a*a*a*b` makes one backtrack without end. Here only the last star is ever tried
  // again, which is enough: what an earlier one took can stay as short as it is.
  let g = 0;
  let n = 0;
  let star = -1;
  let taken = 0;
  while (n < name.length) {
    if (glob[g] === "*") {
      star = g++;
      taken = n;
    } else if (glob[g] === "?" || glob[g] === name[n]) {
      g++;
      n++;
    } else if (star >= 0) {
      g = star + 1;
      n = ++taken;
    } else return false;
  }
  while (glob[g] === "*") g++;
  return g === glob.length;
}

/** A selector of names that nobody knows before they are there, as a word of an item. */
export const GLOBS: Form<string> = {
  is: "names with commas, * and ? in them; ! excludes",
  parse: (word) => {
    const parts = word.split(",").map((part) => part.trim());
    if (parts.some((part) => part === "" || part === "!"))
      throw new WordError(`${quoted(word)} has a part without a name`, `write ${GLOBS.is}`);
    if (parts.join(",") === word) return word;
    throw new WordError("a blank beside a comma", `write ${parts.join(",")}`);
  },
};
