// What comes of the words of a key.

/**
 * A value, or what is wrong with the text (to be followed by the key's form), and in which characters of
 * the words, joined by blanks, where not in all.
 */
export type Parsed<T> = { value: T } | { error: string; at?: readonly [from: number, to: number] };
