// Texts that people read.

/** The first sentence of a documentation, without its full stop. */
export function firstSentence(text: string): string {
  return text.replace(/(?<=\.)\s.*$/s, "").replace(/\.$/, "");
}

/** Said of a key or a statement that is declared before what it is for. */
export const NOT_YET = "Not yet: nothing in this version uses it.";
