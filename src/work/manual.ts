// docs/work.conf.md, from the declarations of the statements and the forms that errors name.

import { TEST_FORM } from "../core/fitness.ts";
import { INTERVAL_FORM } from "../core/interval.ts";
import { HOSTNAME_FORM, NAME_FORM } from "../core/names.ts";
import { firstSentence } from "../core/text.ts";
import { NUMBER_FORM } from "../core/units.ts";
import { optionsOf, type StatementDeclaration, usage } from "./statement.ts";
import { statements } from "./statements/index.ts";

/** The page, in Markdown. */
export function manual(): string {
  return `# work.conf

<!-- Made by \`npm run docs\` from src/work/statements; a change goes there. -->

One text file says what all hosts monitor, how bad which value is, and who sees it. \`dmon mk-work\` shows what a change of it
would do, \`dmon mk-work -f\` makes each host's work-file from it; running dmons take that up at their next check.

## How it is written

- A statement begins in the first column with its name; indented lines continue the line above.
- Lines that begin with \`#\` are comments, blank lines mean nothing.
- Words are separated by blanks. \`"…"\` holds a word with blanks, also behind an option: \`label="room for data"\`.
- The order of statements does not matter, except that of \`fit\` and \`flap\`, of which the last one that matches wins, of
  \`fit_level\`, best first, and of \`include\`, which is read at its place.
- \`dmon mk-work --fmt\` lays a file out without changing its meaning.

| form | what is written |
| --- | --- |
| name | ${NAME_FORM}, of tags, groups, items and levels |
| FQDN | ${HOSTNAME_FORM} |
| interval | ${INTERVAL_FORM}: a run of \`[sign][number]unit\` with the units s, m, h, d, w, y; a number alone is seconds, a unit alone is one of it; \`500ms\` is none, write \`0.5s\` |
| selector | a list of names, groups and globs, separated by commas without blanks: \`www,db*,!db3\`. \`*\` stands for any run of characters, \`?\` for one; \`!\` takes away, wherever it stands; \`*\` alone is all; a list that only takes away begins with all |
| number | ${NUMBER_FORM}, in the item's unit: k, M, G, T, P are thousands, Ki, Mi, Gi, Ti, Pi are 1024s |
| test | ${TEST_FORM}; also \`>=\`, \`<=\`, \`=\`, \`!=\`. \`fail\`: the probe failed; without such a test that is the last level. \`stale\`: there is no value |

## Statements

| statement | what it says |
| --- | --- |
${statements.map((each) => `| [\`${each.name}\`](#${each.name}) | ${cell(firstSentence(each.doc))} |`).join("\n")}

${statements.map(section).join("\n\n")}
`;
}

function section(statement: StatementDeclaration): string {
  const options = optionsOf(statement);
  const table =
    options.length > 0
      ? `\n\n| option | meaning |\n| --- | --- |\n${options.map(([name, doc]) => `| \`${name}=\` | ${cell(doc)} |`).join("\n")}`
      : "";
  return `### ${statement.name}

    ${usage(statement)}

${escaped(statement.doc)}${table}

    ${statement.example}`;
}

function cell(text: string): string {
  return escaped(text).replaceAll("|", "\\|");
}

// A glob is no emphasis, a comparison no tag; between backquotes all is as it is.
function escaped(text: string): string {
  return text.replace(/`[^`]*`|[*<]/g, (part) => (part.startsWith("`") ? part : `\\${part}`));
}
