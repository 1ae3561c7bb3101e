// What the parts of a graph share: its frame, and how numbers and texts become SVG. Pure.

/** Where the values are drawn, in pixels; what is outside is for labels. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Where the labels of the times stand. */
  foot: number;
  x(time_s: number): number;
  y(value: number): number;
}

/** The least distance of two lines of text. */
export const LINE_PX = 14;

export function cut(text: string, chars: number): string {
  const most = Math.max(4, Math.floor(chars));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

// One decimal is a tenth of a pixel; whatever is not finite would break the whole path.
export function px(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 10) / 10) : "0";
}
