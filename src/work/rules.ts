// From the words of a fit statement, or of a probe's default fitness, to the rules that grade.

import { type Diagnostic, SourceError } from "../core/diagnostic.ts";
import { DEFAULT_LEVELS, type Level, parseTest, type Rule } from "../core/fitness.ts";
import { formatInterval } from "../core/interval.ts";
import { lex } from "../core/lexer.ts";
import type { FitRuleDraft } from "./draft.ts";
import { type Complain, complainInto } from "./statement.ts";
import { parseRules } from "./statements/fit-rules.ts";

/** One rule from its words; undefined when something is wrong with it, which was said. */
export function makeRule(
  draft: FitRuleDraft,
  unit: string,
  levels: readonly Level[],
  where: string,
  complain: Complain,
  item?: string,
): Rule | undefined {
  const level = levels.findIndex(({ name }) => name === draft.level.text);
  const test = parseTest(draft.test.text, unit, item);
  const until = draft.until && parseTest(draft.until.text, unit, item);
  if ("error" in test) complain(draft.test, test.error, test.hint);
  if (draft.until && until && "error" in until) complain(draft.until, until.error, until.hint);
  if (level < 1 || "error" in test || (until && "error" in until)) return undefined;
  const { for_s, until_for_s } = draft;
  const words = [draft.test.text];
  if (for_s) words.push("for", formatInterval(for_s));
  if (draft.until) words.push("until", draft.until.text);
  if (until_for_s) words.push("for", formatInterval(until_for_s));
  return {
    level,
    test,
    ...(for_s ? { for_s } : {}),
    ...(until ? { until } : {}),
    ...(until_for_s ? { until_for_s } : {}),
    text: words.join(" "),
    where,
  };
}

/**
 * A probe's default fitness. Rules of levels that this work does not have are left out, or with `graded` get the level at that
 * place.
 */
export function parseDefaultFit(text: string, unit: string, levels: readonly Level[], graded = false): Rule[] {
  const diagnostics: Diagnostic[] = [];
  const complain = complainInto(diagnostics);
  const [line] = lex("default", `fit ${text}`, diagnostics);
  const drafts = line ? parseRules(line.words, complain, line.key) : undefined;
  const rules = (drafts ?? []).flatMap((draft) => {
    const known = graded ? { ...draft, level: { ...draft.level, text: atItsPlace(draft.level.text, levels) } } : draft;
    return makeRule(known, unit, levels, "default", complain) ?? [];
  });
  if (diagnostics.length > 0) throw new SourceError(diagnostics);
  return rules;
}

/** A default level's name in a work that may call its levels otherwise: of fine soso sick among ok warn bad, sick is bad. */
function atItsPlace(name: string, levels: readonly Level[]): string {
  if (levels.findIndex((level) => level.name === name) > 0) return name;
  const place = DEFAULT_LEVELS.findIndex((level) => level.name === name);
  return levels[Math.min(place, levels.length - 1)]?.name ?? name;
}
