import { expect, test } from "bun:test";
import { PLOT_STYLE } from "../../src/plot/plot.ts";
import { LOOKS } from "../../src/plot/scale.ts";
import { stillStyle } from "../../src/plot/still-style.ts";

const still = stillStyle(PLOT_STYLE);

test("nothing is left that only a browser understands", () => {
  expect(still).not.toMatch(/var\(|--|@|:hover|font:/);
  expect(still.match(/\{/g)).toHaveLength(still.match(/\}/g)?.length ?? 0);
});

test("it is the light one", () => {
  expect(still).toContain(".p-paper{fill: #fff}");
  expect(still).not.toContain("#14181c");
});

test.each(LOOKS.filter((look) => look !== "stale"))("what depends on a level has its colour: %s", (look) => {
  const colour = new RegExp(`--p-${look}: (#[0-9a-f]+);`).exec(PLOT_STYLE)?.[1];
  expect(colour).toBeDefined();
  for (const [part, property] of [
    ["level", "fill"],
    ["over", "fill"],
    ["limit", "stroke"],
    ["lead", "stroke"],
    ["limit-label", "fill"],
    ["change", "stroke"],
    ["change-label", "fill"],
  ]) {
    expect(still).toMatch(new RegExp(`\\.p-${part}\\.p-${look}[^{]*\\{[^}]*${property}: ${colour}`));
  }
});

test("a rule of the style sheet is not forgotten", () => {
  const classes = (css: string) => new Set([...css.matchAll(/\.(p-[a-z-]+)/g)].map(([, name]) => name));
  const kept = classes(still);
  expect([...classes(PLOT_STYLE)].filter((name) => !kept.has(name))).toEqual([]);
});
