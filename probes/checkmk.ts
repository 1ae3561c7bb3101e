// A Checkmk local check as it is: lines `STATUS NAME METRICS TEXT` (Checkmk's manual, "Local checks").

import { FOUND_MAX } from "../src/core/limits.ts";
import { isName, slug } from "../src/core/names.ts";
import { complaint, cutShort, PLUGIN_OPTIONS, PLUGIN_TIMEOUT_S, PROGRAM, pluginProgram } from "../src/core/plugin.ts";
import { defineFinder, type Found, type FoundRule } from "../src/core/probe.ts";
import { ProbeError, type Reading } from "../src/core/reading.ts";

const LOCAL = "/usr/lib/check_mk_agent/local";
const QUOTED_CHARS_MAX = 60;

/** The states of Checkmk, which are those of Nagios; unknown is between warning and critical. */
const FIT: readonly FoundRule[] = [
  { level: "soso", test: { op: "=", value: 1 }, text: "=1" },
  { level: "sick", test: { op: "=", value: 3 }, text: "=3" },
  { level: "crit", test: { op: "=", value: 2 }, text: "=2" },
];

export default defineFinder({
  name: "checkmk",
  doc: "A Checkmk local check, unchanged: each service that it prints is an item, and so are the service's metrics.",
  args: [{ name: "file", form: PROGRAM, doc: `Its path, or its name in ${LOCAL}.` }],
  options: PLUGIN_OPTIONS,
  values: {
    faults: {
      unit: "lines",
      kind: "gauge",
      fit: "sick >0",
      doc: "Lines that are no service, the first of them as text. Services have levels of their own: 1 soso, 3 sick, 2 crit.",
    },
    services: { unit: "", kind: "gauge", doc: "Services that it printed." },
  },
  finds:
    "each service with its state (0 ok, 1 warning, 2 critical, 3 unknown) and text, and each metric as SERVICE.METRIC",
  example: `item backup checkmk ${LOCAL}/backup`,
  needs: "the local check; root, for another user's rights",
  timeout_s: PLUGIN_TIMEOUT_S,
  lane: "plugin",
  find: async (host, given) => {
    const program = pluginProgram(given, {
      argv: given.args,
      dirs: [LOCAL],
      env: { MK_LIBDIR: "/usr/lib/check_mk_agent", MK_CONFDIR: "/etc/check_mk" },
      stateIn: { MK_VARDIR: "" },
    });
    const finished = await host.run(program);
    const cut = cutShort(finished, program);
    if (cut !== undefined) throw new ProbeError(cut);
    const { services, found, faults, fault } = parseLocal(finished.stdout);
    if (services === 0 && faults === 0 && finished.code !== 0)
      throw new ProbeError(
        `it ended with status ${finished.code}: ${complaint(finished, program) || "it printed nothing"}`,
      );
    const said = fault === undefined ? faults : { value: faults, text: `not understood: ${fault}` };
    return { readings: { faults: said, services }, found };
  },
  suggest: (host) =>
    host
      .list(LOCAL)
      .filter((name) => isName(name) && host.stat(`${LOCAL}/${name}`)?.kind === "file")
      .sort()
      .map((name) => `checkmk_${slug(name)} checkmk ${LOCAL}/${name}`),
});

/** Lines `STATUS "NAME" METRICS TEXT`; `fault` is the first that is none, shortened. Throws ProbeError for more than FOUND_MAX items. */
export function parseLocal(stdout: string): { services: number; found: Found[]; faults: number; fault?: string } {
  const found: Found[] = [];
  let faults = 0;
  let fault: string | undefined;
  let services = 0;
  for (const raw of stdout.split("\n")) {
    const line = raw.trim();
    if (line === "") continue;
    const match = /^([0-3P]) (?: *)(?:"([^"]+)"|'([^']+)'|([^\s"']\S*)) +(\S+)(?: +(\S.*))?$/.exec(line);
    const metrics = match && parseMetrics(match[5] ?? "");
    if (!match || !metrics) {
      faults++;
      fault ??= line.slice(0, QUOTED_CHARS_MAX);
      continue;
    }
    const key = match[2] ?? match[3] ?? match[4] ?? "";
    const text = (match[6] ?? "").split("\\n", 1)[0] ?? ""; // what is behind a \n are details
    services++;
    found.push({
      key,
      reading: reading(stateOf(match[1] ?? "", metrics), text),
      unit: "",
      kind: "state",
      label: key,
      fit: FIT,
    });
    for (const { name, value } of metrics) {
      found.push({ key: `${key}.${name}`, reading: value, unit: "", kind: "gauge" });
    }
    if (found.length > FOUND_MAX) throw new ProbeError(`more than ${FOUND_MAX} services and metrics`);
  }
  return { services, found, faults, ...(fault === undefined ? {} : { fault }) };
}

function reading(value: number, text: string): Reading {
  return text === "" ? value : { value, text };
}

interface Metric {
  name: string;
  value: number;
  warn: Thresholds;
  crit: Thresholds;
}

/** What a value must not be below, and not reach. */
interface Thresholds {
  low?: number;
  high?: number;
}

/** `-`, or `a=40;30;50|b=2;10:20`: value, warn, crit, min, max. Undefined for anything else. */
function parseMetrics(text: string): Metric[] | undefined {
  if (text === "-") return [];
  const metrics: Metric[] = [];
  for (const part of text.split("|")) {
    const [, name = "", value = "", warn = "", crit = ""] =
      /^([^=;]+)=([^;]+)(?:;([^;]*))?(?:;([^;]*))?(?:;.*)?$/.exec(part) ?? [];
    const number = numberOf(value);
    if (name === "" || number === undefined) return undefined;
    metrics.push({ name, value: number, warn: thresholds(warn), crit: thresholds(crit) });
  }
  return metrics;
}

// Some print a unit behind the number, which Checkmk drops.
function numberOf(text: string): number | undefined {
  const digits = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/.exec(text)?.[0];
  return digits !== undefined && Number.isFinite(Number(digits)) ? Number(digits) : undefined;
}

/** `80` is an upper one, `10:80` both. */
function thresholds(text: string): Thresholds {
  const [before = "", behind] = text.split(":");
  const low = behind === undefined ? undefined : numberOf(before);
  const high = numberOf(behind ?? before);
  return { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
}

/** The state; of `P` the worst that a metric's thresholds give, where reaching the upper one is enough. */
function stateOf(status: string, metrics: readonly Metric[]): number {
  if (status !== "P") return Number(status);
  const over = (value: number, { low, high }: Thresholds) =>
    (high !== undefined && value >= high) || (low !== undefined && value < low);
  return Math.max(0, ...metrics.map(({ value, warn, crit }) => (over(value, crit) ? 2 : over(value, warn) ? 1 : 0)));
}
