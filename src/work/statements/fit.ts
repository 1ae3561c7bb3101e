// fit ITEMS [on HOSTS] LEVEL TEST [for IVAL] [until TEST [for IVAL]] …: a fitness function [seed].

import { DEFAULT_LEVELS } from "../../core/fitness.ts";
import type { Word } from "../../core/lexer.ts";
import { FIT_RULES_MAX } from "../../core/limits.ts";
import { isName } from "../../core/names.ts";
import { findItem } from "../catalogue.ts";
import type { Draft } from "../draft.ts";
import { defineStatement, type Misplaced, splitHosts } from "../statement.ts";
import { isTestLike, parseRules, RULES, TEST_START } from "./fit-rules.ts";

export default defineStatement({
  name: "fit",
  args: ["ITEMS"],
  tail: `[on HOSTS] ${RULES}`,
  doc: "When an item is how bad: LEVEL TEST [for IVAL] [until TEST [for IVAL]], as often as there are levels. `for` behind the test is how long it must hold before the level worsens (a restart of the client begins that anew, a reload does not); `until` is the way back, and `for` behind it how long that must hold before the level betters. The last fit that matches an item and host wins. TEST: >90 >=1.5G <5% <=512Mi !=0 10..40 (inside) !10..40 (outside) fail (the probe failed) stale (no value); >10m for a time. ITEMS and HOSTS are lists with globs and !exclusions.",
  example: "fit root_usage on www* soso >80% sick >90% for 5m until <85% for 10m crit >97%",
  misplaced([items, at, hosts, ...rest]) {
    if (!items || !at || !hosts || !/^(on:|for|at)$/.test(at.text)) return undefined;
    if (TEST_START.test(hosts.text) || rest.length === 0) return undefined;
    const isLevel = isTestLike(rest[0]?.text);
    const hint = `write fit ${items.text} on ${isLevel ? "HOSTS " : ""}${hosts.text} ${textOf(rest)}`;
    return { at, message: `"${at.text}" stands where "on" belongs`, hint };
  },
  declare({ key, words, complain }, draft) {
    const scope = splitHosts({ words, complain }, "write fit ITEMS on HOSTS LEVEL TEST …");
    if (!scope) return;
    const { items, hosts, rest } = scope;
    const [only, more] = rest;
    if (only && !more && /^(off|none|never)$/.test(only.text)) {
      const scoped = `${items.text}${hosts ? ` on ${hosts.text}` : ""}`;
      return draft.whenRead(() => {
        const hint = `for an item that is bad only when its probe fails: fit ${scoped} ${worstOf(draft) ?? DEFAULT_LEVELS.at(-1)?.name} fail`;
        complain(only, `"${only.text}" without a test behind it`, hint);
      });
    }
    if (mayBeMisplaced(rest) || (hosts && isTag(rest[1]))) {
      // Which word is what is known when all was read.
      draft.whenRead(() => {
        const found = hosts
          ? (onWithoutHosts(words, draft) ?? moreHosts(words, draft))
          : (misplacedHosts(words, draft) ?? misplacedItems(words, draft));
        if (found) complain(found.at, found.message, found.hint);
        else parseRules(rest, complain, hosts ?? items, worstOf(draft));
      });
      return;
    }
    const before = hosts ?? items;
    const rules = parseRules(rest, () => undefined, before);
    if (rules && rules.length > FIT_RULES_MAX)
      return complain(key, `${rules.length} rules in one fit`, `at most ${FIT_RULES_MAX}`);
    const times = rest.filter((_, i) => rest[i - 1]?.text === "for");
    draft.intervals.push(...times.map((at) => ({ at, text: at.text, ofReadings: true as const })));
    if (rules) draft.fits.push({ key, items, ...(hosts ? { hosts } : {}), rules });
    draft.whenRead(() => {
      if (!rules) parseRules(rest, complain, before, worstOf(draft)); // what is right is known with the levels
      const found = hosts ? undefined : hostsForItems(words, draft);
      if (found) complain(found.at, found.message, found.hint);
    });
  },
});

function worstOf({ levels }: Draft): string | undefined {
  return levels.at(-1)?.name;
}

