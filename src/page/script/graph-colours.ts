// The colours of graphs on a canvas: those of the style sheet, which has them for light and dark.

import { HUES } from "../../plot/line-styles.ts";
import type { Look } from "../../plot/scale.ts";

export interface Colours {
  paper: string;
  ink: string;
  muted: string;
  grid: string;
  zero: string;
  font: string;
  look(look: Look): string;
  line(hue: number): string;
}

/** As `place` has them now; on paper always the light ones. */
export function coloursOf(place: HTMLElement, isPrint: boolean): Colours {
  const own = getComputedStyle(place);
  const style = (isPrint && lightStyle()) || own;
  const get = (name: string) =>
    style.getPropertyValue(`--p-${name}`).trim() || own.getPropertyValue(`--p-${name}`).trim();
  return {
    paper: get("paper"),
    ink: get("ink"),
    muted: get("muted"),
    grid: get("grid"),
    zero: get("zero"),
    font: own.fontFamily,
    look: (look) => get(look),
    line: (hue) => get(hue % HUES === 0 ? "line" : `hue${hue}`),
  };
}

/** What the style sheet says outside of all conditions. */
function lightStyle(): CSSStyleDeclaration | undefined {
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (rule instanceof CSSStyleRule && rule.selectorText === ".plot") return rule.style;
    }
  }
  return undefined;
}
