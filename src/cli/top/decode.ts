// What a terminal sends for keys, as their names: letters as they are, `Down`, `Escape`, `Ctrl-C` (ECMA-48, and xterm's keys). Pure.

const FINALS: Readonly<Record<string, string>> = { A: "Up", B: "Down", C: "Right", D: "Left", F: "End", H: "Home" };
const NUMBERS: Readonly<Record<string, string>> = {
  1: "Home",
  4: "End",
  5: "PageUp",
  6: "PageDown",
  7: "Home",
  8: "End",
};
const CONTROLS: Readonly<Record<string, string>> = {
  "\r": "Enter",
  "\n": "Enter",
  "\t": "Tab",
  "\b": "Backspace",
  "\x7f": "Backspace",
};
// A whole sequence: of a function key (SS3), of a control sequence, of Alt with a key.
const SEQUENCE = /^\x1b(?:O([\x40-\x7e])|\[([0-?]*)[ -/]*([@-~])|([^[O\x1b]))/u;
/** No key sends more; without an end, it is none. */
const SEQUENCE_CHARS_MAX = 32;

export class KeyDecoder {
  private readonly decoder = new TextDecoder();
  private rest = "";

  /** The keys that came; a sequence that is not whole waits for more. */
  take(bytes: Uint8Array): string[] {
    this.rest += this.decoder.decode(bytes, { stream: true });
    const keys: string[] = [];
    while (this.rest !== "") {
      const found = this.first();
      if (!found) break;
      this.rest = this.rest.slice(found.length);
      if (found.key !== undefined) keys.push(found.key);
    }
    return keys;
  }

  /** Whether something is not whole yet. */
  get isWaiting(): boolean {
    return this.rest !== "";
  }

  /** Nothing more came: a lone escape is the key, anything else of a sequence is none. */
  end(): string[] {
    const { rest } = this;
    this.rest = "";
    return rest === "\x1b" ? ["Escape"] : [];
  }

  private first(): { length: number; key?: string } | undefined {
    const [character = ""] = this.rest;
    if (character !== "\x1b") return { length: character.length, ...named(nameOf(character)) };
    if (this.rest.startsWith("\x1b\x1b")) return { length: 1, key: "Escape" };
    const [all, ss3, parameters = "", final = ""] = SEQUENCE.exec(this.rest) ?? [];
    if (all === undefined) return this.rest.length > SEQUENCE_CHARS_MAX ? { length: this.rest.length } : undefined;
    if (final === "~") return { length: all.length, ...named(NUMBERS[parameters.split(";", 1)[0] ?? ""]) };
    return { length: all.length, ...named(FINALS[ss3 ?? final]) };
  }
}

function named(key: string | undefined): { key?: string } {
  return key === undefined ? {} : { key };
}

function nameOf(character: string): string | undefined {
  if (Object.hasOwn(CONTROLS, character)) return CONTROLS[character];
  const code = character.charCodeAt(0);
  if (code < 32) return `Ctrl-${String.fromCharCode(code + 64)}`;
  return code >= 0x7f && code < 0xa0 ? undefined : character;
}
