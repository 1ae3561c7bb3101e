// fit_level NAME [LABEL]: the levels, best first [seed].

import { LEVELS_MAX, TEXT_CHARS_MAX } from "../../core/limits.ts";
import { isName, NAME_FORM } from "../../core/names.ts";
import { defineStatement, whereOf } from "../statement.ts";
import { KEYWORDS } from "./alert-words.ts";

/** What is read as something else where levels stand, in fit and alert. */
const TAKEN: ReadonlySet<string> = new Set(["on", "for", "until", "any", ...KEYWORDS]);
/** The same of `5m`, `1..2` and `for5`, which could be names. */
const TAKEN_FORMS = /^(\d[\d.]*[smhdw]|\d.*\.\..*|[Ff][Oo][Rr]\d.*)$/;

export default defineStatement({
  name: "fit_level",
  args: ["NAME"],
  tail: "[LABEL]",
  doc: "A level of fitness; the first is the best, the last is what a failing probe gets. LABEL is what people see. Without any: fine soso sick crit(ical) dead. The default fitness of items is in these: where one of them is not declared its default thresholds are lost, but for what dmon tells about itself, and a fit has to give others.",
  example: "fit_level crit critical",
  declare({ words, complain }, draft) {
    const [name, label, extra] = words;
    if (!name) return;
    if (!isName(name.text)) complain(name, `"${name.text}" cannot be a level`, `use ${NAME_FORM}`);
    if (TAKEN.has(name.text) || TAKEN_FORMS.test(name.text))
      complain(
        name,
        `"${name.text}" cannot be a level`,
        "it means something else in fit or alert; choose another name",
      );
    if (extra)
      complain(extra, `"${extra.text}" is too much`, 'write fit_level NAME [LABEL], a label of two words in "…"');
    if (label && label.text.length > TEXT_CHARS_MAX)
      complain(label, `a label of more than ${TEXT_CHARS_MAX} characters`);
    if (draft.levels.length >= LEVELS_MAX) return complain(name, `more than ${LEVELS_MAX} levels`);
    const before = draft.levels.find((level) => level.name === name.text);
    if (before) complain(name, `the level ${name.text} is declared twice`, `it is already in ${whereOf(before.word)}`);
    else draft.levels.push({ name: name.text, word: name, ...(label ? { label } : {}) });
  },
});
