// How the lines of one graph are told apart: each pair of colour and dashes is there once, so that none rests on colour alone. Pure.

/** Of these the style has the colours (plot.css: --p-hue…); they differ for the colour-blind too, by how light they are. */
export const HUES = 6;
/** Lengths in pixels, of line and gap. */
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

/** The look of the line at that place: the first of a graph is as that of one alone. */
export function strokeOf(line: number): { hue: number; dash: readonly number[]; name: string } {
  const hue = line % HUES;
  const style = (line + Math.floor(line / 12)) % DASHES.length;
  return {
    hue,
    dash: DASHES[style] ?? [],
    name: (hue > 0 ? ` p-hue${hue}` : "") + (style > 0 ? ` p-dash${style}` : ""),
  };
}
