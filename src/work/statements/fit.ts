// fit ITEMS [on HOSTS] LEVEL TEST [for IVAL] [until TEST] …: a fitness function [seed].

import { TEST_FORM } from "../../core/fitness.ts";
import { INTERVAL_FORM, parseInterval } from "../../core/interval.ts";
import type { Word } from "../../core/lexer.ts";
import { FIT_RULES_MAX, TEST_CHARS_MAX } from "../../core/limits.ts";
import type { FitRuleDraft } from "../draft.ts";
import { type Complain, defineStatement } from "../statement.ts";

export default defineStatement({
  name: "fit",
  args: ["ITEMS", "RULES…"],
  doc: "When an item is how bad: LEVEL TEST [for IVAL] [until TEST], as often as there are levels. `for` is how long the test must hold, `until` the way back. The last fit that matches an item and host wins. TEST: >90 >=1.5G <5% <=512Mi !=0 10..40 (inside) !10..40 (outside) fail (the probe failed) stale (no value); >10m for a time. ITEMS and HOSTS are lists with globs and !exclusions.",
  example: "fit root_usage on www* soso >80% sick >90% for 5m until <85% crit >97%",
  declare({ key, words, complain }, draft) {
    const [items, ...rest] = words;
    if (!items) return;
    let hosts: Word | undefined;
    if (rest[0]?.text === "on") {
      hosts = rest[1];
      if (!hosts) return complain(rest[0], "on which hosts?", "write fit ITEMS on HOSTS LEVEL TEST …");
      rest.splice(0, 2);
    }
    const rules = parseRules(rest, complain, items);
    if (rules && rules.length > FIT_RULES_MAX)
      return complain(key, `${rules.length} rules in one fit`, `at most ${FIT_RULES_MAX}`);
    if (rules) draft.fits.push({ key, items, ...(hosts ? { hosts } : {}), rules });
  },
});

function tooLong(test: Word, complain: Complain): boolean {
  if (test.text.length <= TEST_CHARS_MAX) return false;
  complain(test, `a test of more than ${TEST_CHARS_MAX} characters`, `use ${TEST_FORM}`);
  return true;
}

/** Reads LEVEL TEST [for IVAL] [until TEST] …; undefined when something is wrong, which was said. */
export function parseRules(words: readonly Word[], complain: Complain, before: Word): FitRuleDraft[] | undefined {
  const rules: FitRuleDraft[] = [];
  const queue = [...words];
  let last = before;
  const take = (what: string): Word | undefined => {
    const word = queue.shift();
    if (!word) complain(last, `${what} is missing behind "${last.text}"`, "write LEVEL TEST [for IVAL] [until TEST] …");
    else last = word;
    return word;
  };
  do {
    const level = take("a level");
    const test = level && take("a test");
    if (!level || !test || tooLong(test, complain)) return undefined;
    if (/^[<>=!]+$/.test(test.text)) {
      complain(test, `"${test.text}" without its number`, `write them as one word, such as ${test.text}90`);
      return undefined;
    }
    const rule: FitRuleDraft = { level, test };
    while (queue[0]?.text === "for" || queue[0]?.text === "until") {
      const keyword = take("");
      if (keyword?.text === "until") {
        const until = take("a test");
        if (!until || tooLong(until, complain)) return undefined;
        rule.until = until;
        continue;
      }
      const word = take("an interval");
      const seconds = word && parseInterval(word.text);
      if (!word) return undefined;
      if (seconds === undefined || seconds < 0) {
        complain(word, `"${word.text}" is no interval`, `give ${INTERVAL_FORM}`);
        return undefined;
      }
      rule.for_s = seconds;
    }
    rules.push(rule);
  } while (queue.length > 0);
  return rules;
}
