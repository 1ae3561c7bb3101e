// What is legal in a fit and surely not meant: a way back that leads nowhere, a rule that is never seen, a limit that no
// value reaches. Pure. Tests are compared by trying the few outcomes on which they can differ, so that all kinds are alike.

import { concerns, holds, type Rule, type Test } from "../../core/fitness.ts";
import type { Outcome } from "../../core/reading.ts";
import type { FitRuleDraft } from "../draft.ts";
import type { Complain } from "../statement.ts";

/** A rule with the words that it was made of. */
export interface Made {
  draft: FitRuleDraft;
  rule: Rule;
}

/** What may not be meant so in the rules of one fit. `share`: its items are shares of 0 to 100 %. */
export function doubt(made: readonly Made[], share: boolean, warn: Complain): void {
  const outcomes = decisive(made.flatMap(({ rule: { test, until } }) => (until ? [test, until] : [test])));
  for (const [i, each] of made.entries()) {
    if (share) doubtShare(each, warn);
    doubtWayBack(each, outcomes, warn);
    const other = made.find(({ rule }, j) => {
      if (i === j || !hides(rule, each.rule, outcomes)) return false;
      return j < i || !hides(each.rule, rule, outcomes); // of two that are alike the later one is for nothing
    });
    if (other) doubtHidden(each, other, warn);
  }
}

/** Outcomes for which all these tests tell what they tell for any: each limit, both sides of it, and no value. */
function decisive(tests: readonly Test[]): Outcome[] {
  const limits = [...new Set(tests.flatMap(limitsOf))].sort((a, b) => a - b);
  const [least = 0, greatest = 0] = [limits[0], limits.at(-1)];
  const between = limits.map((limit, i) => (limit + (limits[i + 1] ?? limit)) / 2);
  const values = [least - (Math.abs(least) + 1), ...limits, ...between, greatest + Math.abs(greatest) + 1];
  const outcomes = values.map((value): Outcome => ({ ok: true, value }));
  return [...outcomes, { ok: true, value: null }, { ok: false, error: "" }];
}

function limitsOf(test: Test): number[] {
  if ("value" in test) return [test.value];
  return "low" in test ? [test.low, test.high] : [];
}

/** Which way a test looks: above its limit or below it; undefined for any other. */
function side(test: Test): "above" | "below" | undefined {
  if (test.op === ">" || test.op === ">=") return "above";
  return test.op === "<" || test.op === "<=" ? "below" : undefined;
}

function doubtShare({ draft, rule }: Made, warn: Complain): void {
  for (const [word, test] of [
    [draft.test, rule.test],
    [draft.until, rule.until],
  ] as const) {
    if (!word || !test) continue;
    const limits = limitsOf(test);
    if (limits.some((limit) => limit > 0 && limit < 1) && !word.text.includes("%"))
      warn(word, `"${word.text}" of an item that is a share of 0 to 100 %`, shareHint(word.text));
    if (limits.every((limit) => limit >= 0 && limit <= 100)) continue;
    warn(word, `"${word.text}" of an item that is a share of 0 to 100 %`, "give a number between");
  }
}

/** `>0.9` is meant as `>90%`, or else as `>0.9%`. */
function shareHint(text: string): string {
  const whole = text.replace(/\d*\.\d+/g, (number) => String(Math.round(Number(number) * 10_000) / 100));
  return `write ${whole}%, or ${text}% if it is meant so`;
}

function doubtWayBack({ draft, rule }: Made, outcomes: readonly Outcome[], warn: Complain): void {
  const { test, until, until_for_s } = rule;
  const at = draft.until;
  if (!until || !at) return;
  const words = `until ${at.text}`;
  const towards = side(test);
  const number = draft.test.text.replace(/^[<>]=?/, "");
  const plain = `until ${towards === "above" ? "<=" : ">="}${number}`;
  const beyond = `${towards === "above" ? "below" : "above"} ${number}`;
  if (towards !== undefined && side(until) === towards) {
    const way = `until ${towards === "above" ? "<" : ">"}`;
    warn(at, `${words} looks the same way as ${draft.test.text}`, `write ${way} and a number ${beyond}`);
  } else if (!outcomes.some((outcome) => ends(rule, outcome))) {
    warn(at, `${words} never ends what ${draft.test.text} began`, "give a test that holds when all is well again");
  } else if (towards !== undefined && outcomes.some((each) => holds(test, each) && holds(until, each))) {
    const right = until_for_s ? `write ${plain}` : `give a number ${beyond}, or leave until out`;
    warn(at, `the way back begins ${towards} the limit ${draft.test.text}`, right);
  }
}

/** Whether an outcome is on the way back of a rule that is in force. */
function ends(rule: Rule, outcome: Outcome): boolean {
  const { test, until } = rule;
  return concerns(rule, outcome) && !holds(test, outcome) && (!until || holds(until, outcome));
}

/** Whether a rule is in force whenever another one is, and makes its level or a worse one: then the other is for nothing. */
function hides(a: Rule, b: Rule, outcomes: readonly Outcome[]): boolean {
  if (a.level < b.level || (a.for_s ?? 0) > (b.for_s ?? 0)) return false;
  if (!outcomes.every((each) => !holds(b.test, each) || holds(a.test, each))) return false;
  const same = outcomes.every((each) => holds(a.test, each) === holds(b.test, each));
  // Exchanged levels: nobody means that, whatever the ways back.
  if (a.level > b.level && !same && side(a.test) !== undefined && side(a.test) === side(b.test)) return true;
  return (a.until_for_s ?? 0) >= (b.until_for_s ?? 0) && outcomes.every((each) => !ends(a, each) || ends(b, each));
}

function doubtHidden({ draft }: Made, { draft: by }: Made, warn: Complain): void {
  const words = `${draft.level.text} ${draft.test.text}`;
  const other = `${by.level.text} ${by.test.text}`;
  if (draft.level.text === by.level.text)
    warn(draft.level, `${words} adds nothing to ${other}`, "leave it out, or give it another level");
  else if (draft.test.text === by.test.text)
    warn(draft.level, `${words} is never seen, for it is ${other} at once`, "give the worse level a test of its own");
  else
    warn(
      draft.level,
      `${words} is never seen, for then ${other} holds too`,
      "exchange the tests: the worse level's is the stricter one",
    );
}
