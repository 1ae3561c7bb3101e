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
  const name = text.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return name.slice(0, NAME_CHARS_MAX - 20) || "root";
}
