import { expect, test } from "bun:test";
import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";
import { drawAll, loadDrawing } from "../../src/page/drawing.ts";
import { judge } from "../../src/page/fleet.ts";
import { RANGES } from "../../src/page/lookup.ts";
import { Scale } from "../../src/plot/scale.ts";
import { item, NOW_S, troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

test("the level of an item is drawn until its host fell silent", async () => {
  const host = judge(troubled()).find("backup");
  const [range] = RANGES;
  if (!host || !range) throw new Error("the fixture has no backup");
  const state = item(null, "", { level: "dead", since: NOW_S - 3600, time: NOW_S - 3000 });
  const series = { from_s: NOW_S - 3600, to_s: NOW_S, bucket_s: 60, rows: [] };
  const source = { ...sourceOf(troubled()), histories: async () => new Map([["i", series]]) };
  const at = { now_s: NOW_S, scale: new Scale(DEFAULT_LEVELS) };
  const drawing = await loadDrawing([{ host, item: "i", state }], range, source, at);
  const [svg = ""] = drawAll(drawing, { width: 660, height: 200 });
  const width = Number(/class="p-level[^>]* width="([\d.]+)"/.exec(svg)?.[1]);
  expect(width).toBeWithin(95, 110); // a sixth of it
});
