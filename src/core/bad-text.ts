// Characters that cannot stand in a config, for nobody sees what they do: a blank of the web that separates no words,
// an escape that a terminal obeys. Each is named, for the line looks perfect.

export interface BadCharacter {
  /** Offset in the line. */
  at: number;
  message: string;
  hint: string;
}

/** Whatever is bad, with or without quotes around it. */
const SUSPECT = /[\0-\x08\x0b-\x1f\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff\ufffd]/;
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f\ufffd]/;
/** A blank to the eye. */
const BLANK = /[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]/;

const NAMES: Readonly<Record<number, string>> = {
  0: "a NUL",
  7: "a bell",
  8: "a backspace",
  11: "a vertical tab",
  12: "a form feed",
  13: "a carriage return",
  27: "an ESC",
  127: "a DEL",
  160: "a no-break space",
  173: "a soft hyphen",
  8203: "a zero-width space",
  8239: "a narrow no-break space",
  65279: "a byte order mark",
};

/** The first bad character of a line. In quotes a text may have blanks of all kinds, and what joins letters. */
export function badCharacter(line: string): BadCharacter | undefined {
  if (!SUSPECT.test(line)) return undefined;
  const control = line.search(CONTROL);
  const bare = line.replace(/"[^"]*"/g, (text) => "_".repeat(text.length)).search(SUSPECT);
  const at = control < 0 || bare < 0 ? Math.max(control, bare) : Math.min(control, bare);
  return at < 0 ? undefined : { at, ...describe(line[at] ?? "") };
}

/** Whether a text is one line that may stand in quotes. */
export function isPlain(text: string): boolean {
  return !badCharacter(`"${text.replaceAll('"', "'")}"`);
}

/** Whether a text may only stand in quotes. */
export function needsQuotes(text: string): boolean {
  return SUSPECT.test(text);
}

function describe(character: string): { message: string; hint: string } {
  const code = character.charCodeAt(0);
  if (code === 0xfffd) return { message: "bytes that are no UTF-8", hint: "save the file as UTF-8" };
  const blank = BLANK.test(character);
  const name =
    NAMES[code] ??
    (blank ? "an unusual blank" : CONTROL.test(character) ? "a control character" : "an invisible character");
  const hint = code === 13 ? "end lines with LF, as Unix does" : blank ? "write a plain blank" : "delete it";
  return { message: `${name} (U+${code.toString(16).toUpperCase().padStart(4, "0")})`, hint };
}
