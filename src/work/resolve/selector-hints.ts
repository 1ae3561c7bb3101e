// Lists and patterns as shells, regular expressions and other tools write them, as they are written here. Pure.

import { selects } from "../../core/selector.ts";

/** Of a longer range or set a pattern is the better word. */
const EXPANDED_MAX = 12;
/** No name has one of these. */
const FOREIGN = /[|^$()[\]%\\]/;
const FORM = "names are listed with commas; * stands for anything, ? for one character";

/** How a part of a selector is written here that is another language's; undefined for what is none. */
export function selectorHint(part: string, names: readonly string[], excluded: boolean): string | undefined {
  const listed = part.split(/[|;/&，、；]+/).filter((each) => each !== "");
  const all = listed.flatMap((each) => expanded(each) ?? [globbed(each)]);
  const isMeant = listed.length > 1 || all.some((each) => names.some((name) => selects(each, name)));
  if (isMeant && all.join() !== part) return `write ${all.map((each) => (excluded ? `!${each}` : each)).join(",")}`;
  return FOREIGN.test(part) ? FORM : undefined;
}

/** `www*` for `www`, where that is how several names begin that only have numbers behind. */
export function familyHint(part: string, names: readonly string[]): string | undefined {
  const family = names.filter((name) => name.startsWith(part) && /^[-_.]?\d+$/.test(name.slice(part.length)));
  return part !== "" && family.length > 1 ? `did you mean "${part}*"?` : undefined;
}

/** `www{1,2}`: a selector with braces, whose commas are no commas of the list; undefined for one without. */
export function bracesHint(selector: string): string | undefined {
  if (!/[{}]/.test(selector)) return undefined;
  const [, lead = "", before = "", inner = "", behind = "", rest = ""] =
    /^((?:[^{}]*,)?)([^{},]*)\{([^{}]+)\}([^{},]*)((?:,[^{}]*)?)$/.exec(selector) ?? [];
  const [, low, high] = /^(\d+)\.\.(\d+)$/.exec(inner) ?? [];
  const parts = low && high ? (range("", low, high) ?? ["*"]) : inner.split(",");
  return inner === "" ? FORM : `write ${lead}${parts.map((part) => before + part + behind).join(",")}${rest}`;
}

/** `db[12]`, `db[1-3]`, `db1-db3`, `db1..3`: each name; undefined for what is none of these. */
function expanded(part: string): string[] | undefined {
  const [, before, set, behind = ""] = /^([^[\]]*)\[([\w-]+)\]([^[\]]*)$/.exec(part) ?? [];
  if (before !== undefined && set !== undefined) {
    const letters = set.replace(/(\w)-(\w)/g, (_, from: string, to: string) => between(from, to));
    return letters.length <= EXPANDED_MAX ? [...new Set(letters)].map((letter) => before + letter + behind) : undefined;
  }
  const [, stem = "", low, other = "", high] = /^(\D+)(\d+)(?:-|\.\.)(\D*)(\d+)$/.exec(part) ?? [];
  if (low === undefined || high === undefined || (other !== "" && other !== stem)) return undefined;
  return range(stem, low, high) ?? [`${stem}*`];
}

/** Each name of a range; undefined when it is none, or long. */
function range(stem: string, low: string, high: string): string[] | undefined {
  const length = Number(high) - Number(low) + 1;
  if (length < 1 || length > EXPANDED_MAX) return undefined;
  return Array.from({ length }, (_, i) => stem + String(Number(low) + i).padStart(low.length, "0"));
}

function between(from: string, to: string): string {
  const [low, high] = [from.charCodeAt(0), to.charCodeAt(0)];
  if (low > high) return from + to;
  return String.fromCharCode(...Array.from({ length: high - low + 1 }, (_, i) => low + i));
}

/** `^www.*$`, `^www`, `www%`: as a pattern of this language. */
function globbed(part: string): string {
  const open = part.startsWith("^") && !/[$*+]$/.test(part) ? `${part}*` : part;
  return open.replace(/^\^|\$$/g, "").replace(/\.[*+]|%|\\d\+?/g, "*");
}
