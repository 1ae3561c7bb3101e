import { expect, test } from "bun:test";
import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";
import { draw } from "../../src/page/drawing.ts";
import { judge } from "../../src/page/fleet.ts";
import { RANGES } from "../../src/page/lookup.ts";
import { Scale } from "../../src/plot/scale.ts";
import { item, NOW_S, troubled } from "./fixture.ts";

test("the level of an item is drawn until its host fell silent", () => {
  const host = judge(troubled()).find("backup");
  const [range] = RANGES;
  if (!host || !range) throw new Error("the fixture has no backup");
  const state = item(null, "", { level: "dead", since: NOW_S - 3600, time: NOW_S - 3000 });
  const series = { from_s: NOW_S - 3600, to_s: NOW_S, bucket_s: 60, rows: [] };
  const drawing = { host, item: "i", state, range, now_s: NOW_S, events: [], series };
  const svg = draw(drawing, series, new Scale(DEFAULT_LEVELS), { width: 660, height: 200 });
  const width = Number(/class="p-level[^>]* width="([\d.]+)"/.exec(svg)?.[1]);
  expect(width).toBeWithin(95, 110); // a sixth of it
});
