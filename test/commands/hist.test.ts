// HIST without a socket: what it answers for which rows, how it is chosen, in what pieces it is made.

import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { ClientDesk } from "../../src/commands/client/desk.ts";
import { CHANGES_MAX, histBody, shown } from "../../src/commands/client/hist-body.ts";
import { MARS, START, UPS } from "../server/fixture.ts";
import { clientPort, say } from "./fixture.ts";

type Rows = ReturnType<ClientDesk["history"]>;
type Changes = ReturnType<ClientDesk["changes"]>;
const bucket = (avg: number, min = avg, max = avg, count = 1) => ({ avg, min, max, count });
const ITEMS = { [MARS]: ["cpu_load", "root_avail", "root_usage", "uptime"], [UPS]: ["charge"] };

/** Asks a host with this past for START's last two minutes, in rows of a minute. */
async function hist(words: string, past: { rows?: Rows; changes?: Changes; asked?: string[][] } = {}) {
  const port = clientPort(ITEMS, {
    measures: () => ({
      root_usage: { unit: "%", kind: "gauge" },
      uptime: { unit: "s", kind: "time" },
    }),
    history: (query) => {
      past.asked?.push([...query.items]);
      return past.rows ?? [];
    },
    changes: (_, count) => (past.changes ?? []).slice(-count),
  });
  const answer = await say(port, `HIST ${START - 120}..${START} 2 ${MARS} ${words}`);
  return answer.startsWith("{") ? JSON.parse(answer) : answer;
}

describe("answers", () => {
  test("cols, units, kinds and rows; what has no row is null", async () => {
    const rows = [{ time_s: START - 60, buckets: [bucket(12.5), undefined] }];
    expect(await hist("root_usage cpu_load", { rows })).toEqual({
      resp: "ok rows 2",
      data: {
        bucket: 60,
        cols: ["TIME", "cpu_load", "root_usage"],
        units: ["s", null, "%"],
        kinds: ["time", null, "gauge"],
        rows: [
          [START - 120, null, null],
          [START - 60, 12.5, null],
        ],
      },
    });
  });

  test("+minmax adds columns with units of their own", async () => {
    const rows = [{ time_s: START - 120, buckets: [bucket(2, 1, 4, 3)] }];
    const { data } = await hist("uptime +minmax", { rows });
    expect(data.cols).toEqual(["TIME", "uptime", "uptime:min", "uptime:max", "uptime:count"]);
    expect(data.units).toEqual(["s", "s", "s", "s", "readings"]);
    expect(data.kinds).toEqual(["time", "time", "time", "time", "gauge"]);
    expect(data.rows).toEqual([
      [START - 120, 2, 1, 4, 3],
      [START - 60, null, null, null, null],
    ]);
    expect(data).not.toHaveProperty("changes");
  });

  test("+changes stand behind the rows, oldest first", async () => {
    const changes = [
      { time_s: START - 50, item: "uptime", level: "sick", text: "rebooted", isLevel: true },
      { time_s: START - 5, item: "uptime", level: "sick", isLevel: false },
    ];
    const { data } = await hist("uptime +changes", { changes });
    expect(data.rows).toHaveLength(2);
    expect(data.changes).toEqual([
      { time: START - 50, item: "uptime", level: "sick", text: "rebooted", of: "level" },
      { time: START - 5, item: "uptime", level: "sick", of: "text" },
    ]);
    expect(data).not.toHaveProperty("changes_cut");
    expect((await hist("+minmax uptime +changes", { changes })).data.cols).toHaveLength(5);
  });

  test("of many changes the newest come, and it says so", async () => {
    const all = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ time_s: i, item: "uptime", level: "sick", isLevel: true }));
    const just = (await hist("uptime +changes", { changes: all(CHANGES_MAX) })).data;
    expect([just.changes.length, just.changes_cut]).toEqual([CHANGES_MAX, undefined]);
    const cut = (await hist("uptime +changes", { changes: all(5 * CHANGES_MAX) })).data;
    expect([cut.changes.length, cut.changes_cut]).toEqual([CHANGES_MAX, true]);
    expect([cut.changes[0].time, cut.changes.at(-1).time]).toEqual([4 * CHANGES_MAX, 5 * CHANGES_MAX - 1]);
  });

  test("every row of a range is there, whatever the store has", () => {
    const query = { host: MARS, items: ["a", "b"], from_s: 0, to_s: 6000, bucket_s: 60 };
    const value = fc.option(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => bucket(v)),
      {
        nil: undefined,
      },
    );
    const found = fc.option(fc.tuple(fc.nat(99), fc.tuple(value, value)), { nil: undefined });
    fc.assert(
      fc.property(fc.array(found), fc.boolean(), (list, minMax) => {
        const seen = new Set<number>();
        const rows = list
          .filter((each) => !each || !(seen.has(each[0]) || !seen.add(each[0])))
          .sort((a, b) => (a?.[0] ?? 0) - (b?.[0] ?? 0))
          .map((each) => each && { time_s: each[0] * 60, buckets: each[1] });
        const desk = { history: () => rows, changes: () => [], measures: () => ({}) };
        const { data } = JSON.parse([...histBody(desk, query, { minMax, changes: false, coarser: [] })].join(""));
        expect(data.rows.map(([time]: number[]) => time)).toEqual(Array.from({ length: 100 }, (_, i) => i * 60));
        for (const row of data.rows) expect(row).toHaveLength(minMax ? 9 : 3);
        for (const each of rows) {
          if (!each) continue;
          const row = data.rows[each.time_s / 60];
          each.buckets.forEach((b, i) => {
            const cell = row[1 + i * (minMax ? 4 : 1)];
            if (b) expect(Math.abs(cell - b.avg)).toBeLessThanOrEqual(Math.abs(b.avg) * 1e-8);
            else expect(cell).toBeNull();
          });
        }
      }),
    );
  });
});

