// What a graph page shows as a table for spreadsheets (RFC 4180), and what files of it are called.

import type { Series } from "../plot/series.ts";
import type { Drawing } from "./drawing.ts";
import { isSeries } from "./graph-data.ts";

/** A table of all lines: the time as ISO 8601 and as seconds, then the average, least, greatest and readings of each. */
export function csvOf({ drawn }: Drawing): string {
  const head = ["time", "epoch_s"];
  const rows = new Map<number, Map<number, Series["rows"][number]>>();
  for (const [i, line] of drawn.entries()) {
    const { unit } = line.state;
    for (const part of ["avg", "min", "max", "count"]) {
      const of = part === "count" || unit === "" ? "" : ` (${unit})`;
      head.push(`${line.host.view.tag} ${line.item} ${part}${of}`);
    }
    if (!isSeries(line.series)) continue;
    for (const row of line.series.rows) {
      const at = rows.get(row.time_s) ?? new Map();
      rows.set(row.time_s, at.set(i, row));
    }
  }
  const lines = [head.map(cell).join(",")];
  for (const [time_s, found] of [...rows].sort(([a], [b]) => a - b)) {
    const cells: string[] = [new Date(time_s * 1000).toISOString().replace(".000", ""), String(time_s)];
    for (const i of drawn.keys()) {
      const { avg = null, min = null, max = null, count = 1 } = found.get(i) ?? {};
      cells.push(...[avg, min, max].map((value) => (value === null ? "" : String(value))));
      cells.push(avg === null ? "0" : String(count));
    }
    lines.push(cells.join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** A name within CSV (RFC 4180). What a spreadsheet would take for a formula is a text behind an apostrophe. */
export function cell(text: string): string {
  const plain = text.replace(/[\x00-\x1f\x7f]/g, " ");
  const harmless = /^[\s]*[=+\-@|%]/.test(plain) ? `'${plain}` : plain;
  return /[",;]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** `mars-root_usage-day`: what is seen, as the name of a file. */
export function fileNameOf({ drawn, range }: Pick<Drawing, "drawn" | "range">): string {
  const [first] = drawn;
  const more = drawn.length > 1 ? `-and-${drawn.length - 1}-more` : "";
  const name = `${first?.host.view.tag}-${first?.item}${more}-${range.name}`;
  return (
    name
      .replace(/[^A-Za-z0-9_.-]+/g, "_")
      .replace(/^[._]+/, "")
      .slice(0, 120) || "graph"
  );
}
