// The rules of a fit: LEVEL TEST [for IVAL] [until TEST [for IVAL]] …

import { nearest } from "../../core/diagnostic.ts";
import { DEFAULT_LEVELS, TEST_FORM } from "../../core/fitness.ts";
import { intervalHint, parseInterval, unitOfWord } from "../../core/interval.ts";
import type { Word } from "../../core/lexer.ts";
import { TEST_CHARS_MAX, TEST_HOLDS_S_MAX } from "../../core/limits.ts";
import { mendBoth, mendOperator } from "../../core/mend-test.ts";
import { isName } from "../../core/names.ts";
import type { FitRuleDraft } from "../draft.ts";
import { type Complain, partOf } from "../statement.ts";

/** What stands behind ITEMS [on HOSTS]. */
export const RULES = "LEVEL TEST [for IVAL] [until TEST [for IVAL]] …";
const FORM = `write ${RULES}`;
/** What can only be a test, for no level is called so. */
const TEST_LIKE = /^([<>=!≥≤≠]|[+-]?[\d.]+.*\.\.)/;
/** What follows a level, where the word before was none. */
export const TEST_START = /^([<>=!≥≤≠\d.+-]|(fail|stale)$)/;
/** A unit of a number, written behind it. */
const UNIT = /^(%|°C|ms|us|µs|[kKMGTP]i?B?|B)(\/s)?$/;

/** Whether a word can only be a test. */
export function isTestLike(text: string | undefined): boolean {
  return TEST_LIKE.test(text ?? "");
}

/** The words of a fit that are not yet read; what is wrong with them is said. */
class Rest {
  readonly complain: Complain;
  private readonly words: readonly Word[];
  private readonly worst: string;
  private last: Word;
  /** The test that was read last, while it is the word before. */
  private lastTest: Word | undefined;
  private lastLevel = "LEVEL";
  private at = 0;

  constructor(words: readonly Word[], before: Word, complain: Complain, worst: string) {
    this.words = words;
    this.worst = worst;
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
    if (this.noLevel(word)) return undefined;
    this.lastLevel = text;
    return word;
  }

  /** Whether a word cannot be a level, which is said. */
  private noLevel(word: Word): true | undefined {
    const { text } = word;
    const say = (message: string, hint: string) => {
      this.complain(word, message, hint);
      return true as const;
    };
    if (TEST_LIKE.test(text))
      return say(`"${text}" without a level before it`, `write LEVEL ${text}, such as sick ${text}`);
    if (/^\d[\d.]*[smhdw]$/.test(text)) return say(`"${text}" without \`for\` before it`, `write for ${text}`);
    const [, name, rest = ""] = /^([A-Za-z][\w.+-]*?)([<>=!≥≤≠].*|(?<=^for)\d.*)$/i.exec(text) ?? [];
    const next = this.peek() ?? "";
    if (name) {
      const right = `${name.replace(/^(for|until)$/i, (key) => key.toLowerCase())} ${rest}`;
      return say(`"${text}" as one word`, `write ${right}${/^[<>=!]+$/.test(rest) ? next : ""}`);
    }
    if (/^(and|&&?)$/i.test(text) && TEST_START.test(next)) {
      const both = mendBoth(this.lastTest?.text ?? "", next);
      const hint = both === undefined ? "each has its level" : "a rule has one";
      return say(`"${text}" between tests`, `${hint}: write ${this.lastLevel} ${both ?? next}`);
    }
    if (/^(fail|stale)$/.test(text) && !TEST_START.test(next)) {
      const isLevel = isName(next) && !/^(for|until)$/.test(next) && !TEST_START.test(this.peek(1) ?? "");
      return say(`"${text}" is a test`, `write ${isLevel ? next : this.worst} ${text}`);
    }
    if ((text === "or" || text === "||") && TEST_START.test(next))
      return say(`"${text}" between tests`, `each has its level: write ${this.lastLevel} ${next}`);
    const isInterval = /^[\d.]/.test(next) && parseInterval(next) !== undefined;
    if (isInterval && nearest(text, ["for"])) return say(`"${text}" is not understood`, 'did you mean "for"?');
    const test = this.lastTest;
    if (
      test &&
      /\d$/.test(test.text) &&
      (UNIT.test(text) || unitOfWord(text) || text === "percent") &&
      !TEST_START.test(next)
    )
      return say(
        `"${text}" behind a number`,
        `write ${test.text}${text === "percent" ? "%" : (unitOfWord(text) ?? text)}, as one word`,
      );
    return undefined;
  }

  test(): Word | undefined {
    const word = this.take("a test");
    if (!word) return undefined;
    const { text } = word;
    const [, before = "", behind] = /^([<>=!]*\d[^,]*),([A-Za-z].*)$/.exec(text) ?? [];
    if (behind !== undefined) {
      this.complain(partOf(word, ",", before.length), "a comma between rules", `write ${before} ${behind}`);
      return undefined;
    }
    if (/[;]|,$/.test(text)) {
      const plain = text.replace(/[;,]+$/, "").replace(/[;]+/g, " ");
      return this.wrong(word, `"${text}" with a mark that separates nothing`, `write ${plain}`);
    }
    if (text === "for" || text === "until")
      return this.wrong(word, `"${text}" before the test`, `write the test first, such as sick >90 ${text} …`);
    if (text.length > TEST_CHARS_MAX)
      return this.wrong(word, `a test of more than ${TEST_CHARS_MAX} characters`, `use ${TEST_FORM}`);
    if (/^[<>=!]+$/.test(text)) {
      const number = /^[+-]?[\d.]/.test(this.peek() ?? "") ? this.peek() : "90";
      return this.wrong(
        word,
        `"${text}" without its number`,
        `write them as one word, such as ${mendOperator(text) ?? text}${number}${UNIT.test(this.peek(1) ?? "") ? this.peek(1) : ""}`,
      );
    }
    this.lastTest = word;
    return word;
  }

  /** [for IVAL], at most once; 0 where there is none. */
  duration(): number | undefined {
    if (this.peek() !== "for") return 0;
    this.lastTest = undefined;
    this.take("");
    const word = this.take("an interval");
    if (!word) return undefined;
    const seconds = parseInterval(word.text);
    if (seconds === undefined || seconds < 0)
      return this.wrong(word, `"${word.text}" is no interval`, intervalHint(word.text));
    const unit = this.peek() ?? "";
    const short = unitOfWord(unit);
    // `5 m` may also be five seconds and a level m: then a test follows.
    if (short && /^[\d.]+$/.test(word.text) && !TEST_START.test(this.peek(1) ?? "")) {
      const one = this.take("") ?? word;
      return this.wrong(one, `"${unit}" behind an interval`, `write for ${word.text}${short}, as one word`);
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
export function parseRules(
  words: readonly Word[],
  complain: Complain,
  before: Word,
  worst = DEFAULT_LEVELS.at(-1)?.name ?? "",
): FitRuleDraft[] | undefined {
  const rest = new Rest(words, before, complain, worst);
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
