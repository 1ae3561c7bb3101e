// Metrics that a job left in a file for Prometheus, as node_exporter's textfile collector takes them (Prometheus
// documentation, "Exposition formats", text format 0.0.4).

import { type Form, PATH, quoted, WordError } from "../src/core/form.ts";
import type { Host } from "../src/core/host.ts";
import { FOUND_MAX, TEXT_FILES_BYTES_MAX, TEXT_FILES_MAX } from "../src/core/limits.ts";
import { defineFinder, type Found, notUnderstood } from "../src/core/probe.ts";
import { type Kind, ProbeError } from "../src/core/reading.ts";
import { wake } from "./file.ts";

/** Where Debian's node_exporter looks. */
const DEBIAN_DIR = "/var/lib/prometheus/node-exporter";

const FILES: Form<string> = {
  is: "a path that begins with /, * in its last part",
  parse: (word) => {
    PATH.parse(word);
    if (!/\*.*\//.test(word)) return word;
    throw new WordError(`${quoted(word)} has a * in the name of a directory`, "write an item for each directory");
  },
};

export default defineFinder({
  name: "textfile",
  doc: "Metrics in Prometheus' text format that a job leaves in a file, as for node_exporter's textfile collector.",
  args: [
    {
      name: "file",
      form: FILES,
      doc: "The file, a directory of *.prom files, or a pattern such as /var/lib/jobs/*.prom.",
    },
  ],
  values: {
    age: {
      unit: "s",
      kind: "time",
      fit: "soso >26h  sick >3d",
      doc: "Since the file was written, of several the oldest. Most are written every few minutes, some once a day, and none shall be told of while it is on time: give a shorter limit where you know better.",
    },
    files: { unit: "", kind: "gauge", doc: "Files that there are." },
  },
  finds:
    "each sample by its name and its labels' values: counters per second, moments (_timestamp_seconds) as the time since then; of histograms only sum and count",
  example: `item jobs textfile ${DEBIAN_DIR}`,
  nodata: "A directory without such a file has no age.",
  find: async (host, { args: [word = ""] }) => {
    const file = FILES.parse(word);
    await wake(host, file);
    const { single, paths } = filesOf(host, file);
    if (paths.length > TEXT_FILES_MAX) throw new ProbeError(`${file}: more than ${TEXT_FILES_MAX} files`);
    const found: Found[] = [];
    let bytes = 0;
    let oldest: { value: number; text: string } | null = null;
    for (const path of paths) {
      const status = host.stat(path);
      if (!status) {
        if (single) throw new ProbeError(`${path} is missing`);
        continue; // it was renamed since
      }
      bytes += status.size;
      if (bytes > TEXT_FILES_BYTES_MAX) throw new ProbeError(`${file}: more than ${TEXT_FILES_BYTES_MAX} bytes`);
      const age_s = Math.max(0, host.now() - status.changed_s);
      const name = path.replace(/^.*\//, "");
      if (oldest === null || age_s > oldest.value) oldest = { value: age_s, text: name };
      if (single) found.push(...parse(path, host.read(path), host.now()));
      else found.push(...oneOfMany(host, path, { key: name, reading: age_s, unit: "s", kind: "time" }));
      if (found.length > FOUND_MAX) throw new ProbeError(`${file}: more than ${FOUND_MAX} samples`);
    }
    return { readings: { age: single && oldest ? oldest.value : oldest, files: paths.length }, found };
  },
  suggest: (host) => (namesIn(host, DEBIAN_DIR, "*.prom").length > 0 ? [`textfile textfile ${DEBIAN_DIR}`] : []),
});

/** One file among others is an item by its name, with its age; what is wrong with it is that item's error and holds up no other. */
function oneOfMany(host: Host, path: string, about: Found): Found[] {
  try {
    return [about, ...parse(path, host.readIfAny(path) ?? "", host.now())];
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    return [{ ...about, error: error.message }];
  }
}

/** The files that an argument means. Throws ProbeError when the directory is missing. */
function filesOf(host: Host, file: string): { single: boolean; paths: string[] } {
  const isDirectory = host.stat(file)?.kind === "directory";
  const [, dir = "", pattern = ""] = isDirectory ? ["", file, "*.prom"] : (/^(.*)\/([^/]*)$/.exec(file) ?? []);
  if (!pattern.includes("*")) return { single: true, paths: [file] };
  if (host.stat(dir || "/")?.kind !== "directory") throw new ProbeError(`the directory ${dir || "/"} is missing`);
  return { single: false, paths: namesIn(host, dir, pattern).map((name) => `${dir.replace(/\/+$/, "")}/${name}`) };
}

// A star stands for any characters; names with a dot in front are temporary files of those who write and rename.
function namesIn(host: Host, dir: string, pattern: string): string[] {
  const parts = pattern.split("*").map((part) => part.replace(/[^A-Za-z0-9_]/g, "\\$&"));
  const wanted = new RegExp(`^(?!\\.)${parts.join("[^]*")}$`);
  return host
    .list(dir || "/")
    .filter((name) => wanted.test(name))
    .sort();
}

/** What `# TYPE` says of a name. */
type Types = Map<string, string>;

/** Parses a file; throws ProbeError for a line that is none of the format, as node_exporter refuses the whole file then. */
export function parse(path: string, text: string, now_s: number): Found[] {
  const types: Types = new Map();
  const found: Found[] = [];
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line.startsWith("#")) {
      const [, name, type] = /^#\s*TYPE\s+(\S+)\s+(\S+)$/.exec(line) ?? [];
      if (name !== undefined && type !== undefined) types.set(name, type);
    } else if (line !== "") {
      const sample = parseSample(line);
      if (!sample) throw notUnderstood(`${path}, line ${i + 1}`, 'a sample such as name{label="x"} 5', line);
      if (!isBucket(sample, types)) found.push(describe(sample, types, now_s));
      if (found.length > FOUND_MAX) throw new ProbeError(`${path}: more than ${FOUND_MAX} samples`);
    }
  }
  return found;
}

