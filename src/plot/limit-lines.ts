// The limits of a graph as SVG: what lies beyond each is tinted, each has its line; and the names in the margin.

import { escapeText } from "./escape.ts";
import { groundOf, LEAD_PX, type MarginLabel } from "./limit-places.ts";
import { strokeOf } from "./line-styles.ts";
import type { Threshold } from "./marked.ts";
import { type Frame, px } from "./svg.ts";

/** The tinted ground beyond each limit. */
export function drawGrounds(frame: Frame, limits: readonly Threshold[]): string {
  let out = "";
  for (const limit of limits) {
    const { y, height } = groundOf(frame, limit);
    if (height < 0.5) continue;
    out += `<rect class="p-over p-${limit.look}" x="${frame.left}" y="${px(y)}" width="${frame.right - frame.left}" height="${px(height)}"/>`;
  }
  return out;
}

/** The lines and their labels. */
export function drawLimits(frame: Frame, limits: readonly Threshold[], labels: readonly MarginLabel[]): string {
  const { left, right } = frame;
  let out = limits
    .map(({ value, look }) => `<path class="p-limit p-${look}" d="M${left} ${px(frame.y(value))}H${right}"/>`)
    .join("");
  for (const { from_y, look, line = 0, text, y: at } of labels) {
    const suffix = look ? ` p-${look}` : strokeOf(line).name;
    const d = `M${right} ${px(from_y)}L${right + LEAD_PX - 2} ${px(at)}`;
    out += `<path class="${look ? "p-lead" : "p-end"}${suffix}" d="${d}"/>`;
    out += `<text class="${look ? "p-limit-label" : "p-end-label"}${suffix}" x="${right + LEAD_PX}" y="${px(at + 4)}">${escapeText(text)}</text>`;
  }
  return out;
}
