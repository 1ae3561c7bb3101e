// docs/probes.md, from the declarations of the probes.

import { allProbes } from "../../probes/index.ts";
import { formatInterval } from "../core/interval.ts";
import {
  PLUGINS_AT_ONCE,
  PROBE_TIMEOUT_S,
  PROGRAM_MEMORY_BYTES_MAX,
  PROGRAM_NICENESS,
  PROGRAM_OUTPUT_BYTES_MAX,
} from "../core/limits.ts";
import { type Lane, type Probe, type ProbeValue, probeUsage } from "../core/probe.ts";
import { firstSentence } from "../core/text.ts";
import { formatValue } from "../core/units.ts";
import { ITEM_OPTIONS } from "./statements/item.ts";

const BOUNDS = "within the [bounds of programs](#programs)";
const LANES: Readonly<Record<Lane, string>> = {
  program: `It runs a program that takes its time, never two of these at once, ${BOUNDS}.`,
  plugin: `It runs a program, at most ${PLUGINS_AT_ONCE} of these at once, ${BOUNDS}.`,
  network: "It waits for an answer from the network, with many others at once.",
};

const COMMAND_LAST = "All options, the item's own too, stand before the command.";

/** The page, in Markdown. */
export function probeManual(): string {
  const own = ITEM_OPTIONS.map((name) => `\`${name}=\``).join(", ");
  const made = allProbes()
    .filter(({ madeOf }) => madeOf)
    .map(({ name }) => `\`${name}\``)
    .join(", ");
  return `# Probes and items

<!-- Made by \`npm run docs\` from probes/*.ts; a change goes there. -->

A *probe* is code that supplies values; an *item* is a named use of it. \`dmon probe --discover\` shows what a host can supply, as
lines for its work-config and with the values now; \`dmon probe NAME [ARG…]\` runs one probe and shows values, levels, time and the
programs that it started, also where a rate needs two readings; \`--watch\` repeats it.

- Items with a name in the tables below exist without being defined: \`get * cpu_load root_usage\`. In \`{mount}_usage\` the braces stand for
  an instance: \`root_usage\`, \`var_lib_usage\`.
- Other items are defined: \`item web http https://www.example.org/\` makes the item \`web\`, which is the probe's first value. Its others
  are called \`web.time\`, \`web.cert_days\` and so on: \`get www1 web web.cert_days\`.
- Some probes *find* more when they are read (the ports of a switch, the perfdata of a plugin). What they find are items \`NAME.KEY\`
  that come with the item itself; \`fit NAME.*\` and \`alert\` take them as they take all others.
- Words \`key=value\` are options: of the probe, as its table has them, or of the item (${own}). In quotes, \`"key=value"\` is
  an argument. Of a probe that takes a command line all options stand before it, the item's own too:
  \`item root nagios every=5m user=nobody check_disk -w 10%\`; what stands behind the command is the command's, where a
  word that looks like an option is written in quotes.
- Some are made of the past of another item of the same host: ${made}. They
  see what was stored up to the minute before, also from before a restart, and of what is found too: \`item q_peak max_of queue.length\`.
- *No data* is no error: the host has no such thing. An error says what is wrong and what to do, and is graded with the last level.
- Each reading has a deadline (${PROBE_TIMEOUT_S} s, where nothing else is said) and is made every minute; \`item … every= timeout=\` changes both.
- The fitness in the tables is what grades an item that no \`fit\` statement selects.

## Programs

Some probes run programs of others. Each runs with nice ${PROGRAM_NICENESS}, without input, with a clean environment and no core file. It may
print ${formatValue(PROGRAM_OUTPUT_BYTES_MAX, "B")}, and each of its processes may have ${formatValue(PROGRAM_MEMORY_BYTES_MAX, "B")} of memory: what it writes to counts, not what it
reserves (\`ulimit -d\`), and the option \`memory=\` of probes for plugins gives more. Of plugins ${PLUGINS_AT_ONCE} run at once; the others wait for
their turn. What is still running of a program at its end or its deadline is ended with it. When the daemon is killed (\`kill -9\`), its
programs and what they started are ended too, except what has left their process group (\`setsid\`): the next dmon ends that.

## All probes

| probe | what it is |
| --- | --- |
${allProbes()
  .map((probe) => `| [\`${probe.name}\`](#${probe.name}) | ${cell(firstSentence(probe.doc))} |`)
  .join("\n")}

${allProbes().map(section).join("\n\n")}
`;
}

function section(probe: Probe): string {
  const facts = [
    ...("finds" in probe ? [`It finds ${probe.finds}.`] : []),
    ...(probe.remote ? ["It asks over the network, and so serves dumb hosts (`via=`) too."] : []),
    ...(probe.madeOf ? ["Dumb hosts (`via=`) can have it too, where they have the item that it is made of."] : []),
    ...(probe.lane ? [LANES[probe.lane]] : []),
    ...(probe.args?.at(-1)?.rest ? [COMMAND_LAST] : []),
    ...(probe.every_s ? [`Read every ${formatInterval(probe.every_s)}, unless the item says otherwise.`] : []),
    ...(probe.timeout_s ? [`Given up after ${formatInterval(probe.timeout_s)}.`] : []),
    ...(probe.needs ? [`**Needs:** ${probe.needs}`] : []),
    ...(probe.nodata ? [`**No data:** ${probe.nodata}`] : []),
  ];
  const values: [string, ProbeValue][] = Object.entries(probe.values);
  return `## ${probe.name}

    ${probeUsage(probe)}

${escaped(probe.doc)}${facts.length > 0 ? `\n\n${facts.join(" ")}` : ""}${wordTable(probe)}

| item | value | unit | kind | fitness | what it is |
| --- | --- | --- | --- | --- | --- |
${values.map(valueRow).join("\n")}

    ${probe.example}`;
}

/** Arguments and options, each with what may be written. */
function wordTable({ args = [], options = {} }: Probe): string {
  const rows = [
    ...args.map(({ name, form, doc }) => [name.toUpperCase(), form.is, doc]),
    ...Object.entries(options).map(([name, { form, doc, default: otherwise }]) => [
      `${name}=`,
      form.is,
      otherwise ? `${doc}; default ${otherwise}` : doc,
    ]),
  ].map(([word = "", is = "", doc = ""]) => `| \`${word}\` | ${cell(is)} | ${cell(doc)} |`);
  return rows.length > 0 ? `\n\n| word | what may be written | meaning |\n| --- | --- | --- |\n${rows.join("\n")}` : "";
}

function valueRow([name, { item, unit, unitOf, kind, fit, doc }]: [string, ProbeValue]): string {
  return `| ${item ? `\`${item}\`` : "–"} | \`${name}\` | ${unitOf ? "by the item" : unit || "–"} | ${kind} | ${fit ? `\`${fit.replaceAll(/ {2,}/g, "; ")}\`` : "–"} | ${cell(doc)} |`;
}

function cell(text: string): string {
  return escaped(text).replaceAll("|", "\\|");
}

// Outside of code a glob is no emphasis, and a comparison no tag.
function escaped(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replace(/[*<]/g, "\\$&")))
    .join("");
}
