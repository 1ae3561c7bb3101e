import { describe, expect, test } from "bun:test";
import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";
import { leastSpan, timeTicks, valueAxis } from "../../src/plot/axis.ts";
import { HOST_CLOCK } from "../../src/plot/clock.ts";
import { apart } from "../../src/plot/limit-places.ts";
import type { Threshold } from "../../src/plot/marked.ts";
import { stretchesOf, thresholdsOf } from "../../src/plot/marks.ts";
import { type PlotOptions, plot } from "../../src/plot/plot.ts";
import { Scale } from "../../src/plot/scale.ts";
import type { Series } from "../../src/plot/series.ts";
import { EVIL, item, NOW_S, troubled } from "../page/fixture.ts";
import { history } from "../page/source.ts";

const OPTIONS: PlotOptions = { width: 800, height: 300, unit: "%", kind: "gauge", title: "t" };

function series(values: (number | null)[], bucket_s = 60): Series {
  const from_s = 1_000_000_020;
  const rows = values.map((avg, i) => ({ time_s: from_s + i * bucket_s, avg, min: avg, max: avg }));
  return { from_s, to_s: from_s + values.length * bucket_s, bucket_s, rows };
}

/** Every number in the picture is finite and the XML is balanced. */
function wellFormed(svg: string) {
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  const open = svg.match(/<[a-z][^>]*[^/]>|<[a-z]>/g)?.length;
  expect(open).toBe(svg.match(/<\/[a-z]+>/g)?.length);
}

describe("value axes", () => {
  const rows: [number, number, string, number, string[], string][] = [
    [0, 100, "%", 5, ["0", "20", "40", "60", "80", "100"], "%"],
    [0, 3 * 2 ** 30, "B", 3, ["0", "1", "2", "3"], "GiB"],
    [5 * 2 ** 20, 7 * 2 ** 20, "B", 4, ["5.0", "5.5", "6.0", "6.5", "7.0"], "MiB"],
    [0, 40e6, "B/s", 4, ["0", "10", "20", "30", "40"], "MB/s"],
    [0, 900, "s", 3, ["0", "5m", "10m", "15m"], ""],
    [0, 0.02, "s", 4, ["0.000", "0.005", "0.010", "0.015", "0.020"], "s"],
    [0, 200_000, "tasks", 4, ["0", "50", "100", "150", "200"], "k tasks"],
    [-10, 10, "°C", 4, ["−10", "−5", "0", "5", "10"], "°C"],
  ];
  for (const [low, high, unit, count, labels, caption] of rows) {
    test(`${low} to ${high} ${unit}`, () => {
      const axis = valueAxis(low, high, unit, count);
      expect(axis.ticks.map((tick) => tick.label)).toEqual(labels);
      expect(axis.caption).toBe(caption);
    });
  }

  test("labels of one axis differ, whatever the range", () => {
    for (const unit of ["", "%", "B", "B/s", "s", "tasks"]) {
      for (const [low, high] of [
        [0, 1e-6],
        [0, 1],
        [99.95, 100.05],
        [0, 59],
        [1e6, 1.001e6],
        [-3, 1e9],
        [0, 1e15],
      ] as const) {
        const axis = valueAxis(low, high, unit, 5);
        const labels = axis.ticks.map((tick) => tick.label);
        expect([...new Set(labels)]).toEqual(labels);
        expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
        expect(axis.low).toBeLessThanOrEqual(low);
        expect(axis.high).toBeGreaterThanOrEqual(high * 0.999999);
      }
    }
  });
});

describe("the least span of an axis", () => {
  const rows: [string, number, number, string, [number, number]][] = [
    ["noise of a disk is no cliff", 27, 27.2, "%", [24.6, 29.6]],
    ["a disk that fills stays one", 80, 93, "%", [80, 93]],
    ["not below zero", 0, 0.3, "%", [0, 5]],
    ["nor above 100 %", 99.9, 100, "%", [95, 100]],
    ["above 100 % when it was there", 250, 251, "%", [248, 253]],
    ["other units by the size of the value", 1000, 1010, "rpm", [979.75, 1030.25]],
    ["below zero", -20.2, -20, "°C", [-20.605, -19.595]],
  ];
  for (const [name, low, high, unit, [from, to]] of rows) {
    test(name, () => {
      const [begin, end] = leastSpan(low, high, unit);
      expect([begin, end].map((value) => Number(value.toFixed(6)))).toEqual([from, to]);
    });
  }

  test("a value that hardly moves is drawn as nearly flat, one that moves is not", () => {
    expect(heightOf([27, 27.2, 27.1, 27.2, 27])).toBeLessThan(20);
    expect(heightOf([27, 29, 31, 33, 35])).toBeGreaterThan(100);
  });
});

