// Texts that people read.

/** The first sentence of a documentation, without its full stop. */
export function firstSentence(text: string): string {
  return text.replace(/(?<=\.)\s.*$/s, "").replace(/\.$/, "");
}

/** Said of a key or a statement that is declared before what it is for. */
export const NOT_YET = "Not yet: nothing in this version uses it.";

/** The widest line of a help text: what a terminal shows without breaking it. */
export const HELP_CHARS_MAX = 100;

/** A text in lines of at most `width` characters, where its words allow that. */
export function wrapped(text: string, width = HELP_CHARS_MAX): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The same below each other, each line behind `indent`. */
export function indented(text: string, indent: string): string {
  return wrapped(text, HELP_CHARS_MAX - indent.length)
    .map((line) => indent + line)
    .join("\n");
}

/**
 * web2 before web10: runs of digits by their number. Not localeCompare, which loads ICU's collation; and without a copy of anything,
 * for pages sort 60,000 names.
 */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return a.length - b.length;
  let from = at;
  while (from > 0 && isDigit(a, from - 1)) from--;
  const [digitA, digitB] = [isDigit(a, at), isDigit(b, at)];
  if (from < at ? digitA || digitB : digitA && digitB) {
    const number = numberAt(a, from) - numberAt(b, from);
    if (number !== 0) return number;
  }
  // A run of letters that ends here is before one that goes on.
  if (digitA !== digitB && from === at && at > 0) return digitA ? -1 : 1;
  // The same number with more zeros before it is longer.
  if (digitA !== digitB && from < at) return digitA ? 1 : -1;
  return a.charCodeAt(at) < b.charCodeAt(at) ? -1 : 1;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function numberAt(text: string, from: number): number {
  let to = from;
  while (isDigit(text, to)) to++;
  return Number(text.slice(from, to));
}
