// A Nagios or Icinga plugin as it is: its exit code, its first line, and its performance data, as the Monitoring Plugins
// Development Guidelines and the Nagios Core 4 plugin API have them.

import type { Finished, Program } from "../src/core/host.ts";
import { FOUND_MAX, UNIT_CHARS_MAX } from "../src/core/limits.ts";
import {
  complaint,
  cutShort,
  firstLine,
  PLUGIN_OPTIONS,
  PLUGIN_TIMEOUT_S,
  PROGRAM,
  pluginProgram,
  runtimeFault,
  tellingLine,
} from "../src/core/plugin.ts";
import { defineFinder, type Found } from "../src/core/probe.ts";
import type { Kind, Reading } from "../src/core/reading.ts";

/** Where distributions have the plugins. */
const PLUGIN_DIRS = [
  "/usr/lib/nagios/plugins",
  "/usr/lib64/nagios/plugins",
  "/usr/lib/monitoring-plugins",
  "/usr/local/nagios/libexec",
  "/usr/local/lib/nagios/plugins",
  "/usr/libexec/monitoring-plugins",
];
const UNKNOWN = 3;

export default defineFinder({
  name: "nagios",
  doc: "A Nagios or Icinga plugin, unchanged: its state, its text, and each of its performance data.",
  args: [{ name: "command", form: PROGRAM, doc: "The plugin and its arguments; no shell is between.", rest: true }],
  options: PLUGIN_OPTIONS,
  values: {
    state: {
      unit: "",
      kind: "state",
      fit: "soso =1  sick =3  crit =2",
      doc: "What the plugin says: 0 ok, 1 warning, 2 critical, 3 unknown, which is also every other end, by a signal or at the deadline. Unknown is between warning and critical: nothing is known to be broken, but nobody is looking any more.",
    },
  },
  finds:
    "each perfdatum, without a fitness of its own: the plugin's state has graded it, and one trouble is to be told once",
  example: "item root_disk nagios user=nobody check_disk -w 10% -c 5% -p /",
  needs: "a plugin, such as those of Debian's monitoring-plugins-basic; root, for another user's rights",
  timeout_s: PLUGIN_TIMEOUT_S,
  lane: "plugin",
  find: async (host, given) => {
    const stateIn = { MP_STATE_PATH: "", NAGIOS_PLUGIN_STATE_DIRECTORY: "" };
    const program = pluginProgram(given, { argv: given.args, dirs: PLUGIN_DIRS, stateIn });
    return evaluate(await host.run(program), program);
  },
});

/** What a plugin says by its end. */
export function evaluate(finished: Finished, program: Program) {
  const { text, perfdata } = splitOutput(finished.stdout);
  const found = parsePerfdata(perfdata);
  const cut = cutShort(finished, program);
  if (cut !== undefined) return { readings: { state: { value: UNKNOWN, text: cut } }, found };
  const { code } = finished;
  const strange = code === null || code > UNKNOWN ? `(exit status ${code}) ` : "";
  const fault = code === 0 ? undefined : runtimeFault(finished, program);
  const said = strange + ((fault ?? text) || complaint(finished, program) || "the plugin printed nothing");
  return { readings: { state: { value: strange ? UNKNOWN : (code ?? UNKNOWN), text: said } }, found };
}

/**
 * A plugin's output: TEXT|PERFDATA, lines of long text, and from a second `|` on more perfdata to the end. The text is the
 * first line of it that is not blank; of a Python traceback, which a wrapper may have sent here, its last.
 */
export function splitOutput(stdout: string): { text: string; perfdata: string } {
  const end = stdout.indexOf("\n");
  const first = end < 0 ? stdout : stdout.slice(0, end);
  const long = end < 0 ? "" : stdout.slice(end + 1);
  const [text, perfdata] = cutAt(first, "|");
  const [more, multiline] = cutAt(long, "|");
  const isBroken = text.startsWith("Traceback (");
  return {
    text: isBroken ? tellingLine(stdout) : text.trim() || firstLine(more),
    perfdata: `${perfdata}\n${multiline}`.replaceAll("|", " "),
  };
}

function cutAt(text: string, sign: string): [before: string, behind: string] {
  const at = text.indexOf(sign);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * Perfdata `'LABEL'=VALUE[UOM];WARN;CRIT;MIN;MAX …`; only label, value and unit count. Labels may have blanks, a quote in a
 * quoted one is doubled. `U`, and what is no number, is no data: the plugin's state says what is wrong.
 */
export function parsePerfdata(text: string): Found[] {
  const found: Found[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length && found.length < FOUND_MAX) {
    const { label, next } = labelAt(text, at);
    if (next < 0) break;
    const [datum = ""] = /^[^\s]*/.exec(text.slice(next, next + DATUM_CHARS_MAX)) ?? [];
    if (label !== "") found.push({ key: label, ...parseDatum(datum.split(";", 1)[0] ?? "") });
    at = skipBlanks(text, next + datum.length);
  }
  return found;
}

/** A value with its unit and four ranges. */
const DATUM_CHARS_MAX = 500;

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] ?? "")) at++;
  return at;
}

/** The label at a place, and the place behind its `=`, -1 when there is none. */
function labelAt(text: string, at: number): { label: string; next: number } {
  if (text[at] === "'") {
    let close = text.indexOf("'", at + 1);
    while (close >= 0 && text[close + 1] === "'") close = text.indexOf("'", close + 2);
    if (close >= 0 && text[close + 1] === "=")
      return {
        label: text
          .slice(at + 1, close)
          .replaceAll("''", "'")
          .trim(),
        next: close + 2,
      };
  }
  const equals = text.indexOf("=", at);
  return { label: text.slice(at, equals).trim(), next: equals < 0 ? -1 : equals + 1 };
}

/** What units mean; those of bytes are powers of 1024, as the Monitoring Plugins count them. */
const UNITS: Readonly<Record<string, { unit: string; factor?: number; kind?: Kind }>> = {
  "": { unit: "" },
  "%": { unit: "%" },
  c: { unit: "1/s", kind: "rate" },
  s: { unit: "s" },
  ms: { unit: "s", factor: 1e-3 },
  us: { unit: "s", factor: 1e-6 },
  µs: { unit: "s", factor: 1e-6 },
  ns: { unit: "s", factor: 1e-9 },
  b: { unit: "B" },
  kb: { unit: "B", factor: 2 ** 10 },
  mb: { unit: "B", factor: 2 ** 20 },
  gb: { unit: "B", factor: 2 ** 30 },
  tb: { unit: "B", factor: 2 ** 40 },
  pb: { unit: "B", factor: 2 ** 50 },
};

/** `12,5MB` in the unit that dmon counts in. A decimal comma is that of a plugin that obeys a locale. */
function parseDatum(text: string): { reading: Reading; unit: string; kind: Kind } {
  const [, digits = "", uom = ""] = /^([-+]?[0-9.,]+(?:[eE][-+]?[0-9]+)?)(.*)$/.exec(text) ?? [];
  const known = UNITS[/^[kmgtp]?i?b$/i.test(uom) ? uom.toLowerCase().replace("ib", "b") : uom];
  const { unit, factor = 1, kind = "gauge" } = known ?? { unit: uom.slice(0, UNIT_CHARS_MAX) };
  const value = Number(digits.includes(".") ? digits.replaceAll(",", "") : digits.replace(",", ".")) * factor;
  return { reading: digits !== "" && Number.isFinite(value) ? value : null, unit, kind };
}