/** How much of the picture's height the line takes. */
function heightOf(values: number[]): number {
  const line = /class="p-line" d="M([^"]*)"/.exec(plot(series(values), OPTIONS))?.[1] ?? "";
  const ys = line.split("L").map((point) => Number(point.split(" ")[1]));
  return Math.max(...ys) - Math.min(...ys);
}

const midnight = Date.UTC(2026, 10, 22) / 1000; // bun test runs in UTC
const MONTH = /\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/;
const axisTexts = (svg: string) =>
  [...svg.matchAll(/<text[^>]* text-anchor="middle">([^<]*)</g)].map(([, text = ""]) => text);
const ticksOf = (from_s: number, to_s: number, count: number) =>
  timeTicks(from_s, to_s, count, HOST_CLOCK).map((tick) => tick.label);

describe("time ticks", () => {
  const rows: [string, number, number, number, string[]][] = [
    ["an hour", 3600, 7200, 6, ["01:00", "01:10", "01:20", "01:30", "01:40", "01:50", "02:00"]],
    ["a day, with midnight as the day", -43_200, 43_200, 4, ["12:00", "18:00", "Sun 22", "06:00", "12:00"]],
    ["two days", 0, 2 * 86_400, 4, ["Sun 22", "12:00", "Mon 23", "12:00", "Tue 24"]],
    ["a month, by Mondays", -31 * 86_400, 0, 5, ["26 Oct", "2 Nov", "9 Nov", "16 Nov"]],
    ["a year, with January as the year", -365 * 86_400, 0, 5, ["2026", "Apr", "Jul", "Oct"]],
    ["no time", 5, 5, 3, []],
    ["all time", 0, Infinity, 3, []],
    ["no room", 0, 100, 0, []],
  ];
  for (const [name, from_s, to_s, count, labels] of rows) {
    test(name, () => expect(ticksOf(midnight + from_s, midnight + to_s, count)).toEqual(labels));
  }
  test("the first of a month says so among days", () =>
    expect(ticksOf(midnight + 6 * 86_400, midnight + 12 * 86_400, 8)).toContain("Tue 1 Dec"));

  // Whatever the day and the size, the axis tells the month, over a year the year.
  const spans: [string, number, RegExp][] = [
    ["an hour", 3600, MONTH],
    ["a day", 86_400, MONTH],
    ["a week", 7 * 86_400, MONTH],
    ["a month", 31 * 86_400, MONTH],
    ["a year", 366 * 86_400, /\b20\d\d\b/],
  ];
  for (const [name, span_s, told] of spans) {
    for (const width of [200, 360, 760, 1240, 4000]) {
      test(`the month can be told: ${name}, ${width} px`, () => {
        for (let day = 0; day < 366; day += 5) {
          const to_s = NOW_S + day * 86_400 + day * 61;
          const one = { time_s: to_s - span_s / 2, avg: 1, min: 1, max: 1 };
          const svg = plot({ from_s: to_s - span_s, to_s, bucket_s: 60, rows: [one] }, { ...OPTIONS, width });
          expect(axisTexts(svg).join(" ")).toMatch(told);
        }
      });
    }
  }

  test("never many, however long", () =>
    expect(timeTicks(0, 40 * 366 * 86_400, 10, HOST_CLOCK).length).toBeLessThan(30));
});

