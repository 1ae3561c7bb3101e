// The syntax that dmon.conf and work.conf share: `#` lines are comment, blank lines are ignored, a key begins in
// column 1, indented lines are glued to the line above. Words are separated by blanks; `"…"` holds blanks.

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
}

/**
 * Splits a config text into statements. Whatever is wrong (NUL bytes, an open quote, an indented first line, a
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
  let orphanReported = false;
  const lines = text.replace(/^\ufeff/, "").split("\n"); // some editors begin with a byte order mark
  for (let index = 0; index < lines.length; index++) {
    const raw = (lines[index] ?? "").replace(/\r$/, "");
    if (/^\s*(#|$)/.test(raw)) continue;
    const complain = (column: number, length: number, message: string, hint?: string) =>
      diagnostics.push({
        severity: "error",
        place: { file, line: index + 1, column, length, text: raw },
        message,
        ...(hint ? { hint } : {}),
      });
    const bad = raw.search(/[\0-\x08\x0b-\x1f\x7f-\x9f\ufffd]/);
    if (bad >= 0) {
      complain(bad + 1, 1, "a character that is no text", "the file must be plain UTF-8");
      continue;
    }
    const words = splitWords(file, index + 1, raw, complain);
    const before = /^[ \t]/.test(raw) ? glued : 0;
    glued = before + raw.length;
    if (glued > CONFIG_LINE_CHARS_MAX) {
      if (before <= CONFIG_LINE_CHARS_MAX)
        complain(1, 1, `a statement of more than ${CONFIG_LINE_CHARS_MAX} characters`);
      continue;
    }
    const [key, ...rest] = words;
    if (!key) continue;
    if (/^[ \t]/.test(raw)) {
      if (current) current.words.push(...words);
      else if (!orphanReported) {
        complain(1, raw.length, "an indented line with nothing above it to belong to", "begin a key in column 1");
        orphanReported = true;
      }
    } else {
      current = { key, words: rest };
      statements.push(current);
    }
  }
  return statements;
}

type Complain = (column: number, length: number, message: string, hint?: string) => void;

function splitWords(file: string, line: number, raw: string, complain: Complain): Word[] {
  const words: Word[] = [];
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
        return words;
      }
      text = raw.slice(at + 1, close);
      at = close + 1;
      if (at < raw.length && raw[at] !== " " && raw[at] !== "\t") {
        complain(at + 1, 1, "a quoted word must be followed by a blank");
      }
    } else {
      while (at < raw.length && raw[at] !== " " && raw[at] !== "\t") {
        // key="two words": the quotes may begin inside a word
        if (raw[at] === '"') {
          const close = raw.indexOf('"', at + 1);
          if (close < 0) {
            complain(at + 1, raw.length - at, "a quote that is never closed", 'end the word with "');
            return words;
          }
          at = close;
        }
        at++;
      }
      text = raw.slice(start, at).replaceAll('"', "");
    }
    if (!quoted && text.startsWith("#")) {
      complain(start + 1, raw.length - start, "a comment behind a statement", "put comments on lines of their own");
      return words;
    }
    if (/[\u201c-\u201f\u2018\u2019]/.test(raw.slice(start, at))) {
      complain(start + 1, at - start, "a typographic quote", 'write "');
      return words;
    }
    words.push({ text, quoted, place: { file, line, column: start + 1, length: Math.max(1, at - start), text: raw } });
  }
  return words;
}
