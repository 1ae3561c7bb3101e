// Lines for a terminal: spans with a style, cut to its width, in the characters that it has.

import { cellsOf } from "../core/cells.ts";

export type Style = "bold" | "dim" | "line";
export type Span = string | readonly [text: string, style: Style];
export type Line = readonly Span[];

/** What a terminal can show. */
export interface Screen {
  width: number;
  height: number;
  /** It has no more than ASCII. */
  ascii: boolean;
  colour: boolean;
}

/** Without a terminal, or one that does not say: the size that all had. */
const WIDTH = 80;
const HEIGHT = 24;
/** Beyond it nobody reads a line. */
const WIDTH_MAX = 500;
/** Narrower, a plot has no room beside its labels. */
const WIDTH_MIN = 20;

const SGR: Readonly<Record<Style, number>> = { bold: 1, dim: 2, line: 36 };

/** What is known of the terminal from its size and the environment: locale(7), and no-color.org. */
export function screenOf(
  stdout: { isTTY?: boolean; columns?: number; rows?: number },
  env: Readonly<Record<string, string | undefined>>,
): Screen {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  const width = stdout.columns || Number(env.COLUMNS) || WIDTH;
  return {
    width: Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, Math.floor(width))),
    height: Math.max(1, Math.floor(stdout.rows || Number(env.LINES) || HEIGHT)),
    ascii: !/utf-?8/i.test(locale),
    colour: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb",
  };
}

/** The text of lines, none of them longer than the screen is wide. */
export function render(lines: readonly Line[], { width, ascii, colour }: Screen): string {
  return lines.map((line) => `${renderLine(line, width, ascii, colour)}\n`).join("");
}

function renderLine(line: Line, width: number, ascii: boolean, colour: boolean): string {
  let room = width;
  const shown: [string, Style | undefined][] = [];
  for (const span of line) {
    const [text, style] = typeof span === "string" ? [span, undefined] : span;
    const plain = text.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, "?"); // a terminal would obey them
    const part = cutCells(ascii ? inAscii(plain) : plain, room);
    room -= cellsOf(part);
    shown.push([part, style]);
  }
  while (shown.length > 0) {
    const last = shown.at(-1);
    if (!last) break;
    last[0] = last[0].trimEnd();
    if (last[0] !== "") break;
    shown.pop();
  }
  return shown.map(([text, style]) => (colour && style && text ? `\x1b[${SGR[style]}m${text}\x1b[0m` : text)).join("");
}

/** The beginning of a text that has room in so many cells. */
export function cutCells(text: string, cells: number): string {
  if (text.length <= cells && !/[^\0-\x7f]/.test(text)) return text;
  let [room, out] = [cells, ""];
  for (const character of text) {
    room -= cellsOf(character);
    if (room < 0) break;
    out += character;
  }
  return out;
}

/** Parts in as few lines as they have room in; one that is longer than a line has one of its own. */
export function filled(parts: readonly string[], between: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const joined = `${lines.at(-1)}${between}${part}`;
    if (lines.length > 0 && cellsOf(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines;
}

/** What stands for a character that a terminal of ASCII has not, in one cell. */
const PLAIN: Readonly<Record<string, string>> = {
  "−": "-",
  "–": "-",
  "…": "~",
  "→": ">",
  "│": "|",
  "┤": "+",
  "└": "+",
  "─": "-",
  "┬": "+",
  "▲": "^",
  "░": ":",
  "°": "'",
  µ: "u",
};

/** The same in ASCII, of as many characters. */
export function inAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (character) => (Object.hasOwn(PLAIN, character) && PLAIN[character]) || "?");
}
