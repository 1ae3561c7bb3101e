// dmon hist: history of items as a table.

import { RANGE_FORM } from "../core/range.ts";
import { stamp } from "../process/localtime.ts";
import { askJson } from "../wire/dial.ts";
import { defineCli, UsageError } from "./command.ts";

export default defineCli({
  name: "hist",
  args: "[ITEM…]",
  count: [0, Number.POSITIVE_INFINITY],
  doc: "Show the history of items of this host as a table; of all items when none is named.",
  more: "Examples:\n  dmon hist cpu_load\n  dmon hist --ival week root_usage mem_avail\n  dmon hist --ival -36h..now --points 20 cpu_load",
  options: {
    ival: { value: "IVAL", doc: `${RANGE_FORM}; default hour` },
    points: { value: "N", doc: "about so many rows" },
    host: { value: "NAME", doc: "a dumb host that this client monitors; default this host" },
    json: { doc: "the rows as JSON" },
  },
  async run({ args, options, settings, out }) {
    const { conf, hostname } = await settings();
    const points = options.points ?? "0";
    if (typeof points !== "string" || !/^\d+$/.test(points)) throw new UsageError(`--points "${points}" is no number`);
    const line = `HIST ${options.ival ?? "hour"} ${points} ${options.host ?? hostname} ${args.join(" ")}`.trimEnd();
    const answer = await askJson({ host: conf.listen[0] ?? "127.0.0.1", port: conf.PORT + 1 }, line);
    const { cols, rows } = answer.data as { cols: string[]; rows: (number | null)[][] };
    if (options.json) {
      out(`${JSON.stringify({ cols, rows })}\n`);
      return 0;
    }
    const head = [cols[0] ?? "", ...cols.slice(1)];
    const widths = head.map((name, i) => (i === 0 ? 19 : Math.max(name.length, 10)));
    const format = (cells: string[]) =>
      cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
    out(`${format(head)}\n`);
    for (const [time, ...values] of rows) {
      const cells = values.map((value) => (value === null ? "-" : String(Number(value.toPrecision(6)))));
      out(`${format([stamp(time ?? 0), ...cells])}\n`);
    }
    return 0;
  },
});
