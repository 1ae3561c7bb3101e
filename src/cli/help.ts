// Help texts, from the declarations.

import { CONF_FILES } from "../config/load.ts";
import { firstSentence, HELP_CHARS_MAX, indented, wrapped } from "../core/text.ts";
import { VERSION } from "../version.ts";
import type { CliCommand, CliOption } from "./command.ts";
import { GLOBAL_OPTIONS } from "./parse.ts";

/** The help of dmon as a whole. */
export function mainHelp(commands: readonly CliCommand[]): string {
  const rows = commands.map(({ name, args, doc }): [string, string] => [`${name} ${args}`.trim(), firstSentence(doc)]);
  return `dmon ${VERSION}: a distributed host monitor

Usage: dmon [-s] [-q] [-v] [-d] [-T] [-h] [-t] [-i] [-c FILE] [--version] [--test] [COMMAND]

Commands:
${table(rows)}

Options:
${optionTable(GLOBAL_OPTIONS)}

\`dmon start\` without any config monitors this host and shows where its page is.
Config: the first of ${CONF_FILES.join(", ")}. \`dmon COMMAND --help\` tells more of a command,
\`dmon -h conf\` and \`dmon -h work\` list what may stand in dmon.conf and work.conf.
`;
}

/** The help of one command. */
export function commandHelp(command: CliCommand): string {
  const own = Object.entries(command.options ?? {}).filter(([, { hidden }]) => !hidden);
  const options = own.length > 0 ? `\nOptions:\n${optionTable(Object.fromEntries(own))}\n` : "";
  const more = command.more ? `\n${paragraphs(command.more.trimEnd())}\n` : "";
  const usage = ["dmon", "[OPTIONS]", command.name, command.args].filter(Boolean).join(" ");
  return `Usage: ${usage}\n\n${paragraphs(command.doc)}\n${options}${more}\nThe options of dmon itself (-v, -q, -c FILE, …) may stand here too: dmon -h.\n`;
}

function optionTable(options: Readonly<Record<string, CliOption>>): string {
  return table(
    Object.entries(options).map(([name, { short, value, doc }]) => [
      `${short ? `-${short}, ` : "    "}--${name}${value ? ` ${value}` : ""}`,
      doc,
    ]),
  );
}

/** A longer word of the first column has its line, and what is said of it stands below. */
const LEFT_CHARS_MAX = 34;

/** Two columns, the second aligned and wrapped. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const fitting = rows.map(([left]) => left.length).filter((length) => length <= LEFT_CHARS_MAX);
  const width = Math.max(8, ...fitting);
  const margin = " ".repeat(width + 4);
  return rows
    .map(([left, right]) => {
      const column = indented(right, margin);
      if (left.length > LEFT_CHARS_MAX) return `${hanging(left)}\n${column}`;
      return `  ${left.padEnd(width)}  ${column.slice(margin.length)}`;
    })
    .join("\n");
}

/** A long usage, its further lines a little to the right. */
function hanging(text: string): string {
  const [first = "", ...more] = wrapped(text, HELP_CHARS_MAX - 6);
  return [`  ${first}`, ...more.map((line) => `      ${line}`)].join("\n");
}

/** Paragraphs in lines that a terminal shows; what is indented is a table or an example and stays. */
function paragraphs(text: string): string {
  return text
    .split("\n\n")
    .map((each) => (/^ /m.test(each) ? each : wrapped(each.replaceAll("\n", " ")).join("\n")))
    .join("\n\n");
}
