// dmon hist: history of items as a table.

import { RANGE_FORM } from "../core/range.ts";
import { stamp } from "../process/localtime.ts";
import { askJson } from "../wire/ask.ts";
import { defineCli, UsageError } from "./command.ts";
import { callOwn } from "./own-daemon.ts";

export default defineCli({
  name: "hist",
  args: "[ITEM…]",
  count: [0, Number.POSITIVE_INFINITY],
  doc: "Show the history of items of this host as a table; of all items when none is named.",
  more: "Averages; `dmon send localhost HIST day 0 HOST cpu_load +minmax` has least and greatest values too.\n\nExamples:\n  dmon hist cpu_load\n  dmon hist --ival week root_usage mem_avail\n  dmon hist --ival -36h..now --points 20 cpu_load",
  options: {
    ival: { value: "IVAL", doc: `${RANGE_FORM}; default hour` },
    points: { value: "N", doc: "about so many rows" },
    host: { value: "NAME", doc: "a dumb host that this client monitors; default this host" },
    json: { doc: "the rows as JSON" },
  },
  async run({ args, options, settings, out }) {
    const { conf, hostname } = await settings();
    const points = options.points ?? "0";
    if (typeof points !== "string" || !/^\d+$/.test(points))
      throw new UsageError(`--points "${points}" is no number of rows`);
    const ival = String(options.ival ?? "hour");
    if (/\s/.test(ival)) throw new UsageError(`--ival "${ival}" has a blank; write 2026-11-22T20:40..now`);
    const line = `HIST ${ival} ${points} ${options.host ?? hostname} ${args.join(" ")}`.trimEnd();
    const answer = await callOwn(conf, (target) => askJson(target, line));
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
