// `dmon -h conf` and `dmon -h work`: what may stand in the config files, from the declarations.

import { defaultDirectories } from "../config/directories.ts";
import { KEYS } from "../config/keys.ts";
import { HELP_CHARS_MAX, indented, NOT_YET, wrapped } from "../core/text.ts";
import { optionsOf, usage } from "../work/statement.ts";
import { statements } from "../work/statements/index.ts";

/** The text on a topic; undefined when there is none. */
export function topicHelp(topic: string): string | undefined {
  if (topic === "conf") return confHelp();
  return topic === "work" ? workHelp() : undefined;
}

function confHelp(): string {
  const dirs = defaultDirectories(process.getuid?.() ?? 0, process.env);
  const entries = Object.entries(KEYS).map(([name, key]) => {
    const fallback = key.fallback(dirs);
    const words = key.show ? key.show(fallback as never) : typeof fallback === "object" ? "" : String(fallback ?? "");
    const shown = words ? `\n    Default: ${words}` : "";
    const later = key.later ? `\n    ${NOT_YET}` : "";
    return `${name}\n${below(key.doc)}${later}\n${below(`Form: ${key.form}`)}${shown}\n    Example: ${key.example}`;
  });
  return `The keys of dmon.conf. Only server is required. A line that begins with # is a comment, an
indented line continues the line above.

${entries.join("\n\n")}
`;
}

function below(text: string): string {
  return indented(text, "    ");
}

function workHelp(): string {
  const entries = statements.map((statement) => {
    const options = optionsOf(statement).map(([name, doc]) => `\n${below(`${name}=  ${doc}`)}`);
    const [first = "", ...more] = wrapped(usage(statement), HELP_CHARS_MAX - 8);
    const how = [first, ...more.map((line) => `        ${line}`)].join("\n");
    return `${how}\n${below(statement.doc)}${options.join("")}\n    Example: ${statement.example}`;
  });
  return `The statements of work.conf, from which \`dmon mk-work\` makes each host's work-file. Words are
separated by blanks; "…" holds a word with blanks.

${entries.join("\n\n")}
`;
}
