// The style of a graph for a renderer that knows neither variables nor media queries: that of a light page, written out. Pure.

import { LOOKS } from "./scale.ts";

/** DejaVu Sans is wider than what browsers take, so it is a little smaller; and what pages do not have. */
const MORE = `
text { font-family: "DejaVu Sans"; font-size: 11px; }
.plot .p-title { font-size: 12px; }
.plot .p-none { font-size: 13px; }
.p-change { stroke: var(--c); stroke-width: 1; stroke-dasharray: 2 2; fill: none; }
.plot .p-change-label { fill: var(--c); font-weight: 600; stroke: var(--p-paper); stroke-width: 3px; stroke-linejoin: round; paint-order: stroke; }
`;

/** Rules of our own style sheet: selectors and what they declare, without braces within. */
const RULE = /([^{}]+)\{([^{}]*)\}/g;

export function stillStyle(css: string): string {
  const light = css.replace(/@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}/g, "") + MORE;
  const values = new Map(
    [...light.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  let out = "";
  for (const [, selectors = "", declared = ""] of light.matchAll(RULE)) {
    const lines = declared.split(";").map((each) => each.trim().replace(/\s+/g, " "));
    const kept = lines.filter((each) => each !== "" && !each.startsWith("--") && !each.startsWith("font:"));
    if (kept.length === 0 || selectors.includes(":")) continue;
    const text = kept.join(";");
    // The colour of a level comes from the class beside: a rule for each of them.
    const looks = text.includes("var(--c)") ? LOOKS.map((look) => [`.p-${look}`, `var(--p-${look})`]) : [["", ""]];
    for (const [suffix = "", colour = ""] of looks) {
      const names = selectors.split(",").map((each) => each.trim() + suffix);
      const resolved = text
        .replaceAll("var(--c)", colour)
        .replace(/var\((--[\w-]+)\)/g, (_, name) => values.get(name) ?? "none");
      out += `${names.join(",")}{${resolved}}`;
    }
  }
  return out;
}
