// How wide a text is on a terminal: most characters take one cell, those of East Asian scripts and pictures two (Unicode's
// UAX 11, wide and fullwidth), marks that stand on others none. Pure.

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NONE = /[\p{Mn}\p{Me}\u200b-\u200f\ufeff]/u;

/** The cells of a text without control characters. */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return cells;
}
