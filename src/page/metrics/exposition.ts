// What Prometheus scrapes: OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/) and the classic text format 0.0.4. Pure.

import { gathered } from "../pieces.ts";

export type Labels = Readonly<Record<string, string>>;

/** One metric family, declared once: what is exported, and its documentation. `Context` is what its samples are made from. */
export interface Family<Context> {
  /** Without `_total` or `_info`; with its unit at the end. */
  name: string;
  type: "gauge" | "counter" | "info";
  unit?: "seconds" | "bytes";
  help: string;
  /** The names of its labels, for the documentation. */
  labels?: readonly string[];
  samples(context: Context): Iterable<readonly [Labels, number]>;
}

export interface Format {
  name: "openmetrics" | "text";
  type: string;
}
const OPEN: Format = { name: "openmetrics", type: "application/openmetrics-text; version=1.0.0; charset=utf-8" };
const TEXT: Format = { name: "text", type: "text/plain; version=0.0.4; charset=utf-8" };

/** OpenMetrics where the scraper asks for it by name, and likes nothing that we have better; else the classic one. */
export function formatFor(accept: string): Format {
  let open = 0;
  let text = 0;
  for (const part of accept.toLowerCase().split(",").slice(0, 50)) {
    const [type = "", ...params] = part.split(";").map((word) => word.trim());
    const of = (key: string) => params.find((param) => param.startsWith(`${key}=`))?.slice(key.length + 1);
    const quality = Number(of("q") ?? 1) || 0;
    const version = of("version")?.replaceAll('"', "");
    if (type === "application/openmetrics-text" && (version ?? "1.0.0") === "1.0.0") open = Math.max(open, quality);
    if (type === "text/plain" && (version ?? "0.0.4") === "0.0.4") text = Math.max(text, quality);
  }
  return open > 0 && open >= text ? OPEN : TEXT;
}

/** All families of a format, in pieces. */
export function exposition<Context>(
  families: readonly Family<Context>[],
  context: Context,
  format: Format,
): Generator<string> {
  return gathered(lines(families, context, format));
}

function* lines<Context>(families: readonly Family<Context>[], context: Context, format: Format): Generator<string> {
  for (const family of families) {
    const name = sampleName(family);
    let head = headOf(family, format);
    for (const [labels, value] of family.samples(context)) {
      yield `${head}${name}${labelsOf(labels)} ${numberText(value)}\n`;
      head = "";
    }
  }
  if (format === OPEN) yield "# EOF\n";
}

/** How its samples are called. */
export function sampleName({ name, type }: Pick<Family<never>, "name" | "type">): string {
  return type === "counter" ? `${name}_total` : type === "info" ? `${name}_info` : name;
}

function headOf({ name, type, unit, help }: Omit<Family<never>, "samples">, format: Format): string {
  if (format === TEXT) {
    const full = sampleName({ name, type });
    return `# HELP ${full} ${help}\n# TYPE ${full} ${type === "info" ? "gauge" : type}\n`;
  }
  return `# TYPE ${name} ${type}\n${unit === undefined ? "" : `# UNIT ${name} ${unit}\n`}# HELP ${name} ${help}\n`;
}

function labelsOf(labels: Labels): string {
  let out = "";
  for (const name in labels) out += `${out === "" ? "{" : ","}${name}="${escaped(labels[name] ?? "")}"`;
  return out === "" ? "" : `${out}}`;
}

const SPECIAL = /[\\"\n]|[^\x20-\x7e]/;

/** Both formats escape the same three characters; other control characters, which some readers take for an end, are shown as such. */
function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .toWellFormed()
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replace(/[\x00-\x1f\x7f]/g, "\ufffd");
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}
