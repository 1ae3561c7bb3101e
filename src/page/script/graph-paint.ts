// What a graph has beside its curves, on a canvas: grid, limits, labels, the levels below. All of it stands where the SVG has it.

import { heightOf, type Layout } from "../../plot/layout.ts";
import { groundOf, LEAD_PX } from "../../plot/limit-places.ts";
import { strokeOf } from "../../plot/line-styles.ts";
import type { Colours } from "./graph-colours.ts";

type Canvas = CanvasRenderingContext2D;

/** Below the curves. */
export function paintUnder(ctx: Canvas, layout: Layout, colours: Colours): void {
  const { frame, limits, runs, ticks, axis, isEmpty } = layout;
  const { left, right, top, bottom } = frame;
  ctx.fillStyle = colours.paper;
  ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
  if (runs.length === 1) {
    for (const limit of limits) {
      const { y, height } = groundOf(frame, limit);
      ctx.globalAlpha = 0.07;
      ctx.fillStyle = colours.look(limit.look);
      ctx.fillRect(left, y, right - left, height);
      ctx.globalAlpha = 1;
    }
  }
  if (isEmpty) return;
  ctx.strokeStyle = colours.grid;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const { time_s } of ticks) line(ctx, sharp(frame.x(time_s)), top, sharp(frame.x(time_s)), bottom);
  for (const { value } of axis.ticks) line(ctx, left, sharp(frame.y(value)), right, sharp(frame.y(value)));
  ctx.stroke();
  ctx.strokeStyle = colours.zero;
  ctx.beginPath();
  const zero = sharp(axis.low <= 0 && axis.high >= 0 ? frame.y(0) : bottom);
  line(ctx, left, zero, right, zero);
  ctx.stroke();
}

/** Over the curves, and around them. */
export function paintOver(ctx: Canvas, layout: Layout, colours: Colours): void {
  const { frame, limits, axis, times, labels } = layout;
  const { left, right, top, foot } = frame;
  const plain = `12px ${colours.font}`;
  const bold = `600 12px ${colours.font}`;
  const text = (words: string, x: number, y: number, align: CanvasTextAlign, colour: string, isStrong = false) => {
    ctx.font = isStrong ? bold : plain;
    ctx.textAlign = align;
    ctx.fillStyle = colour;
    ctx.fillText(words, x, y);
  };
  for (const { x, text: words, strong } of times)
    text(words, x, foot, "center", strong ? colours.ink : colours.muted, strong);
  if (!layout.isEmpty) {
    for (const { value, label } of axis.ticks) text(label, left - 8, frame.y(value) + 4, "right", colours.muted);
    text(axis.caption, left, top - 9, "left", colours.ink, true);
  } else text("nothing was measured in this time", (left + right) / 2, (top + frame.bottom) / 2, "center", colours.ink);
  ctx.lineWidth = 1.25;
  ctx.setLineDash([5, 4]);
  for (const { value, look } of limits) {
    ctx.strokeStyle = colours.look(look);
    ctx.beginPath();
    line(ctx, left, frame.y(value), right, frame.y(value));
    ctx.stroke();
  }
  ctx.setLineDash([]);
  for (const { from_y, y, look, line: at = 0, text: words } of labels) {
    const colour = look ? colours.look(look) : colours.line(strokeOf(at).hue);
    ctx.strokeStyle = colour;
    ctx.beginPath();
    line(ctx, right, from_y, right + LEAD_PX - 2, y);
    ctx.stroke();
    text(words, right + LEAD_PX, y + 4, "left", colour, true);
  }
  paintStrips(ctx, layout, colours);
}

function paintStrips(ctx: Canvas, { frame, strips, runs }: Layout, colours: Colours): void {
  const { left, right } = frame;
  for (const { line: at, y, height_max, stretches } of strips) {
    if (runs.length > 1) {
      ctx.fillStyle = colours.line(strokeOf(at).hue);
      ctx.fillRect(left - 6, y + 1, 5, 2);
    }
    for (const { from_s, to_s, look } of stretches) {
      const a = Math.max(left, frame.x(from_s));
      const b = Math.min(right, frame.x(to_s));
      if (b <= left || a >= right) continue;
      ctx.fillStyle = colours.look(look);
      ctx.fillRect(a, y, Math.max(1.5, b - a), heightOf(look, height_max));
    }
  }
}

function line(ctx: Canvas, x1: number, y1: number, x2: number, y2: number): void {
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
}

/** In the middle of a pixel. */
function sharp(at: number): number {
  return Math.round(at) + 0.5;
}