describe("plot", () => {
  const rows: [string, (number | null)[], (svg: string) => void][] = [
    ["nothing", [], (svg) => expect(svg).toContain("nothing was measured")],
    ["only gaps", [null, null], (svg) => expect(svg).toContain("nothing was measured")],
    ["one point is a dot", [5], (svg) => expect(svg).toContain("h.01")],
    ["constant", [42, 42, 42], (svg) => expect(svg).toContain("p-line")],
    ["constant zero", [0, 0, 0], (svg) => expect(svg).toContain("p-line")],
    ["constant negative", [-5, -5], (svg) => expect(svg).toContain("−")],
    ["a gap parts the line", [1, 2, null, 3, 4], (svg) => expect(svg.match(/class="p-line"/g)).toHaveLength(2)],
    ["negative to positive", [-5, 5], (svg) => expect(svg).toContain("p-major")],
    ["huge", [1e308, -1e308, 1e308], (svg) => expect(svg).toContain("p-line")],
    ["tiny", [1e-300, 2e-300], (svg) => expect(svg).toContain("p-line")],
    [
      "infinite and not a number are gaps",
      [1, Infinity, Number.NaN, 2],
      (svg) => expect(svg.match(/class="p-line"/g)).toHaveLength(2),
    ],
  ];
  for (const [name, values, check] of rows) {
    for (const kind of ["gauge", "rate", "state", "time"] as const) {
      test(`${name}, ${kind}`, () => {
        for (const unit of ["%", "B", "s", ""]) {
          const svg = plot(series(values), { ...OPTIONS, unit, kind, standalone: true });
          wellFormed(svg);
          if (kind !== "state") check(svg);
        }
      });
    }
  }

  test("nothing is drawn behind the sentence that nothing was measured", () => {
    const svg = plot(series([null, null]), OPTIONS);
    expect(svg).not.toContain("p-grid");
    expect(svg).toContain("<text x="); // times are told all the same
  });

  test("missing rows are a gap too", () => {
    const whole = series([1, 2, 3, 4, 5, 6]);
    const svg = plot({ ...whole, rows: whole.rows.filter((_, i) => i !== 2 && i !== 3) }, OPTIONS);
    expect(svg.match(/class="p-line"/g)).toHaveLength(2);
  });

  test("a state is drawn as steps", () => {
    const line = /class="p-line" d="([^"]*)"/.exec(
      plot(series([0, 1, 1, 0]), { ...OPTIONS, kind: "state", unit: "" }),
    )?.[1];
    expect(line).toMatch(/^M[\d.]+ [\d.]+H[\d.]+L/);
  });

  test("size is bounded", () => {
    expect(plot(series([1]), { ...OPTIONS, width: 1e9, height: Number.NaN })).toContain('viewBox="0 0 4000 100"');
    expect(plot(series([1]), { ...OPTIONS, width: -1, height: 0 })).toContain('viewBox="0 0 200 100"');
  });

  test("hostile titles and units do no harm", () => {
    for (const evil of EVIL) {
      const svg = plot(series([1, 2]), {
        ...OPTIONS,
        title: evil,
        unit: evil,
        thresholds: [{ value: 1.5, side: "above", look: "sick", label: evil }],
        standalone: true,
      });
      expect(svg).not.toMatch(/<script|<img|\x00/);
      wellFormed(svg);
    }
  });

  test("1440 points take less than 10 ms, 100,000 are thinned", () => {
    const day = history(86_400, 1440, 10, 90, "%");
    plot(day, OPTIONS);
    const start = performance.now();
    for (let i = 0; i < 10; i++) plot(day, { ...OPTIONS, width: 1200 });
    expect((performance.now() - start) / 10).toBeLessThan(10);
    expect(plot(series(Array.from({ length: 100_000 }, (_, i) => i % 7)), OPTIONS).length).toBeLessThan(100_000);
  });

  test("spikes survive the thinning", () => {
    const values = Array.from({ length: 20_000 }, (_, i) => (i === 12_345 ? 1000 : 1));
    expect(plot(series(values), { ...OPTIONS, unit: "" })).toContain("From 1 to 1000");
  });
});

