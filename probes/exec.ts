// A program of one's own that prints `item value [text]`, a line each.

import { FOUND_MAX } from "../src/core/limits.ts";
import { cutShort, firstLine, PLUGIN_OPTIONS, PLUGIN_TIMEOUT_S, PROGRAM, pluginProgram } from "../src/core/plugin.ts";
import { defineFinder, type Finished, type Found, type Program } from "../src/core/probe.ts";
import { ProbeError } from "../src/core/reading.ts";

/** Errors quote a line only up to here. */
const QUOTED_CHARS_MAX = 60;

export default defineFinder({
  name: "exec",
  doc: "A program of your own that prints lines `NAME VALUE [TEXT]`; each is an item.",
  args: [{ name: "command", form: PROGRAM, doc: "The program and its arguments; no shell is between.", rest: true }],
  options: PLUGIN_OPTIONS,
  values: {
    status: {
      unit: "",
      kind: "state",
      fit: "sick !=0",
      doc: "Its exit status. Where it prints nothing but a number, use a line with a name.",
    },
  },
  finds: "each line that it prints",
  example: "item queue exec user=nobody /usr/local/lib/dmon/queue-lengths --all",
  timeout_s: PLUGIN_TIMEOUT_S,
  lane: "plugin",
  find: async (host, given) => {
    const program = pluginProgram(given, { argv: given.args });
    const finished = await host.run(program);
    return { readings: { status: statusOf(finished, program) }, found: parseLines(finished.stdout) };
  },
});

/** Its exit status, and what it says to it; ProbeError for a program that did not end by itself. */
function statusOf(finished: Finished, program: Program) {
  const cut = cutShort(finished, program);
  if (cut !== undefined || finished.code === null) throw new ProbeError(cut ?? "it has no exit status");
  const said = firstLine(finished.stderr);
  return said === "" ? finished.code : { value: finished.code, text: said };
}

/** Lines `NAME VALUE [TEXT]`; `U` and `-` are no data. Blank lines and lines with `#` are left out. Throws ProbeError on others. */
export function parseLines(text: string): Found[] {
  const found: Found[] = [];
  for (const line of text.split("\n")) {
    if (/^\s*(#|$)/.test(line)) continue;
    const match = /^\s*(\S+)\s+(\S+)(?:\s+(.*?))?\s*$/.exec(line);
    const [, key = "", word = "", said = ""] = match ?? [];
    const value = /^(U|-|nan)$/i.test(word) ? null : Number(word);
    if (!match || (value !== null && !Number.isFinite(value)))
      throw new ProbeError(
        `a line is not of the form NAME VALUE [TEXT]: ${JSON.stringify(line.slice(0, QUOTED_CHARS_MAX))}`,
      );
    found.push({
      key,
      reading: value === null || said === "" ? value : { value, text: said },
      unit: "",
      kind: "gauge",
    });
    if (found.length > FOUND_MAX) throw new ProbeError(`more than ${FOUND_MAX} lines`);
  }
  return found;
}
