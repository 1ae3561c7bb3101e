// A program of one's own that prints `item value [text]`, a line each.

import { FOUND_MAX } from "../src/core/limits.ts";
import { complaint, cutShort, PLUGIN_OPTIONS, PLUGIN_TIMEOUT_S, PROGRAM, pluginProgram } from "../src/core/plugin.ts";
import { defineFinder, type Found } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";

/** Errors quote a line only up to here. */
const QUOTED_CHARS_MAX = 40;
/** Of a longer line only the beginning is looked at. */
const LINE_CHARS_MAX = 1000;

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
  finds:
    "each line that it prints; one that is not understood costs no other one and is, where the status is 0, an error of the item itself",
  example: "item queue exec user=nobody /usr/local/lib/dmon/queue-lengths --all",
  timeout_s: PLUGIN_TIMEOUT_S,
  lane: "plugin",
  find: async (host, given) => {
    const program = pluginProgram(given, { argv: given.args, dirs: [] });
    const finished = await host.run(program);
    const cut = cutShort(finished, program);
    const { code, stdout } = finished;
    if (cut !== undefined || code === null) {
      const whole = stdout.slice(0, stdout.lastIndexOf("\n") + 1); // half a number is another number
      return { readings: { status: { error: cut ?? "it has no exit status" } }, found: parseLines(whole).found };
    }
    const { found, fault, faults } = parseLines(stdout);
    // A program that fails says so by its status; what it then prints may be anything.
    if (code === 0 && fault !== undefined) {
      const more = faults > 1 ? ` (and ${faults - 1} more)` : "";
      return { readings: { status: { error: `not understood: ${fault}${more}` } }, found };
    }
    const said = complaint(finished, program) || (fault ?? (found.length === 0 ? "it printed no value" : ""));
    return { readings: { status: withText(code, said) }, found };
  },
});

function withText(value: number, text: string): Reading {
  return text === "" ? value : { value, text };
}

/**
 * Lines `NAME VALUE [TEXT]`; `U`, `-` and `nan` are no data. Blank lines and lines with `#` are left out. Faults are other lines;
 * of the first of them `fault` says what would be right.
 */
export function parseLines(text: string): { found: Found[]; faults: number; fault?: string } {
  const found = new Map<string, Found>();
  let faults = 0;
  let first: string | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.slice(0, LINE_CHARS_MAX).trim();
    if (line === "" || line.startsWith("#")) continue;
    const fault = found.size < FOUND_MAX ? take(line, found) : `at most ${FOUND_MAX} names`;
    if (fault === undefined) continue;
    faults++;
    first ??= `line ${index + 1} ${JSON.stringify(line.slice(0, QUOTED_CHARS_MAX))}: ${fault}`;
  }
  return { found: [...found.values()], faults, ...(first === undefined ? {} : { fault: first }) };
}

/** Takes a line over into what was found. Returns what would be right where it is none. */
function take(line: string, found: Map<string, Found>): string | undefined {
  const [begin = "", key = "", word = ""] = /^(\S+)(?:\s+(\S+))?/.exec(line) ?? [];
  if (CONTROLS.test(key)) return "write the name in plain characters";
  const value = /^(U|-|nan)$/i.test(word) ? null : numberOf(word);
  if (value === undefined) return rightValue(word);
  if (found.has(key)) return "this name is there twice, and only the first counts";
  const said = line.slice(begin.length).replace(new RegExp(CONTROLS, "g"), " ").trim();
  found.set(key, { key, reading: value === null ? null : withText(value, said), unit: "", kind: "gauge" });
  return undefined;
}

/** Colours of a terminal, and what else shows nothing. */
const CONTROLS = /[\0-\x1f\x7f-\x9f]+/;

/** A decimal number, without a unit. */
function numberOf(word: string): number | undefined {
  const value = /^[-+.\deE]+$/.test(word) ? Number(word) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** What to write instead of a word that is no number. */
function rightValue(word: string): string {
  const comma = /^[-+]?\d+,\d+$/.test(word) ? word.replace(",", ".") : undefined;
  const hexadecimal = /^0x[\da-f]+$/i.test(word) ? String(Number(word)) : undefined;
  const bare = /^[-+]?(\d+(\.\d+)?(e[-+]?\d+)?)(?=[^\d.,])/i.exec(word)?.[0];
  const instead = comma ?? hexadecimal ?? (/^[-+.\de]+$|^[-+]?0x/i.test(word) ? undefined : bare);
  if (instead !== undefined) return `write ${instead}`;
  return "write NAME VALUE [TEXT] with a decimal number, or U for no data";
}