describe("limits", () => {
  const limit = (value: number, look: Threshold["look"], label: string = look): Threshold => ({
    value,
    side: "above",
    look,
    label,
  });
  const sets: [string, Threshold[]][] = [
    ["one", [limit(90, "crit", "critical")]],
    ["three", [limit(80, "soso"), limit(90, "sick"), limit(97, "crit", "critical")]],
    ["close together", [limit(95, "soso"), limit(96, "sick"), limit(97, "crit", "critical"), limit(98, "dead")]],
    ["at the ends", [limit(100, "dead"), { ...limit(60, "sick"), side: "below" }]],
    ["long words", [limit(90, "crit", "a level that somebody described at length")]],
  ];
  for (const [name, thresholds] of sets) {
    test(`each label stands at its line and beside the curve: ${name}`, () => {
      for (const width of [200, 320, 360, 720, 1240]) {
        for (const standalone of [false, true]) {
          const svg = plot(series([60, 75, 88, 99.5, 99.9]), {
            ...OPTIONS,
            width,
            height: 260,
            thresholds,
            standalone,
          });
          const end = Math.max(...[...svg.matchAll(/class="p-limit [^>]*H([\d.]+)"/g)].map(([, x]) => Number(x)));
          const labels = [...svg.matchAll(/class="p-limit-label p-(\w+)" x="([\d.]+)" y="([\d.]+)">([^<]*)</g)];
          expect(labels).toHaveLength(thresholds.length);
          let above = -Infinity;
          for (const [, look, x, y, text = ""] of labels) {
            expect(Number(x)).toBeGreaterThan(end);
            expect(Number(x) + text.length * 7).toBeLessThanOrEqual(width);
            expect(Number(y) - above).toBeGreaterThan(13);
            above = Number(y);
            const line = new RegExp(`class="p-limit p-${look}" d="M[\\d.]+ ([\\d.]+)H`).exec(svg)?.[1];
            const off = Number(y) - 4 - Number(line);
            expect(Math.abs(off)).toBeLessThan(name === "close together" ? 26 : 7);
          }
        }
      }
    });
  }

  test("where not all have room the worst are named", () => {
    const thresholds = Array.from({ length: 9 }, (_, i) =>
      limit(50 + i, i < 8 ? "soso" : "dead", i < 8 ? "so" : "dead"),
    );
    const svg = plot(series([40, 60]), { ...OPTIONS, height: 100, standalone: true, thresholds });
    expect(svg).toContain(">dead</text>");
    expect(svg.match(/class="p-limit-label/g)?.length).toBeLessThan(9);
    expect(svg.match(/class="p-limit p-/g)).toHaveLength(9);
  });

  const places: [string, number[], number[]][] = [
    ["none", [], []],
    ["apart already", [10, 40], [10, 40]],
    ["two at one place give way alike", [50, 50], [45, 55]],
    ["one pushes the next", [50, 54, 70], [47, 57, 70]],
    ["within the bounds", [0, 99.5, 100], [5, 85, 95]],
  ];
  for (const [name, wanted, expected] of places) {
    test(`places: ${name}`, () => expect(apart(wanted, 10, 5, 95)).toEqual(expected));
  }
});

describe("marks", () => {
  const scale = new Scale(DEFAULT_LEVELS);
  const { hosts, events } = troubled();
  const state = hosts[0]?.state.root_usage ?? item(null, "");
  const day = history(86_400, 288, 60, 98, "%");
  const own = events.filter((event) => event.host === "mars.example.org" && event.item === "root_usage");

  test("thresholds come from the rules of the item and its events", () => {
    expect(thresholdsOf(state, own, scale, "%").map(({ value, side, label }) => [value, side, label])).toEqual([
      [80, "above", "soso"],
      [90, "above", "sick"],
      [97, "above", "critical"],
    ]);
  });

  const texts: [string, string, [number, string][]][] = [
    ["sick >90% for 5m (work.conf:41)", "%", [[90, "above"]]],
    ["<10m (default)", "s", [[600, "below"]]],
    [
      "!10..40",
      "°C",
      [
        [10, "below"],
        [40, "above"],
      ],
    ],
    ["10..40", "", []],
    ["fail (default)", "", []],
    ["!=3 (default)", "", []],
    [">>> ><", "", []],
    ["", "", []],
  ];
  for (const [rule, unit, expected] of texts) {
    test(`rule ${rule}`, () => {
      const found = thresholdsOf(item(1, unit, { level: "sick", rule }), [], scale, unit);
      expect(found.map(({ value, side }): [number, string] => [value, side])).toEqual(expected);
    });
  }

  test("stretches cover the range as far as it is known", () => {
    const stretches = stretchesOf(state, own, scale, day);
    expect(stretches.map(({ look }) => look)).toEqual(["fine", "soso", "sick", "crit"]);
    expect(stretches[0]?.from_s).toBe(day.rows[0]?.time_s ?? 0);
    expect(stretches.at(-1)?.to_s).toBe(NOW_S);
    for (const [i, stretch] of stretches.entries()) if (i > 0) expect(stretch.from_s).toBe(stretches[i - 1]?.to_s ?? 0);
  });

  const empty: Series = { from_s: NOW_S - 86_400, to_s: NOW_S, bucket_s: 300, rows: [] };
  const failing = item(null, "s", { level: "dead", since: NOW_S - 3600 });
  const became = { id: "1", host: "h", item: "i", value: null, time: NOW_S - 3600, prev: "fine", level: "dead" };
  const spansOf = (...args: Parameters<typeof stretchesOf>) =>
    stretchesOf(...args).map(({ look, from_s, to_s }) => [look, NOW_S - from_s, NOW_S - to_s]);

  test("an item that fails has a level where it has no value", () => {
    expect(spansOf(failing, [], scale, empty)).toEqual([["dead", 3600, 0]]);
    expect(spansOf({ ...failing, since: 0 }, [], scale, empty)).toEqual([["dead", 86_400, 0]]);
    // Before the first event nobody knows since when the level before it held.
    expect(spansOf(failing, [became], scale, empty)).toEqual([["dead", 3600, 0]]);
    const svg = plot(empty, { ...OPTIONS, stretches: stretchesOf(failing, [became], scale, empty) });
    expect(svg).toContain("p-level p-dead");
  });

  test("before anything was measured or known nothing is shown", () => {
    const measured = { ...empty, rows: [{ time_s: NOW_S - 7200, avg: 1, min: 1, max: 1 }] };
    expect(spansOf(failing, [became], scale, measured)).toEqual([
      ["fine", 7200, 3600],
      ["dead", 3600, 0],
    ]);
  });

  test("a level is known until the host fell silent", () => {
    expect(spansOf(failing, [became], scale, empty, NOW_S - 600)).toEqual([["dead", 3600, 600]]);
    expect(spansOf(failing, [became], scale, empty, NOW_S - 90_000)).toEqual([]);
  });
});
