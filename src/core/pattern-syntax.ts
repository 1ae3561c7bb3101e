// How a pattern is written: as JavaScript's and egrep's regular expressions are, without what only backtracking can do.

/** A text that is no pattern; the message says what is wrong with it. */
export class PatternError extends Error {
  override name = "PatternError";
}

/** Characters (UTF-16 units) from the first to the last. */
export type Range = readonly [number, number];

export type Tree =
  | { is: "set"; set: readonly Range[] }
  | { is: "assert"; what: "^" | "$" | "b" | "B" }
  | { is: "all"; of: Tree[] }
  | { is: "any"; of: Tree[] }
  | { is: "repeat"; of: Tree; least: number; most: number };

const LAST = 0xffff;
const DIGIT: readonly Range[] = [[48, 57]];
export const WORD: readonly Range[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: readonly Range[] = [
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x3000, 0x3000],
];
const ESCAPES: Readonly<Record<string, readonly Range[]>> = {
  d: DIGIT,
  D: inverted(DIGIT),
  w: WORD,
  W: inverted(WORD),
  s: SPACE,
  S: inverted(SPACE),
  t: one(9),
  n: one(10),
  v: one(11),
  f: one(12),
  r: one(13),
  0: one(0),
};
const NAMED: Readonly<Record<string, readonly Range[]>> = {
  alpha: [
    [65, 90],
    [97, 122],
  ],
  digit: DIGIT,
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
  ],
  space: SPACE,
  upper: [[65, 90]],
  lower: [[97, 122]],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
};
/** A number in braces: each one more is a copy of what it repeats. */
const REPEAT_MAX = 1000;
/** Groups within groups: more is no pattern that a person writes. */
const DEPTH_MAX = 100;

/** Throws PatternError. `(?i)` at the beginning: small and capital letters are the same. */
export function parse(text: string): Tree {
  const ignoreCase = text.startsWith("(?i)");
  return new Parser(ignoreCase ? text.slice(4) : text, ignoreCase).whole();
}

class Parser {
  private at = 0;
  private depth = 0;
  private readonly text: string;
  private readonly ignoreCase: boolean;

  constructor(text: string, ignoreCase: boolean) {
    this.text = text;
    this.ignoreCase = ignoreCase;
  }

  whole(): Tree {
    const tree = this.alternatives();
    if (this.at < this.text.length) throw new PatternError('there is a ")" too many');
    return tree;
  }

  private alternatives(): Tree {
    const of = [this.sequence()];
    while (this.take("|")) of.push(this.sequence());
    return of.length === 1 && of[0] ? of[0] : { is: "any", of };
  }

  private sequence(): Tree {
    const of: Tree[] = [];
    while (this.at < this.text.length && this.text[this.at] !== "|" && this.text[this.at] !== ")")
      of.push(this.repeated(this.atom()));
    return { is: "all", of };
  }

