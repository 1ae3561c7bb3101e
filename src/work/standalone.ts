// The work-config of a host that stands alone: it monitors what it can, with the probes' own fitness.

import { formatWorkConf } from "./format.ts";

/** A work.conf for one host that is client, server and pagemaker. */
export function standAloneWork(hostname: string, items: readonly string[], own: readonly string[] = []): string {
  const tag = hostname.split(".")[0] ?? hostname;
  const text = `# What dmon monitors, on which hosts. \`dmon mk-work\` shows what a change would do, \`dmon mk-work -f\` does it.

host ${hostname} ${tag}
pmaker ${tag}

# The levels, best first; a failing probe gets the last one.
fit_level fine
fit_level soso
fit_level sick
fit_level crit critical
fit_level dead

# Items by name; \`dmon mk-work -l\` lists all there are.
get *
${wrap(items)}
${ownItems(own)}
# Fitness: every item has a sensible one already. Your own are written like this:
# fit root_usage  soso >80%  sick >90% until <85%  crit >97%
`;
  return formatWorkConf("work.conf", text); // how long its words are only this host knows
}

// Items that need arguments: defined first, then got by this host.
function ownItems(own: readonly string[]): string {
  if (own.length === 0) return "";
  const names = own.map((line) => line.split(" ", 1)[0] ?? "");
  return `
# Items that are made of a probe with arguments.
${own.map((line) => `item ${line}`).join("\n")}
get *
${wrap(names)}
`;
}

// Indented lines are glued to the statement above.
function wrap(words: readonly string[]): string {
  const lines: string[] = [];
  let line = " ";
  for (const word of words) {
    if (line.length + word.length > 100) {
      lines.push(line);
      line = " ";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}