describe("items", () => {
  test.each([
    ["", ["cpu_load", "root_avail", "root_usage", "uptime"]],
    ["uptime cpu_load uptime", ["cpu_load", "uptime"]],
    ["root_*", ["root_avail", "root_usage"]],
    ["root_*,!root_avail", ["root_usage"]],
    ["!root_*", ["cpu_load", "uptime"]],
    ["root_* !root_avail", ["root_usage"]], // all words are one selector
    ["!root_avail root_* +minmax uptime", ["root_usage", "uptime"]],
    ["!root_* !uptime", ["cpu_load"]],
    ["uptim? cpu*", ["cpu_load", "uptime"]],
    ["* +minmax", ["cpu_load", "root_avail", "root_usage", "uptime"]],
  ])("%p are asked for as %p", async (words, items) => {
    const asked: string[][] = [];
    await hist(words, { asked });
    expect(asked).toEqual([items]);
  });

  test.each([
    ["root-usage", `${MARS} has no item "root-usage"; did you mean "root_usage"?`],
    ["nonsense", `${MARS} has no item "nonsense"; it has cpu_load, root_avail, root_usage, uptime`],
    ["disk_*", `${MARS} has no item "disk_*"; it has cpu_load, root_avail, root_usage, uptime`],
    ["uptime,cpu_lod", `${MARS} has no item "cpu_lod"; did you mean "cpu_load"?`],
    ["!*", `of the items of ${MARS} !* leaves none`],
    ["uptime !up*", `of the items of ${MARS} uptime !up* leaves none`],
    ["uptime +minmx", '"+minmx" is no word of HIST; it has +minmax, +changes'],
  ])("%p is refused", async (words, why) => {
    expect(await hist(words)).toBe(`refused: ${why}`);
  });
});

describe("pieces", () => {
  const CHARS_MAX = 10_000;
  const items = Array.from({ length: 4000 }, (_, i) => `item${i}`);
  const query = { host: MARS, items, from_s: 0, to_s: 600, bucket_s: 60 };
  const body = (history: ClientDesk["history"], to_s = query.to_s, asked = items) =>
    histBody(
      { history, changes: () => [], measures: () => ({}) },
      { ...query, items: asked, to_s },
      { minMax: true, changes: false, coarser: [] },
    );

  test("a row of thousands of items is made in many", () => {
    const row = { time_s: 0, buckets: items.map((_, i) => bucket(i / 7, 1 / 3, 2 / 3, 9)) };
    const [, ...pieces] = body(() => [row], 60);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(CHARS_MAX);
    expect(pieces.length).toBeGreaterThan(10);
  });

  test("so are years without a row", () => {
    const [, ...pieces] = body(() => [], 60 * 100_000, ["one"]);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(CHARS_MAX);
    expect(JSON.parse([...body(() => [], 60 * 1000, ["one"])].join("")).data.rows).toHaveLength(1000);
  });

  test("where the store has no row for long, nothing more than it looked at is waited for", () => {
    let looks = 0;
    const pieces = body(
      function* () {
        for (; looks < 3; looks++) yield undefined;
      },
      60,
      ["one"],
    );
    pieces.next();
    for (const look of [1, 2, 3]) {
      expect(pieces.next().done).toBe(false);
      expect(looks).toBe(look - 1);
    }
    expect([...pieces].join("")).toContain("null");
  });
});

describe("numbers", () => {
  test.each([
    [0, "0"],
    [-0, "0"],
    [1 / 3, "0.333333333"],
    [-200 / 3, "-66.6666667"],
    [1e9 / 7, "142857143"],
    [12_345_678_901.5, "12345678902"],
    [1_234_567_890_123, "1234567890123"],
    [2 ** 53, "9007199254740992"],
    [1e300, "1e+300"],
    [1 / 3e20, "3.33333333e-21"],
    [5e-324, "5e-324"],
    [99.99999999999, "100"],
    [0.1, "0.1"],
  ])("%p is %s", (value, text) => expect(shown(value)).toBe(text));

  test("nine digits, and never less than the whole part", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = shown(value);
        const wrong = Math.abs(Number(text) - value);
        expect(wrong).toBeLessThanOrEqual(Math.abs(value) * 5.000001e-9);
        expect(wrong).toBeLessThanOrEqual(0.5);
        if (Math.abs(value) < 1e9) expect(Number.isInteger(value) || digitsOf(text) <= 9).toBe(true);
      }),
      { numRuns: 5000 },
    );
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => expect(shown(value)).toBe(String(value))));
  });
});

function digitsOf(text: string): number {
  return text.replace(/e.*/, "").replace(/[-.]/g, "").replace(/^0+/, "").length;
}
