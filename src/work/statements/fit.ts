// fit ITEMS [on HOSTS] LEVEL TEST [for IVAL] [until TEST [for IVAL]] …: a fitness function [seed].

import { TEST_FORM } from "../../core/fitness.ts";
import { INTERVAL_FORM, parseInterval } from "../../core/interval.ts";
import type { Word } from "../../core/lexer.ts";
import { FIT_RULES_MAX, TEST_CHARS_MAX, TEST_HOLDS_S_MAX } from "../../core/limits.ts";
import type { FitRuleDraft } from "../draft.ts";
import { type Complain, defineStatement, splitHosts } from "../statement.ts";

export default defineStatement({
  name: "fit",
  args: ["ITEMS", "RULES…"],
  doc: "When an item is how bad: LEVEL TEST [for IVAL] [until TEST [for IVAL]], as often as there are levels. `for` behind the test is how long it must hold before the level worsens (a restart of the client begins that anew, a reload does not); `until` is the way back, and `for` behind it how long that must hold before the level betters. The last fit that matches an item and host wins. TEST: >90 >=1.5G <5% <=512Mi !=0 10..40 (inside) !10..40 (outside) fail (the probe failed) stale (no value); >10m for a time. ITEMS and HOSTS are lists with globs and !exclusions.",
  example: "fit root_usage on www* soso >80% sick >90% for 5m until <85% for 10m crit >97%",
  declare({ key, words, complain }, draft) {
    const scope = splitHosts({ words, complain }, "write fit ITEMS on HOSTS LEVEL TEST …");
    if (!scope) return;
    const { items, hosts, rest } = scope;
    const rules = parseRules(rest, complain, hosts ?? items);
    if (rules && rules.length > FIT_RULES_MAX)
      return complain(key, `${rules.length} rules in one fit`, `at most ${FIT_RULES_MAX}`);
    const times = rest.filter((_, i) => rest[i - 1]?.text === "for");
    draft.intervals.push(...times.map((at) => ({ at, text: at.text, ofReadings: true as const })));
    if (rules) draft.fits.push({ key, items, ...(hosts ? { hosts } : {}), rules });
  },
});

const FORM = "write LEVEL TEST [for IVAL] [until TEST [for IVAL]] …";
/** What a word is that people put behind a number of an interval, and the unit that it stands for. */
const UNIT = /^(s|m|h|d|w)(ecs?|econds?|ins?|inutes?|rs?|ours?|ays?|eeks?)?$/i;
/** What can only be a test, for no level is called so. */
const TEST_LIKE = /^([<>=!]|[+-]?[\d.]+.*\.\.)/;

/** The words of a fit that are not yet read; what is wrong with them is said. */
class Rest {
  readonly complain: Complain;
  private readonly words: readonly Word[];
  private last: Word;
  private at = 0;

  constructor(words: readonly Word[], before: Word, complain: Complain) {
    this.words = words;
    this.last = before;
    this.complain = complain;
  }

  peek(ahead = 0): string | undefined {
    return this.words[this.at + ahead]?.text;
  }

  take(what: string): Word | undefined {
    const word = this.words[this.at++];
    if (!word) this.complain(this.last, `${what} is missing behind "${this.last.text}"`, FORM);
    else this.last = word;
    return word;
  }

  level(): Word | undefined {
    const word = this.take("a level");
    if (!word) return undefined;
    const { text } = word;
    if (text === "on") return this.wrong(word, "`on HOSTS` behind a rule", "write fit ITEMS on HOSTS LEVEL TEST …");
    if (TEST_LIKE.test(text))
      return this.wrong(word, `"${text}" without a level before it`, `write LEVEL ${text}, such as sick ${text}`);
    if (/^\d[\d.]*[smhdw]$/.test(text))
      return this.wrong(word, `"${text}" without \`for\` before it`, `write for ${text}`);
    return word;
  }

  test(): Word | undefined {
    const word = this.take("a test");
    if (!word) return undefined;
    const { text } = word;
    if (text === "for" || text === "until")
      return this.wrong(word, `"${text}" before the test`, `write the test first, such as sick >90 ${text} …`);
    if (text.length > TEST_CHARS_MAX)
      return this.wrong(word, `a test of more than ${TEST_CHARS_MAX} characters`, `use ${TEST_FORM}`);
    if (/^[<>=!]+$/.test(text)) {
      const number = /^[+-]?[\d.]/.test(this.peek() ?? "") ? this.peek() : "90";
      return this.wrong(word, `"${text}" without its number`, `write them as one word, such as ${text}${number}`);
    }
    return word;
  }

  /** [for IVAL], at most once; 0 where there is none. */
  duration(): number | undefined {
    if (this.peek() !== "for") return 0;
    this.take("");
    const word = this.take("an interval");
    if (!word) return undefined;
    const seconds = parseInterval(word.text);
    if (seconds === undefined || seconds < 0)
      return this.wrong(word, `"${word.text}" is no interval`, `give ${INTERVAL_FORM}`);
    const unit = this.peek() ?? "";
    const [, short] = UNIT.exec(unit) ?? [];
    // `5 m` may also be five seconds and a level m: then a test follows.
    if (short && /^[\d.]+$/.test(word.text) && !/^([<>=!\d.+-]|(fail|stale)$)/.test(this.peek(1) ?? "")) {
      const one = this.take("") ?? word;
      return this.wrong(
        one,
        `"${unit}" behind an interval`,
        `write for ${word.text}${short.toLowerCase()}, as one word`,
      );
    }
    if (seconds > TEST_HOLDS_S_MAX) return this.wrong(word, "an interval of more than a year", "give at most 365d");
    if (this.peek() !== "for") return seconds;
    const twice = this.take("") ?? word;
    return this.wrong(
      twice,
      "`for` twice",
      "one behind the test is how long it must hold, one behind `until TEST` how long the way back must",
    );
  }

  private wrong(at: Word, message: string, hint: string): undefined {
    this.complain(at, message, hint);
    return undefined;
  }
}

/** Reads LEVEL TEST [for IVAL] [until TEST [for IVAL]] …; undefined when something is wrong, which was said. */
export function parseRules(words: readonly Word[], complain: Complain, before: Word): FitRuleDraft[] | undefined {
  const rest = new Rest(words, before, complain);
  const rules: FitRuleDraft[] = [];
  do {
    const rule = parseRule(rest);
    if (!rule) return undefined;
    rules.push(rule);
  } while (rest.peek() !== undefined);
  return rules;
}

function parseRule(rest: Rest): FitRuleDraft | undefined {
  const level = rest.level();
  const test = level && rest.test();
  const for_s = test && rest.duration();
  if (!level || !test || for_s === undefined) return undefined;
  const rule: FitRuleDraft = { level, test, ...(for_s > 0 ? { for_s } : {}) };
  if (rest.peek() !== "until") return rule;
  rest.take("");
  const until = rest.test();
  const until_for_s = until && rest.duration();
  if (!until || until_for_s === undefined) return undefined;
  if (rest.peek() === "until") {
    const twice = rest.take("") ?? until;
    rest.complain(twice, "`until` twice", "a rule has one way back; more of a level are rules of their own");
    return undefined;
  }
  return { ...rule, until, ...(until_for_s > 0 ? { until_for_s } : {}) };
}
