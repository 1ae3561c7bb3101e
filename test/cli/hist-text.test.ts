import { expect, test } from "bun:test";
import { csvOf, jsonOf, tableOf, withoutEmpty } from "../../src/cli/hist-text.ts";

const found = {
  host: "mars.example.org",
  all: false,
  cols: ["TIME", "cpu_load", "root_usage", "root_usage:min", 'odd,"name"'],
  units: ["s", "tasks", "%", "%", null],
  kinds: ["time", "gauge", "gauge", "gauge", null],
  rows: [
    [1_700_000_000, 1.23456789, 61, 60.5, null],
    [1_700_000_060, null, 123456789, -0.5, 1e-7],
  ],
  bucket: 60,
  coarser: [],
  changes: [],
  changes_cut: false,
};
/** Without the day and the hour, which are those of this machine's zone. */
const lines = (made: Iterable<string>) => [...made].join("").replaceAll(/2023-11-1\d.\d\d:/g, "the day, HH:");

test("a table of numbers, the unit at the name", () => {
  expect(lines(tableOf(found))).toBe(
    `TIME                 cpu_load(tasks)  root_usage(%)  root_usage:min  odd,"name"
the day, HH:13:20          1.23457             61            60.5           -
the day, HH:14:20                -      123457000            -0.5        1e-7
`,
  );
});

test("columns without any value can be left out, with those of their least and greatest", () => {
  const four = (name: string) => [name, `${name}:min`, `${name}:max`, `${name}:count`];
  const cols = ["TIME", ...["gone", "here", "new"].flatMap(four)];
  const none = [null, null, null, null];
  const rows = [
    [1, ...none, 2, 2, 2, 1, ...none],
    [2, ...none, ...none, ...none],
  ];
  const kinds = cols.map(() => "gauge");
  const { shown, empty } = withoutEmpty({ ...found, cols, units: cols, kinds, rows });
  expect([shown.cols, shown.units]).toEqual([
    ["TIME", ...four("here")],
    ["TIME", ...four("here")],
  ]);
  expect(shown.rows).toEqual([
    [1, 2, 2, 2, 1],
    [2, ...none],
  ]);
  expect(empty).toEqual(["gone", "new"]);
  const nothing = { ...found, rows: [[1, null, null, null, null]] };
  expect(withoutEmpty(nothing)).toEqual({ shown: nothing, empty: [] });
});

test("CSV as RFC 4180 has it, all digits, times with their offset", () => {
  const csv = lines(csvOf(found)).replaceAll(/[+-]\d\d:\d\d,/g, "ZONE,");
  expect(csv).toBe(
    'time,cpu_load,root_usage,root_usage:min,"odd,""name"""\r\nthe day, HH:13:20ZONE,1.23456789,61,60.5,\r\nthe day, HH:14:20ZONE,,123456789,-0.5,1e-7\r\n',
  );
});

test("JSON with all that the answer has", () => {
  const { host, bucket, cols, units, kinds, rows, changes } = found;
  expect(JSON.parse(jsonOf(found))).toEqual({ host, bucket, cols, units, kinds, rows, changes });
  expect(JSON.parse(jsonOf({ ...found, changes_cut: true })).changes_cut).toBe(true);
});

test("an hour that is twice is told apart by its offset", () => {
  const script = `
    import { csvOf, tableOf } from "${import.meta.dir}/../../src/cli/hist-text.ts";
    const rows = [0, 1, 2, 3].map((hour) => [Date.UTC(2026, 9, 24, 23 + hour) / 1000, hour]);
    const hist = { cols: ["TIME", "x"], units: [], kinds: [], rows, changes: [], changes_cut: false };
    console.log([...tableOf(hist), ...csvOf(hist)].join(""));`;
  const child = Bun.spawnSync([process.execPath, "-e", script], { env: { ...process.env, TZ: "Europe/Berlin" } });
  expect(child.stdout.toString().trim().split(/\r?\n/)).toEqual(
    [
      "TIME                                X",
      "2026-10-25 01:00:00+02:00           0",
      "2026-10-25 02:00:00+02:00           1",
      "2026-10-25 02:00:00+01:00           2",
      "2026-10-25 03:00:00+01:00           3",
      "time,x",
      "2026-10-25T01:00:00+02:00,0",
      "2026-10-25T02:00:00+02:00,1",
      "2026-10-25T02:00:00+01:00,2",
      "2026-10-25T03:00:00+01:00,3",
    ].map((line) => line.replace("X", "x")),
  );
});
