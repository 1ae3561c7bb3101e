import { expect, test } from "bun:test";
import { draw } from "../../src/cli/hist-drawing.ts";
import type { Found } from "../../src/cli/hist-source.ts";
import { render } from "../../src/cli/screen.ts";

const NOW = 1_793_491_200;

/** An answer with an hour of so many items, and changes of them. */
function found(items: number, more: Partial<Found> = {}): Found {
  const names = Array.from({ length: items }, (_, i) => `item${i}`);
  const four = <T>(value: T): T[] => [value, value, value, value];
  return {
    host: "mars.example.org",
    all: false,
    cols: ["TIME", ...names.flatMap((name) => [name, `${name}:min`, `${name}:max`, `${name}:count`])],
    units: ["s", ...names.flatMap(() => four("%"))],
    kinds: ["time", ...names.flatMap(() => four("gauge"))],
    rows: Array.from({ length: 60 }, (_, i) => [NOW - 3600 + i * 60, ...names.flatMap((_name, j) => [j, j, j, 1])]),
    bucket: 60,
    coarser: [],
    changes: [],
    changes_cut: false,
    ...more,
  };
}
const shown = (answer: Found, height = 24, plots = false) => {
  const screen = { width: 80, height, ascii: false, colour: false };
  return render(draw(answer, screen, NOW, plots), screen);
};
const plotsIn = (text: string) => text.match(/^last /gm)?.length ?? 0;

test.each([
  ["one", found(1), false, 1],
  ["twelve", found(12), false, 12],
  ["more", found(13), false, 0],
  ["more, plots asked for", found(13), true, 13],
  ["all, for none is named", found(2, { all: true }), false, 0],
  ["all, plots asked for", found(2, { all: true }), true, 2],
])("of items that are %s there are plots or a line each", (_, answer, asked, plots) => {
  const text = shown(answer, 24, asked);
  expect(plotsIn(text)).toBe(plots);
  expect(text.includes("ITEM ")).toBe(plots === 0);
});

const wide = (answer: Found, width: number, ascii = false) => {
  const screen = { width, height: 24, ascii, colour: false };
  return render(draw(answer, screen, NOW, false), screen);
};

test.each([120, 80, 60, 44])("who, when and how long a row is are all said in %d columns", (width) => {
  const host = "a-rather-long-name.of-a-host.example.org";
  const rows = found(1).rows.map(([, ...values], i) => [NOW - (60 - i) * 172_800, ...values]);
  for (const ascii of [false, true]) {
    const text = wide(found(1, { host, rows, bucket: 172_800 }), width, ascii);
    const head = text.slice(0, text.indexOf("\nitem0")).replaceAll("\n", " ");
    expect(head).toMatch(/^a-rather-long-name.of-a-host.example.org, \w{3} \d+ \w{3} .* to .*UTC\S*, a row is 2d$/);
  }
});

test("the last value is told with its time where it is old, and what is missing up to now, not behind it", () => {
  const rows = (missing: number, ahead = 0) =>
    Array.from({ length: 60 + ahead }, (_, i) => [
      NOW - 3600 + i * 60,
      ...(i < 60 - missing ? [7, 7, 7, 1] : [null, null, null, null]),
    ]);
  const last = (answer: Found) => /^last .*$/m.exec(wide(answer, 120))?.[0];
  expect(last(found(1, { rows: rows(2) }))).toMatch(/^last 7 % {2}min 7 % \(.*\) {2}avg 7 % {2}max 7 % \(.*\)$/);
  expect(last(found(1, { rows: rows(30) }))).toMatch(/^last 7 % \(.*\d\d:29\) {2}min .* {2}gaps 30m$/);
  expect(last(found(1, { rows: rows(2, 60) }))).not.toContain("gaps");
  const lines = (missing: number) => wide(found(1, { all: true, rows: rows(missing) }), 80);
  expect(lines(2)).toMatch(/^ITEM +LAST +MIN +MAX\nitem0 +\S+ +7 % +7 % +7 %$/m);
  expect(lines(30)).toMatch(/^item0 .* 7 % \(.*\d\d:29\) +7 % +7 %$/m);
});

test("one plot or two are as high as the terminal, many as small as can be", () => {
  const lines = (answer: Found, height: number) => shown(answer, height).split("\n").length;
  const changes = Array.from({ length: 20 }, (_, i) => {
    return { time: NOW - 1200 + 60 * i, item: "item0", level: "sick", of: "level" };
  });
  for (const answer of [found(1), found(2), found(1, { changes })]) {
    expect(lines(answer, 24)).toBeWithin(20, 25);
  }
  expect(lines(found(1), 50)).toBeWithin(24, 51);
  expect(lines(found(12), 24)).toBe(12 * 9 + 1);
});

test("changes of level are those of their item, the newest, and it says what is left out", () => {
  const changes = Array.from({ length: 40 }, (_, i) => {
    const change = { time: NOW - 2400 + 60 * i, item: "item1", level: `level${i >> 1}` };
    return i % 2 === 0 ? { ...change, of: "level" } : { ...change, text: "others", of: "text" };
  });
  const text = shown(found(2, { changes, changes_cut: true }));
  expect(text.match(/level\d+/g)).toEqual(["level17", "level18", "level19"]);
  expect(text).toContain("… 17 changes before\n");
  expect(text).not.toContain("others");
  expect(text.indexOf("level17")).toBeGreaterThan(text.indexOf("item1"));
  expect(text).toEndWith("\nolder changes of level are left out\n");
});

test("what is not known is drawn all the same", () => {
  expect(shown(found(0))).toBe("mars.example.org\nit has no items yet\n");
  expect(shown(found(1, { units: [], kinds: ["time", "hologram"] }))).toContain("\nitem0\n");
  const empty = found(1).rows.map(([time = null]) => [time, null, null, null, null]);
  expect(shown(found(1, { rows: empty }))).toContain("item0  nothing was measured");
});

test("where only longer rows are kept, it is said, and they are no gaps", () => {
  const rows = [-7200, -6600, -6000, -5400, -4800, -4200, ...Array.from({ length: 60 }, (_, i) => -3600 + i * 60)];
  const text = shown(
    found(1, {
      rows: rows.map((ago) => [NOW + ago, 5, 5, 5, 1]),
      coarser: [{ from: NOW - 7200, to: NOW - 3600, bucket: 600 }],
    }),
  );
  expect(text).toMatch(/^before .*:00 only rows of 10m are kept$/m);
  expect(text).toContain("a row is 1m");
  expect(text).not.toContain("gaps");
});
