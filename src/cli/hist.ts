// dmon hist: the past of items as plots in the terminal, as a table, CSV or JSON.

import { CHANGES, MINMAX } from "../commands/client/hist.ts";
import { MOMENT_FORM } from "../core/moment.ts";
import { offsetAt } from "../process/localtime.ts";
import { type CliContext, defineCli, UsageError } from "./command.ts";
import { type AskedWords, askedIval, IVAL_FORM } from "./hist-asked.ts";
import { draw } from "./hist-drawing.ts";
import { findHist } from "./hist-source.ts";
import { csvOf, jsonOf, tableOf, withoutEmpty } from "./hist-text.ts";
import { render, screenOf } from "./screen.ts";

const FORMATS = ["plot", "table", "csv", "json"] as const;
type Format = (typeof FORMATS)[number];
/** Dots of Braille in a cell, across: about as many rows are drawn. */
const DOTS_PER_CELL = 2;

export default defineCli({
  name: "hist",
  args: "[HOST] [ITEM…]",
  count: [0, Number.POSITIVE_INFINITY],
  doc: "Show the history of items: in a terminal as plots, else as a table. Of many items, or of all when none is named, a line each.",
  more: `HOST is this host when it is left out, one behind it (via=), or any other by its tag or name, which is asked through the
server. ITEM may have * and ? in it, and !ITEM leaves one out. A plot shows the average as a line and the least and greatest
values as a shade around it; where nothing was measured is a gap, and ▲ marks a change of level.

Times are local here: ${MOMENT_FORM}.

Examples:
  dmon hist
  dmon hist cpu_load
  dmon hist mars 'root_*' --ival week
  dmon hist cpu_load --from yesterday --to today
  dmon hist cpu_load --from "yesterday 22:00" --ival 4h
  dmon hist mem_avail --from -2h --csv --minmax > mem.csv`,
  options: {
    ival: { value: "IVAL", doc: `${IVAL_FORM}; default hour. Beside --from or --to: how long` },
    from: { value: "TIME", doc: "since when" },
    to: { value: "TIME", doc: "until when; default now" },
    points: { value: "N", doc: "about so many rows" },
    plot: { doc: "plots, also when this is no terminal or there are many items" },
    table: { doc: "the rows as a table" },
    csv: { doc: "the rows as CSV, with a header and ISO times" },
    json: { doc: "the rows as JSON, with units and changes of level" },
    minmax: { doc: "with least and greatest values and the number of readings, in table, CSV and JSON" },
    host: { value: "HOST", doc: "the host, where its name may be taken for an item's" },
  },
  notOptions: {
    since: "write --from TIME",
    start: "write --from TIME",
    until: "write --to TIME",
    end: "write --to TIME",
    last: "write --ival 2h",
    range: "write --ival 2h",
    item: "write the item's name alone",
    items: "write the items' names alone",
  },
  async run({ args, options, settings, out, err }) {
    const format = formatOf(options);
    const points = pointsOf(options.points);
    const words: AskedWords = {};
    for (const name of ["ival", "from", "to"] as const)
      if (typeof options[name] === "string") words[name] = options[name];
    const now_s = Date.now() / 1000;
    const ival = askedIval(words, now_s, offsetAt);
    refuseWords(args);
    const screen = screenOf(process.stdout, process.env);
    const { conf, hostname } = await settings();
    const found = await findHist(conf, hostname, args, typeof options.host === "string" ? options.host : undefined, {
      ival,
      points: points ?? (format === "plot" ? screen.width * DOTS_PER_CELL : 0),
      more: [
        ...(format === "plot" || options.minmax ? [MINMAX] : []),
        ...(format === "plot" || format === "json" ? [CHANGES] : []),
      ],
    });
    if (format === "json") out(jsonOf(found));
    else if (format === "csv") for (const line of csvOf(found)) out(line);
    else if (format === "table") {
      const { shown, empty } = found.all ? withoutEmpty(found) : { shown: found, empty: [] };
      for (const line of tableOf(shown)) out(line);
      if (empty.length > 0) err(`left out, for nothing was measured: ${empty.join(", ")}\n`);
    } else out(render(draw(found, screen, now_s, options.plot === true), screen));
    return 0;
  },
});

function formatOf(options: CliContext["options"]): Format {
  const [format, other] = FORMATS.filter((name) => options[name] === true);
  if (other) throw new UsageError(`--${format} and --${other}; one at a time`);
  return format ?? (process.stdout.isTTY ? "plot" : "table");
}

function pointsOf(words: string | boolean | undefined): number | undefined {
  if (words === undefined) return undefined;
  if (typeof words === "string" && /^\d{1,7}$/.test(words)) return Number(words);
  throw new UsageError(`--points "${words}" is no number of rows; write --points 100`);
}

function refuseWords(words: readonly string[]): void {
  for (const word of words) {
    if (/\s/.test(word) || word === "") throw new UsageError(`"${word}" is no name; a host or an item has no blank`);
    if (word.startsWith("+")) throw new UsageError(`"${word}" is a word of the wire; write --${word.slice(1)}`);
  }
}
