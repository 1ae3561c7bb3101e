// `until 8:00` and `for 2h` among words that are not meant for a time: whoever types them forgot the dashes of --until.

import { parseComing } from "../core/coming.ts";
import { offsetAt } from "../process/localtime.ts";

/** The longest moment: `in 1 hour 30 minutes`. */
const WORDS_MAX = 5;

/** A text's words that say until when, at its beginning, its end, or all of it; undefined where it only says why. */
export function untilIn(text: string, now_s: number): { words: string; time: string } | undefined {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const isTime = (time: readonly string[]) => (parseComing(time.join(" "), now_s, offsetAt) ?? 0) > now_s;
  if (isTime(words)) return { words: words.join(" "), time: words.join(" ") };
  const places = words.flatMap((word, index) => (/^(?:until|till?|for)$/i.test(word) ? [index] : []));
  for (const place of places) {
    const rest = words.slice(place + 1);
    // In the middle it is rather part of a sentence.
    const longest = place === 0 ? Math.min(rest.length, WORDS_MAX) : rest.length;
    const shortest = place === 0 ? 1 : rest.length;
    for (let count = longest; count >= shortest && count > 0; count--) {
      const time = rest.slice(0, count);
      if (isTime(time)) return { words: [words[place], ...time].join(" "), time: time.join(" ") };
    }
  }
  // `until 25:00` is no text either; but `for 3 customers` is.
  const [first = "", second = ""] = words;
  return /^(?:until|till?)$/i.test(first) && /^\d/.test(second)
    ? { words: `${first} ${second}`, time: second }
    : undefined;
}
