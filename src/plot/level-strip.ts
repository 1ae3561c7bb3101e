// The levels that an item had, in its graph: a strip below it, and lines where one became another. Pure.

import { escapeText } from "./escape.ts";
import { heightOf, type Line, type Strip } from "./layout.ts";
import { strokeOf } from "./line-styles.ts";
import { type LocalClock, partsOf } from "./local-clock.ts";
import type { Stretch } from "./marked.ts";
import { cut, type Frame, px } from "./svg.ts";

/** Of the labels at changes. */
const CHAR_PX = 7;
const LABEL_CHARS = 14;
const LEAD_PX = 4;
/** Of more changes than so many, and of those nearer to each other, the strip tells. */
const CHANGES_MAX = 8;
const CHANGE_PX = 12;

/** Below the graph, which level held: the worse, the thicker, so that it does not rest on colour. Of several lines, whose it was. */
export function drawStretches(
  frame: Frame,
  { line, y, height_max, stretches }: Strip,
  lines: readonly Line[],
  clock: LocalClock,
): string {
  const [owner, name] = lines.length > 1 ? [strokeOf(line).name, `${lines[line]?.name} `] : ["", ""];
  let out =
    lines.length > 1 ? `<path class="p-end${owner}" d="M${frame.left - 6} ${px(y + 2)}H${frame.left - 1}"/>` : "";
  for (const { from_s, to_s, look, label } of stretches) {
    const [a, b] = [frame.x(from_s), frame.x(to_s)];
    const height = heightOf(look, height_max);
    out += `<rect class="p-level p-${look}" x="${px(a)}" y="${px(y)}" width="${px(Math.max(1.5, b - a))}" height="${px(height)}"><title>${escapeText(`${name}${label}`)}: ${spanText(from_s, to_s, clock)}</title></rect>`;
  }
  return out;
}

/** Lines where the level changed; what it became is beside each that has room for it, the newest first. */
export function drawChanges(frame: Frame, stretches: readonly Stretch[], begin_s: number): string {
  const changes = stretches.filter(({ from_s }, i) => i > 0 && from_s > begin_s);
  let out = "";
  let free = frame.right;
  let last = Infinity;
  for (const { from_s, look, label } of changes.slice(-CHANGES_MAX).toReversed()) {
    const x = frame.x(from_s);
    if (last - x < CHANGE_PX) continue;
    const isNewest = last === Infinity;
    last = x;
    out += `<path class="p-change p-${look}" d="M${px(x)} ${frame.top}V${frame.bottom}"/>`;
    const text = cut(label, LABEL_CHARS);
    const room = text.length * CHAR_PX + 2 * LEAD_PX;
    // What holds now is told in any case: where it just began, before its line.
    const before = isNewest && free - x < room && x - frame.left >= room;
    if (before || free - x >= room) {
      const anchor = before ? `x="${px(x - LEAD_PX)}" text-anchor="end"` : `x="${px(x + LEAD_PX)}"`;
      out += `<text class="p-change-label p-${look}" ${anchor} y="${frame.top + 11}">${escapeText(text)}</text>`;
    }
    free = before ? x - room : x;
  }
  return out;
}

function spanText(from_s: number, to_s: number, clock: LocalClock): string {
  const [a, b] = [partsOf(from_s, clock), partsOf(to_s, clock)];
  return `${a.day} ${a.month} ${a.clock} to ${b.day} ${b.month} ${b.clock}`;
}
