// Help texts, from the declarations.

import { CONF_FILES } from "../config/load.ts";
import { firstSentence } from "../core/text.ts";
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
  const more = command.more ? `\n${command.more.trimEnd()}\n` : "";
  const usage = ["dmon", "[OPTIONS]", command.name, command.args].filter(Boolean).join(" ");
  return `Usage: ${usage}\n\n${command.doc}\n${options}${more}\nThe options of dmon itself (-v, -q, -c FILE, …) may stand here too: dmon -h.\n`;
}

function optionTable(options: Readonly<Record<string, CliOption>>): string {
  return table(
    Object.entries(options).map(([name, { short, value, doc }]) => [
      `${short ? `-${short}, ` : "    "}--${name}${value ? ` ${value}` : ""}`,
      doc,
    ]),
  );
}

/** Two columns, the second aligned. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
