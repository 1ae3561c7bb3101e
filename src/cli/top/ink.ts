// Lines of dmon top as bytes for a terminal: levels by sign and colour, columns that stay where they are whatever stands in them. Pure.

import { oneLine } from "../../core/alert/short.ts";
import { cellsOf } from "../../core/cells.ts";
import type { Look } from "../../plot/scale.ts";
import { cutCells, inAscii } from "../screen.ts";

/** What a terminal shows: its colours, 0 where none are wanted, and whether it knows bold and inverse (it is no `dumb` one). */
export interface Ink {
  ascii: boolean;
  colours: 0 | 16 | 256;
}

export type Style = Look | "bold" | "dim" | "chosen" | "banner";
export type Span = string | readonly [text: string, style: Style];
export type Line = readonly Span[];

/** Each level has a sign of its own, so that none rests on colour; as on the pages, as far as letters have these shapes. */
const SIGNS: Readonly<Record<Look, readonly [sign: string, plain: string]>> = {
  fine: ["●", "."],
  soso: ["▲", "^"],
  sick: ["◆", "!"],
  crit: ["■", "#"],
  dead: ["✖", "X"],
  stale: ["○", "~"],
  odd: ["?", "?"],
};
const PLAIN_SIGNS = new Map(Object.values(SIGNS).map(([sign, plain]) => [sign, plain]));
/** Beside those of screen.ts. */
const PLAIN_OTHERS: Readonly<Record<string, string>> = { "·": "-", "▸": ">", "▏": "_", "↑": "^", "↓": "v" };

/** SGR (ECMA-48 8.3.117): of 16 colours, and of 256 (xterm), chosen to be read on black and on white. */
const SGR: Readonly<Record<Style, readonly [of16: string, of256: string]>> = {
  fine: ["32", "38;5;71"],
  soso: ["33", "38;5;178"],
  sick: ["91", "38;5;208"],
  crit: ["1;31", "1;38;5;203"],
  dead: ["1;35", "1;38;5;170"],
  stale: ["36", "38;5;73"],
  odd: ["36", "38;5;110"],
  bold: ["1", "1"],
  dim: ["2", "2"],
  chosen: ["7", "7"],
  banner: ["7", "7"],
};
/** What is no colour (no-color.org). */
const WITHOUT_COLOUR: ReadonlySet<Style> = new Set(["bold", "dim", "chosen", "banner"]);

export function signOf(look: Look): string {
  return SIGNS[look][0];
}

/** How many colours a terminal has, by its name: there is no way to ask that all know. */
export function coloursOf(env: Readonly<Record<string, string | undefined>>): Ink["colours"] {
  const { NO_COLOR, COLORTERM = "", TERM = "" } = env;
  if (NO_COLOR || /^(|dumb|unknown|vt\d+.*|.*-m(ono)?)$/.test(TERM)) return 0;
  return /256|truecolor|24bit|direct/.test(`${TERM} ${COLORTERM}`) ? 256 : 16;
}

/** Whether it has no more than ASCII: by the locale, or because the letters of Linux' own console have not these signs. */
export function isPlain(isAscii: boolean, { TERM }: Readonly<Record<string, string | undefined>>): boolean {
  return isAscii || TERM === "linux";
}

/** A text from outside as one harmless line that has so many cells at most; that it goes on is shown. */
export function fit(text: string, cells: number): string {
  const line = oneLine(text, Math.max(1, 2 * cells));
  if (cellsOf(line) <= cells) return line;
  return cells < 1 ? "" : `${cutCells(line, cells - 1)}…`;
}

/** The same in a column: exactly so many cells, and behind a number blanks stand before. */
export function cell(text: string, cells: number, side: "left" | "right" = "left"): string {
  const shown = fit(text, cells);
  const blanks = " ".repeat(Math.max(0, cells - cellsOf(shown)));
  return side === "left" ? shown + blanks : blanks + shown;
}

export function textOf(span: Span): string {
  return typeof span === "string" ? span : span[0];
}

export function cellsOfLine(line: Line): number {
  return line.reduce((sum, span) => sum + cellsOf(textOf(span)), 0);
}

/** What a terminal obeys, or turns around what stands beside it. Texts from outside came through `fit`; this is for all others. */
const OBEYED = /[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f]/g;

/** The line as a terminal takes it, in at most `width` cells; one that is `chosen` is inverse up to there. */
export function drawLine(line: Line, width: number, ink: Ink, isChosen = false): string {
  let [out, used, isSure] = ["", 0, true];
  const all = isChosen ? [...line, " ".repeat(Math.max(0, width - cellsOfLine(line)))] : line;
  for (const span of all) {
    const harmless = textOf(span).replace(OBEYED, "?");
    const plain = ink.ascii ? inSigns(harmless) : harmless;
    const text = cutShown(plain, width - used, ink);
    if (text === "") continue;
    // Terminals differ in how wide some characters are: what stands behind them is put in its place.
    if (!isSure) out += `\x1b[${used + 1}G`;
    out += styled(text, typeof span === "string" ? undefined : span[1], ink, isChosen);
    used += cellsOf(text);
    isSure = /^[\0-\x7f●▲◆■✖○·▸▏→↓…–]*$/.test(text);
  }
  return isChosen ? out : out.replace(/ +$/, "");
}

/** As wide as it was. */
function inSigns(text: string): string {
  return inAscii(
    text.replace(/[^\0-\x7f]/gu, (sign) => {
      const plain = PLAIN_SIGNS.get(sign) ?? PLAIN_OTHERS[sign];
      return plain ?? (cellsOf(sign) === 1 ? sign : "?".repeat(cellsOf(sign)));
    }),
  );
}

/** Up to the edge; that it goes on is shown, for half a number is another one. */
function cutShown(text: string, cells: number, { ascii }: Ink): string {
  if (cellsOf(text) <= cells || cells < 1) return cutCells(text, cells);
  const shown = cutCells(text.trimEnd(), cells);
  return cellsOf(text.trimEnd()) <= cells ? shown : cutCells(text, cells - 1) + (ascii ? "~" : "…");
}

function styled(text: string, style: Style | undefined, { colours }: Ink, isChosen: boolean): string {
  const own = style && (colours > 0 || WITHOUT_COLOUR.has(style)) ? SGR[style][colours === 256 ? 1 : 0] : "";
  const codes = [isChosen ? "7" : "", own].filter(Boolean).join(";");
  return codes === "" ? text : `\x1b[${codes}m${text}\x1b[0m`;
}
