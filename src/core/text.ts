// Texts that people read.

/** The first sentence of a documentation, without its full stop. */
export function firstSentence(text: string): string {
  return text.replace(/(?<=\.)\s.*$/s, "").replace(/\.$/, "");
}
