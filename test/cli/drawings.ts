// Histories that are drawn in tests: what they look like is in test/golden/drawings.txt.

import { drawOverview } from "../../src/cli/overview.ts";
import { drawPlot } from "../../src/cli/plot.ts";
import { render } from "../../src/cli/screen.ts";
import type { Change, Row, Series } from "../../src/cli/series.ts";

/** Sun 22 Nov 2026 14:00 in Berlin, where the golden pictures are. */
const NOON_S = Date.UTC(2026, 10, 22, 13) / 1000;
const DAY_S = 86_400;

type Value = number | null | { avg: number; min: number; max: number };

/** A series of values, a row each. */
export function seriesOf(
  item: string,
  values: readonly Value[],
  more: Partial<Pick<Series, "unit" | "kind" | "from_s" | "bucket_s" | "changes">> = {},
): Series {
  const { unit = "", kind = "gauge", bucket_s = 60, changes = [] } = more;
  const from_s = more.from_s ?? NOON_S - values.length * bucket_s;
  const rows = values.map((value, i): Row => {
    const time_s = from_s + i * bucket_s;
    if (value === null) return { time_s, avg: null, min: null, max: null, count: null };
    const { avg, min, max } = typeof value === "number" ? { avg: value, min: value, max: value } : value;
    return { time_s, avg, min, max, count: bucket_s / 60 };
  });
  const to_s = from_s + values.length * bucket_s;
  return { item, unit, kind, from_s, to_s, until_s: Math.min(to_s, NOON_S), bucket_s, rows, changes };
}

/** So many values of a function of the row's number. */
const made = (count: number, value: (i: number) => Value) => Array.from({ length: count }, (_, i) => value(i));
const wave = (i: number) => Math.sin(i / 12) + Math.sin(i / 3) / 4;
const during = (hour: number, minute: number, level: string, text?: string): Change => ({
  time_s: NOON_S - 3600 + (hour * 60 + minute) * 60,
  level,
  ...(text === undefined ? {} : { text }),
});

const load = seriesOf(
  "cpu_load",
  made(60, (i) => (i >= 20 && i < 27 ? null : i === 41 ? 9.5 : 1 + wave(i) / 2)),
  { unit: "tasks", changes: [during(0, 41, "sick", ">8 (work.conf:12)"), during(0, 43, "fine")] },
);
const day = seriesOf(
  "mem_avail",
  made(145, (i) => {
    const avg = (6 + wave(i)) * 2 ** 30;
    return { avg, min: avg - (i % 29 === 0 ? 4 : 0.2) * 2 ** 30, max: avg + 0.2 * 2 ** 30 };
  }),
  { unit: "B", bucket_s: 600 },
);
const raid = seriesOf(
  "raid",
  made(60, (i) => (i > 30 && i < 50 ? 0 : 1)),
  {
    kind: "state",
    changes: [
      during(0, 31, "crit", `md0: sdb1 \x1b[31mfailed\x1b[0m 日本語 ${"and so on ".repeat(9)}`),
      during(0, 50, "fine"),
    ],
  },
);
const hours = (day_s: number, count: number) =>
  seriesOf(
    "temp",
    made(count, (i) => Math.round(10 * wave(i)) / 10 - 2),
    { unit: "°C", bucket_s: 3600, from_s: day_s },
  );
const coarse = seriesOf(
  "root_usage",
  made(145, (i) => (i % 6 === 0 && (i < 60 || i > 90) ? 60 + i / 10 : i === 75 ? 70 : null)),
  { unit: "%", bucket_s: 600 },
);
const year = seriesOf(
  "mem_avail",
  made(184, (i) =>
    i > 170 ? null : { avg: (8 + wave(i)) * 2 ** 30, min: (i % 40) * 2 ** 28, max: (12 + (i % 50) / 9) * 2 ** 30 },
  ),
  { unit: "B", bucket_s: 2 * DAY_S },
);
const future = seriesOf(
  "cpu_load",
  made(120, (i) => (i < 59 ? 1 + wave(i) / 2 : null)),
  { unit: "tasks", from_s: NOON_S - 3600 },
);
const all = [
  load,
  day,
  raid,
  coarse,
  seriesOf(
    "nothing_at_all",
    made(60, () => null),
  ),
  seriesOf(
    "net_errors",
    made(60, () => 0),
    { unit: "1/s", kind: "rate" },
  ),
  seriesOf(
    "gone_since",
    made(60, (i) => (i < 30 ? 5 + (i % 2) : null)),
    { unit: "s", kind: "time" },
  ),
  seriesOf(
    "a_name_that_is_much_longer_than_the_column_of_names_may_be",
    made(60, (i) => i * 1e9),
    { unit: "B/s" },
  ),
];

/** All pictures, with what each is. */
export function drawings(): string {
  const plot = (name: string, series: Series, width: number, rows: number, ascii = false) =>
    `# ${name}\n${render(drawPlot(series, { width, ascii }, { rows, changes: 3 }), { width, height: 24, ascii, colour: false })}`;
  const overview = (name: string, width: number, ascii = false) =>
    `# ${name}\n${render(drawOverview(all, { width, ascii }), { width, height: 24, ascii, colour: false })}`;
  return [
    plot("an hour with a gap and a spike", load, 80, 12),
    plot("the same in ASCII", load, 80, 12, true),
    plot("the same in 20 columns", load, 20, 4),
    plot("a day with its least and greatest values", day, 72, 10),
    plot("the same in 160 columns", day, 160, 6),
    plot("states, and what a terminal must not obey", raid, 64, 4),
    plot("the day on which the clocks go forward", hours(Date.UTC(2026, 2, 28, 23) / 1000, 23), 80, 5),
    plot("the day on which they go back", hours(Date.UTC(2026, 9, 24, 22) / 1000, 25), 80, 5),
    plot("a week", hours(NOON_S - 7 * DAY_S, 168), 80, 5),
    plot(
      "what is kept in rows of an hour, asked for in rows of ten minutes, and a gap with one row in it",
      coarse,
      80,
      6,
    ),
    plot("a year in rows of two days", year, 80, 5),
    plot("the same in 160 columns", year, 160, 4),
    plot("an hour that is still to come in part", future, 80, 4),
    plot("nothing", seriesOf("empty", [null, null]), 80, 5),
    plot(
      "always the same",
      seriesOf(
        "zero",
        made(60, () => 0),
        { unit: "1/s", kind: "rate" },
      ),
      80,
      4,
    ),
    plot("one row", seriesOf("one", [...made(30, () => null), 7, ...made(29, () => null)]), 80, 4),
    overview("a line each", 80),
    overview("the same in ASCII", 80, true),
    overview("the same in 40 columns", 40),
    overview("the same in 20 columns", 20),
  ].join("\n");
}