  private repeated(atom: Tree): Tree {
    let tree = atom;
    for (;;) {
      const match = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})[?+]?/.exec(this.text.slice(this.at, this.at + 20));
      if (!match) return tree;
      const [all, least = "", comma, most = ""] = match;
      this.at += all.length;
      const [low, high] = bounds(all[0] ?? "", least, comma === undefined, most);
      tree = { is: "repeat", of: tree, least: low, most: high };
    }
  }

  private atom(): Tree {
    const char = this.text[this.at++] ?? "";
    switch (char) {
      case "(":
        return this.group();
      case "[":
        return this.set(this.klass());
      case ".":
        return this.set(inverted(one(10)));
      case "^":
      case "$":
        return { is: "assert", what: char };
      case "\\":
        return this.take("b")
          ? { is: "assert", what: "b" }
          : this.take("B")
            ? { is: "assert", what: "B" }
            : this.set(this.escape());
      case "*":
      case "+":
      case "?":
        throw new PatternError(
          `there is nothing before "${char}" that it could repeat; the character itself is \\${char}`,
        );
      default:
        return this.set(one(char.charCodeAt(0)));
    }
  }

  private group(): Tree {
    const kind = /^\?(?::|<[A-Za-z_]\w*>|P<[A-Za-z_]\w*>)/.exec(this.text.slice(this.at, this.at + 100))?.[0] ?? "";
    if (kind === "" && this.text[this.at] === "?")
      throw new PatternError(
        `(${this.text.slice(this.at, this.at + 3)} is not to be had: it would take time without bound`,
      );
    this.at += kind.length;
    if (++this.depth > DEPTH_MAX) throw new PatternError(`groups are nested deeper than ${DEPTH_MAX}`);
    const tree = this.alternatives();
    if (!this.take(")")) throw new PatternError('a "(" is never closed');
    this.depth--;
    return tree;
  }

  private klass(): readonly Range[] {
    const invert = this.take("^");
    const set: Range[] = [];
    for (let first = true; ; first = false) {
      if (this.at >= this.text.length) throw new PatternError('a "[" is never closed');
      if (!first && this.take("]")) break;
      const low = this.member();
      const [from] = low.length === 1 && low[0]?.[0] === low[0]?.[1] ? (low[0] ?? []) : [];
      if (from === undefined || this.text[this.at] !== "-" || (this.text[this.at + 1] ?? "]") === "]") {
        set.push(...low);
        continue;
      }
      this.at++;
      const to = this.member()[0]?.[0] ?? 0;
      if (to < from) throw new PatternError(`[${String.fromCharCode(from)}-${String.fromCharCode(to)}] is upside down`);
      set.push([from, to]);
    }
    return invert ? inverted(this.bothCases(set)) : set;
  }

  private member(): readonly Range[] {
    const named = /^\[:(\w+):\]/.exec(this.text.slice(this.at, this.at + 20));
    if (named) {
      this.at += named[0].length;
      const set = NAMED[named[1] ?? ""];
      if (!set) throw new PatternError(`${named[0]} is not known`);
      return set;
    }
    if (this.take("\\")) return this.take("b") ? one(8) : this.escape();
    return one(this.text.charCodeAt(this.at++));
  }

  private escape(): readonly Range[] {
    const coded = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(this.text.slice(this.at, this.at + 5));
    if (coded) {
      this.at += coded[0].length;
      return one(Number.parseInt(coded[1] ?? coded[2] ?? "", 16));
    }
    const char = this.text[this.at++];
    if (char === undefined) throw new PatternError('it ends with a "\\"');
    if (/[1-9]/.test(char)) throw new PatternError(`\\${char} is not to be had: it would take time without bound`);
    if (Object.hasOwn(ESCAPES, char)) return ESCAPES[char] ?? [];
    if (/[A-Za-z]/.test(char)) throw new PatternError(`\\${char} means nothing here`);
    return one(char.charCodeAt(0));
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private set(set: readonly Range[]): Tree {
    return { is: "set", set: this.bothCases(set) };
  }

  // Letters one by one; of a range only those of ASCII, as grep has it in the locale C.
  private bothCases(set: readonly Range[]): readonly Range[] {
    if (!this.ignoreCase) return set;
    return set.flatMap(([low, high]): Range[] => {
      if (low === high) {
        const char = String.fromCharCode(low);
        return [char, char.toLowerCase(), char.toUpperCase()]
          .filter(({ length }) => length === 1)
          .flatMap((each) => one(each.charCodeAt(0)));
      }
      const both: Range[] = [[low, high]];
      for (const [from, to, shift] of [
        [65, 90, 32],
        [97, 122, -32],
      ] as const) {
        const [a, b] = [Math.max(low, from), Math.min(high, to)];
        if (a <= b) both.push([a + shift, b + shift]);
      }
      return both;
    });
  }
}

function bounds(sign: string, least: string, exact: boolean, most: string): [number, number] {
  if (sign === "*") return [0, Number.POSITIVE_INFINITY];
  if (sign === "+") return [1, Number.POSITIVE_INFINITY];
  if (sign === "?") return [0, 1];
  const low = Number(least);
  const high = exact ? low : most === "" ? Number.POSITIVE_INFINITY : Number(most);
  if (low > high) throw new PatternError(`{${least},${most}} is upside down`);
  if (low > REPEAT_MAX || (high > REPEAT_MAX && high !== Number.POSITIVE_INFINITY))
    throw new PatternError(`{…} goes up to ${REPEAT_MAX}`);
  return [low, high];
}

function one(code: number): readonly Range[] {
  return [[code, code]];
}

function inverted(set: readonly Range[]): readonly Range[] {
  const gaps: Range[] = [];
  let from = 0;
  for (const [low, high] of [...set].sort(([a], [b]) => a - b)) {
    if (low > from) gaps.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  return from <= LAST ? [...gaps, [from, LAST]] : gaps;
}
