// Which names may stand in configs, on the wire and in URLs. Everything that passes here is safe as a file name.

import { HOSTNAME_CHARS_MAX, NAME_CHARS_MAX } from "./limits.ts";

/** Tags, groups, items, levels: letters, digits and `_ . + -`, beginning with a letter or digit. */
export function isName(text: string): boolean {
  return text.length <= NAME_CHARS_MAX && /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/.test(text);
}
export const NAME_FORM = "letters, digits and _ . + - (at most 100)";

/** A host's name as DNS has it (RFC 1123), with the underscores that real zones contain; in lower case. */
export function isHostname(text: string): boolean {
  return (
    text.length <= HOSTNAME_CHARS_MAX &&
    /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/.test(text)
  );
}
export const HOSTNAME_FORM = "a host name such as mars.example.org";

/** What an item is called for a thing with a free name: `/` -> root, `/var/lib` -> var_lib, `eth0.7` -> eth0_7. */
export function slug(text: string): string {
  if (/^\/*$/.test(text)) return "root";
  const name = inAscii(text)
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return (name || inNumbers(text)).slice(0, NAME_CHARS_MAX - 20);
}

/** Letters that do not come apart into one of ASCII and its marks, or that German writes with two. */
const LETTERS: ReadonlyMap<string, string> = new Map(
  `ä ae ö oe ü ue Ä Ae Ö Oe Ü Ue ß ss ẞ SS æ ae Æ AE œ oe Œ OE ø oe Ø Oe
   þ th Þ Th ð d Ð D đ d Đ D ł l Ł L ħ h Ħ H ı i µ u`
    .match(/\S+ \S+/g)
    ?.map((pair): [string, string] => [pair.slice(0, 1), pair.slice(2)]),
);

/**
 * The same in ASCII: Latin letters without their marks, and those of other scripts by their numbers (`日` -> u65e5), so that
 * two names stay two. What is neither letter nor digit separates words and is left as it is.
 */
export function inAscii(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return text.normalize("NFC").replace(/[^\0-\x7f]/gu, (sign) => {
    const plain = LETTERS.get(sign) ?? sign.normalize("NFKD").replace(/\p{M}/gu, "");
    if (/^[A-Za-z0-9]+$/.test(plain)) return plain;
    if (/^[\u0300-\u036f]$/.test(sign)) return ""; // a mark of the letter before it
    return /[\p{L}\p{N}\p{M}\p{Emoji_Presentation}]/u.test(sign) ? inNumbers(sign) : sign;
  });
}

/** Of a name without a letter or digit this is left: `***` -> u2au2au2a. */
function inNumbers(text: string): string {
  return text.slice(0, NAME_CHARS_MAX).replace(/./gsu, (sign) => `u${sign.codePointAt(0)?.toString(16)}`);
}

/** As far as a form tells: one @, and nothing that stands around or between addresses. */
export function isMailAddress(text: string): boolean {
  return /^[^@\s<>"(),:;]+@[^@\s<>"(),:;]+$/.test(text) && !/\.\.|@\.|\.@|^\.|\.$/.test(text) && text.length <= 254;
}
