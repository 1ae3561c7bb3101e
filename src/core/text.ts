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

/** web2 before web10: runs of digits by their number. Not localeCompare, which loads ICU's collation. */
export function compareText(a: string, b: string): number {
  const x = a.match(/\d+|\D+/g) ?? [];
  const y = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [p, q] = [x[i] ?? "", y[i] ?? ""];
    if (p === q) continue;
    const number = Number(p) - Number(q);
    if (!Number.isNaN(number) && number !== 0) return number;
    return p < q ? -1 : 1;
  }
  return x.length - y.length;
}
