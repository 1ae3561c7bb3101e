// The syntax that dmon.conf and work.conf share: `#` lines are comment, blank lines are ignored, a key begins in
// column 1, indented lines are glued to the line above. Words are separated by blanks; `"…"` holds blanks.

import { badCharacter } from "./bad-text.ts";
import { type Diagnostic, type Place, SourceError } from "./diagnostic.ts";
import { CONFIG_BYTES_MAX, CONFIG_LINE_CHARS_MAX } from "./limits.ts";

export interface Word {
  /** The word itself, quotes removed. */
  text: string;
  quoted: boolean;
  place: Place;
}

/** A statement: its key (the first word) and the words after it. */
export interface Statement {
  key: Word;
  words: Word[];
  /** Something of it could not be read, which was said: what it means is not known. */
  broken?: true;
}

/**
 * Splits a config text into statements. Whatever is wrong (bad characters, an open quote, an indented first line, a
 * line that is too long) is pushed onto `diagnostics`, and the rest of the text is still read.
 */
export function lex(file: string, text: string, diagnostics: Diagnostic[]): Statement[] {
  if (text.length > CONFIG_BYTES_MAX) {
    const place = { file, line: 1, column: 1, length: 1, text: "" };
    throw new SourceError([{ severity: "error", place, message: `the file is larger than ${CONFIG_BYTES_MAX} bytes` }]);
  }
  const statements: Statement[] = [];
  let current: Statement | undefined;
  let glued = 0;
  let continued = false; // by a backslash, as in a shell: the next line is meant for this statement, wherever it begins
  const lines = text.replace(/^\ufeff/, "").split("\n"); // some editors begin with a byte order mark
  for (let index = 0; index < lines.length; index++) {
    const raw = (lines[index] ?? "").replace(/\r$/, "");
    // In a file of old Macs all would be one comment.
    if (/^\s*(#|$)/.test(raw) && !raw.includes("\r")) continue;
    const complain: Complain = (column, length, message, hint) => {
      diagnostics.push({
        severity: "error",
        place: { file, line: index + 1, column, length, text: raw },
        message,
        ...(hint ? { hint } : {}),
      });
    };
    const indented = /^[ \t]/.test(raw) || continued;
    const read = readLine(file, index + 1, raw, complain);
    const before = indented ? glued : 0;
    glued = before + raw.length;
    if (glued > CONFIG_LINE_CHARS_MAX) {
      if (current && indented) current.broken = true;
      if (before <= CONFIG_LINE_CHARS_MAX)
        complain(1, 1, `a statement of more than ${CONFIG_LINE_CHARS_MAX} characters`);
      continue;
    }
    continued = read.continued;
    const [key, ...rest] = read.words;
    if (!key) {
      // What follows indented belongs to it, not to the statement above.
      if (read.broken && !indented) current = unread(file, index + 1, raw);
      if (read.broken && current) current.broken = true;
      continue;
    }
    if (indented && !current) {
      complain(1, raw.length, "an indented line with nothing above it to belong to", "begin it in column 1");
      read.broken = true;
    }
    if (indented && current) current.words.push(...read.words);
    else {
      current = { key, words: rest };
      statements.push(current);
    }
    if (read.broken) current.broken = true;
  }
  return statements;
}

/** Stands for a statement of which not even the key could be read. */
function unread(file: string, line: number, raw: string): Statement {
  const place = { file, line, column: 1, length: 1, text: raw };
  return { key: { text: "", quoted: false, place }, words: [], broken: true };
}

type Complain = (column: number, length: number, message: string, hint?: string) => void;

/** The words of one line. `broken`: not all of it could be read; `continued`: it ends with a backslash. */
interface Line {
  words: Word[];
  broken: boolean;
  continued: boolean;
}

function readLine(file: string, line: number, raw: string, complain: Complain): Line {
  const bad = badCharacter(raw);
  if (bad) {
    complain(bad.at + 1, 1, bad.message, bad.hint);
    const words = [...raw.matchAll(/[^\s\0"]+/g)].map(({ 0: text, index }): Word => {
      return { text, quoted: false, place: { file, line, column: index + 1, length: text.length, text: raw } };
    });
    return { words, broken: true, continued: false };
  }
  const { words, broken } = splitWords(file, line, raw, complain);
  const last = words.at(-1);
  if (!last || last.quoted || !last.text.endsWith("\\") || !raw.trimEnd().endsWith("\\"))
    return { words, broken, continued: false };
  const hint = "leave it out; an indented line goes on with the line above";
  complain(last.place.column + last.place.length - 1, 1, "a backslash at the end of a line", hint);
  return { words: words.slice(0, -1), broken: true, continued: true };
}

/** `'room for data'`, also behind an option. */
const SINGLE_QUOTED = /^([a-z_]+=)?'(?:([^'"]*)'(?=[ \t]|$))?/;

function splitWords(file: string, line: number, raw: string, complain: Complain): Omit<Line, "continued"> {
  const words: Word[] = [];
  let broken = false;
  let at = 0;
  while (at < raw.length) {
    if (raw[at] === " " || raw[at] === "\t") {
      at++;
      continue;
    }
    const start = at;
    const quoted = raw[at] === '"';
    let text: string;
    if (quoted) {
      const close = raw.indexOf('"', at + 1);
      if (close < 0) {
        complain(start + 1, raw.length - start, "a quote that is never closed", 'end the word with "');
        return { words, broken: true };
      }
      text = raw.slice(at + 1, close);
      at = close + 1;
      if (at < raw.length && raw[at] !== " " && raw[at] !== "\t") {
        complain(at + 1, 1, "a quoted word must be followed by a blank");
        broken = true;
      }
    } else {
      while (at < raw.length && raw[at] !== " " && raw[at] !== "\t") {
        // key="two words": the quotes may begin inside a word
        if (raw[at] === '"') {
          const close = raw.indexOf('"', at + 1);
          if (close < 0) {
            complain(at + 1, raw.length - at, "a quote that is never closed", 'end the word with "');
            return { words, broken: true };
          }
          at = close;
        }
        at++;
      }
      text = raw.slice(start, at).replaceAll('"', "");
    }
    if (!quoted && text.startsWith("#")) {
      complain(start + 1, raw.length - start, "a comment behind a statement", "put comments on lines of their own");
      return { words, broken };
    }
    if (/[\u201c-\u201f\u2018\u2019]/.test(raw.slice(start, at))) {
      complain(start + 1, at - start, "a typographic quote", 'write "');
      return { words, broken: true };
    }
    const single = SINGLE_QUOTED.exec(raw.slice(start));
    if (single) {
      const [whole, option = "", inner] = single;
      const hint = inner === undefined ? 'write "' : `write ${option}"${inner}"`;
      complain(start + option.length + 1, whole.length - option.length, "a single quote", hint);
      return { words, broken: true };
    }
    words.push({ text, quoted, place: { file, line, column: start + 1, length: Math.max(1, at - start), text: raw } });
  }
  return { words, broken };
}