interface Sample {
  name: string;
  labels: [name: string, value: string][];
  /** null for NaN and the infinities. */
  value: number | null;
}

/** `name{label="value",…} VALUE [TIMESTAMP_MS]`; undefined for anything else. */
export function parseSample(line: string): Sample | undefined {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0];
  if (name === undefined) return undefined;
  const rest = line.slice(name.length).trimStart();
  const labels: Sample["labels"] = [];
  let at = 0;
  if (rest.startsWith("{")) {
    const label = /\s*(?:([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))|(?=\}))/y;
    for (at = 1; rest[at] !== "}"; at = label.lastIndex) {
      label.lastIndex = at;
      const match = label.exec(rest);
      if (!match) return undefined;
      if (match[1] !== undefined) labels.push([match[1], unescaped(match[2] ?? "")]);
    }
    at++;
  } else if (rest.length === line.length - name.length) return undefined; // no blank behind the name
  const [, word = ""] = /^\s*(\S+)(?:\s+-?\d+)?$/.exec(rest.slice(at)) ?? [];
  const value = parseValue(word);
  return value === undefined ? undefined : { name, labels, value };
}

// Go's ParseFloat: numbers with exponents, NaN, and infinities with or without a sign.
function parseValue(word: string): number | null | undefined {
  if (/^([-+]?inf(inity)?|nan)$/i.test(word)) return null;
  if (!/^[-+]?(\d+(?:\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(word)) return undefined;
  return Number.isFinite(Number(word)) ? Number(word) : null;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
}

/** Tens of items for one histogram, of which none can be graded. */
function isBucket({ name, labels }: Sample, types: Types): boolean {
  return (
    name.endsWith("_bucket") && (types.get(name.slice(0, -7)) === "histogram" || labels.some(([key]) => key === "le"))
  );
}

/** What its name and type say of a sample. */
function describe({ name, labels, value }: Sample, types: Types, now_s: number): Found {
  const key = [name, ...labels.map(([, text]) => text).filter((text) => text !== "")].join(".");
  const label = labels.length > 0 ? `${name} ${labels.map(([of, text]) => `${of}=${text}`).join(" ")}` : name;
  if (/_timestamp(_seconds)?$/.test(name) && value !== null)
    return { key, label, reading: Math.max(0, now_s - value), unit: "s", kind: "time" };
  const family = types.get(name) ?? types.get(name.replace(/_(total|sum|count)$/, "")) ?? "untyped";
  const sums = family === "summary" || family === "histogram" ? /_(sum|count)$/ : /_total$/;
  const counts = family === "counter" || (family !== "gauge" && sums.test(name));
  const kind: Kind = counts ? "rate" : "gauge";
  return {
    key,
    label,
    reading: value,
    unit: counts ? `${COUNTED[unitWord(name)] ?? "1"}/s` : (UNITS[unitWord(name)] ?? ""),
    kind,
  };
}

/** The last part of a name, by which Prometheus' names tell their units; `_total` and the like come behind it. */
function unitWord(name: string): string {
  const parts = name.split("_");
  const last = parts.pop() ?? "";
  return /^(total|sum|count)$/.test(last) ? (parts.pop() ?? "") : last;
}

const UNITS: Readonly<Record<string, string>> = { bytes: "B", seconds: "s", percent: "%", celsius: "°C", volts: "V" };
const COUNTED: Readonly<Record<string, string>> = { bytes: "B", packets: "packets", errors: "errors" };