/** Whether it begins with a test, or with two names before it: then a word too many or in another's place. */
function mayBeMisplaced([first, second, third]: readonly Word[]): boolean {
  if (isTestLike(first?.text)) return true;
  return isTag(second) && isTestLike(third?.text);
}

/** Whether a word may be a name where a test belongs. */
function isTag(word: Word | undefined): boolean {
  return word !== undefined && isName(word.text) && !/^(\d|fail$|stale$|for$|until$)/.test(word.text);
}

/** `fit root_usage on db1 db2 sick >90%` */
function moreHosts([items, , hosts, ...rest]: readonly Word[], draft: Draft): Misplaced | undefined {
  const end = rest.findIndex(({ text }) => !draft.hostKind(text));
  const more = rest.slice(0, Math.max(end, 0));
  const [at] = more;
  if (!items || !hosts || !at) return undefined;
  const list = [hosts, ...more].map(({ text }) => text).join(",");
  const hint = `write fit ${items.text} on ${list} ${textOf(rest.slice(end))}`;
  return { at, message: `"${at.text}" is a ${draft.hostKind(at.text)}`, hint };
}

/** `fit root_usage on sick >90%` */
function onWithoutHosts([items, at, hosts, ...rest]: readonly Word[], draft: Draft): Misplaced | undefined {
  if (!items || !at || !hosts || !isTestLike(rest[0]?.text) || draft.hostKind(hosts.text) || /[*?]/.test(hosts.text))
    return undefined;
  const hint = `write fit ${items.text} on HOSTS ${textOf([hosts, ...rest])}, or leave \`on\` out`;
  return { at, message: "`on` without its hosts", hint };
}

/** `fit root_usage db1 sick >90%` */
function misplacedHosts([items, at, ...rules]: readonly Word[], draft: Draft): Misplaced | undefined {
  const kind = at && (draft.hostKind(at.text) ?? (draft.hostsMatch(at.text) ? "list of hosts" : undefined));
  if (!items || !kind) return undefined;
  return { at, message: `"${at.text}" is a ${kind}`, hint: `write fit ${items.text} on ${at.text} ${textOf(rules)}` };
}

/** `fit sick >90% root_usage`, `fit root_usage mem_usage sick >90%` */
function misplacedItems([first, second, ...rest]: readonly Word[], draft: Draft): Misplaced | undefined {
  if (!first || !second) return undefined;
  const isLevel = (draft.levels.length > 0 ? draft.levels : DEFAULT_LEVELS).some(({ name }) => name === first.text);
  const last = rest.at(-1);
  if (isLevel && isTestLike(second.text)) {
    const items = last && isItem(last.text, draft) ? last.text : "ITEMS";
    const rules = textOf([first, second, ...(items === "ITEMS" ? rest : rest.slice(0, -1))]);
    return { at: first, message: `"${first.text}" is a level`, hint: `items come first: write fit ${items} ${rules}` };
  }
  if (isTestLike(second.text)) return undefined;
  const kind = isItem(first.text, draft) ? undefined : draft.hostKind(first.text);
  if (kind) {
    const hint = `write fit ${second.text} on ${first.text} ${textOf(rest)}`;
    return { at: first, message: `"${first.text}" is a ${kind}`, hint };
  }
  const hint = isItem(second.text, draft)
    ? `write fit ${first.text},${second.text} ${textOf(rest)}`
    : `write LEVEL TEST, or \`on\` before hosts`;
  return { at: second, message: `"${second.text}" without a test behind it`, hint };
}

/** `fit db1 sick >90%`, `fit db1:root_usage sick >90%` */
function hostsForItems([at, ...rules]: readonly Word[], draft: Draft): Misplaced | undefined {
  if (!at || isItem(at.text, draft)) return undefined;
  const [tag = "", item] = at.text.split(":");
  const kind = draft.hostKind(tag);
  if (!kind) return undefined;
  const message = `"${tag}" is a ${kind}`;
  return { at, message, hint: `write fit ${item || "ITEMS"} on ${tag} ${textOf(rules)}` };
}

function isItem(name: string, draft: Draft): boolean {
  return (
    (isName(name) && Boolean(findItem(name))) ||
    [...draft.items, ...draft.itemGroups].some((each) => each.name.text === name)
  );
}

function textOf(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(" ");
}
