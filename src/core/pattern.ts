// Regular expressions of a config, matched in time that grows with the text only: RegExp backtracks, and `(a+)+b` would
// stop the daemon. An automaton of sets of states, made while it is used (Thompson 1968); so no \1 and no lookaround.

import { type Form, quoted, WordError } from "./form.ts";
import { PATTERN_CHARS_MAX, PATTERN_NODES_MAX, PATTERN_STATES_MAX } from "./limits.ts";
import { PatternError, parse, type Range, type Tree, WORD } from "./pattern-syntax.ts";

export { PatternError } from "./pattern-syntax.ts";

/** What stands before or behind a place: nothing or a line's end, a letter of a word, anything else. */
type Side = 0 | 1 | 2;
const EDGE = 0;
const LETTER = 1;

type Node =
  | { is: "char"; set: readonly Range[]; next: number }
  | { is: "split"; next: number; other: number }
  | { is: "assert"; what: "^" | "$" | "b" | "B"; next: number }
  | { is: "match" };

interface State {
  /** The nodes that the text so far leads to, before what asserts is looked at: that takes the next character, too. */
  nodes: readonly number[];
  before: Side;
  /** By class of character, and behind the last one for the end of the text. */
  next: (State | undefined)[];
}

/** The text so far matches. */
const FOUND: State = { nodes: [], before: EDGE, next: [] };

export class Pattern {
  private readonly nodes: Node[] = [];
  private readonly first: number;
  /** Where each class of characters begins; all characters of a class do the same. */
  private readonly starts: number[];
  private readonly classes = new Uint16Array(256);
  private states = new Map<string, State>();

  /** Throws PatternError for what is no pattern, or one that takes more than an automaton can. */
  constructor(text: string) {
    if (text.length > PATTERN_CHARS_MAX) throw new PatternError(`it is longer than ${PATTERN_CHARS_MAX} characters`);
    this.first = this.compile(parse(text), this.add({ is: "match" }));
    const sets = this.nodes.flatMap((node) => (node.is === "char" ? node.set : []));
    const edges = [...sets, ...WORD, [10, 10] as const].flatMap(([low, high]) => [low, high + 1]);
    this.starts = [...new Set([0, ...edges])].sort((a, b) => a - b).filter((start) => start <= 0xffff);
    for (let code = 0; code < 256; code++) this.classes[code] = this.find(code);
  }

  /** Whether any part of the text matches. `^` and `$` stand for the ends of each of its lines. */
  test(text: string): boolean {
    const search = this.search();
    return search.feed(text) || search.end();
  }

  /** A search over a text that comes in pieces. Each tells whether it was found by now. */
  search(): { feed(piece: string): boolean; end(): boolean } {
    let state = this.state([], EDGE);
    return {
      feed: (piece) => {
        for (let i = 0; i < piece.length && state !== FOUND; i++) {
          const code = piece.charCodeAt(i);
          const kind = code < 256 ? (this.classes[code] ?? 0) : this.find(code);
          state = state.next[kind] ?? this.step(state, kind);
        }
        return state === FOUND;
      },
      end: () => {
        state = state === FOUND ? FOUND : this.step(state, this.starts.length);
        return state === FOUND;
      },
    };
  }

  private find(code: number): number {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= code) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private step(state: State, kind: number): State {
    const code = this.starts[kind];
    const after: Side = code === undefined || code === 10 ? EDGE : contains(WORD, code) ? LETTER : 2;
    const seen = new Set<number>();
    const open = [this.first, ...state.nodes];
    const reached = new Set<number>();
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const node = this.nodes[id];
      if (!node || seen.has(id)) continue;
      seen.add(id);
      if (node.is === "match") return this.keep(state, kind, FOUND);
      if (node.is === "split") open.push(node.next, node.other);
      else if (node.is === "assert") {
        if (holds(node.what, state.before, after)) open.push(node.next);
      } else if (code !== undefined && contains(node.set, code)) reached.add(node.next);
    }
    return this.keep(
      state,
      kind,
      this.state(
        [...reached].sort((a, b) => a - b),
        after,
      ),
    );
  }

  private keep(state: State, kind: number, next: State): State {
    state.next[kind] = next;
    return next;
  }

  private state(nodes: readonly number[], before: Side): State {
    const key = `${before} ${nodes.join(" ")}`;
    const known = this.states.get(key);
    if (known) return known;
    if (this.states.size >= PATTERN_STATES_MAX) {
      for (const old of this.states.values()) old.next = []; // else each would hold the others in memory
      this.states = new Map();
    }
    const made: State = { nodes, before, next: [] };
    this.states.set(key, made);
    return made;
  }

  private add(node: Node): number {
    if (this.nodes.length >= PATTERN_NODES_MAX)
      throw new PatternError("it is too large: fewer or smaller {…} are needed");
    return this.nodes.push(node) - 1;
  }

  /** The node where a tree begins that goes on to `next`. */
  private compile(tree: Tree, next: number): number {
    switch (tree.is) {
      case "set":
        return this.add({ is: "char", set: tree.set, next });
      case "assert":
        return this.add({ is: "assert", what: tree.what, next });
      case "all":
        return tree.of.reduceRight((then, each) => this.compile(each, then), next);
      case "any":
        return tree.of
          .map((each) => this.compile(each, next))
          .reduceRight((other, each) => this.add({ is: "split", next: each, other }));
      default:
        return this.compileRepeat(tree, next);
    }
  }

  private compileRepeat({ of, least, most }: Extract<Tree, { is: "repeat" }>, next: number): number {
    let then = next;
    if (most === Number.POSITIVE_INFINITY) {
      const loop = { is: "split" as const, next: 0, other: next };
      then = this.add(loop);
      loop.next = this.compile(of, then);
    } else {
      for (let i = least; i < most; i++) then = this.add({ is: "split", next: this.compile(of, then), other: next });
    }
    for (let i = 0; i < least; i++) then = this.compile(of, then);
    return then;
  }
}

function holds(what: "^" | "$" | "b" | "B", before: Side, after: Side): boolean {
  if (what === "^") return before === EDGE;
  if (what === "$") return after === EDGE;
  return ((before === LETTER) !== (after === LETTER)) === (what === "b");
}

function contains(set: readonly Range[], code: number): boolean {
  return set.some(([low, high]) => code >= low && code <= high);
}

/** A pattern as a word of an item. */
export const PATTERN: Form<Pattern> = {
  is: "a regular expression",
  parse: (word) => {
    try {
      return new Pattern(word);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      throw new WordError(`${quoted(word)} is no regular expression: ${error.message}`, remedyOf(error.message));
    }
  },
};

function remedyOf(message: string): string {
  const [, bracket] = /"([()[])"/.exec(message) ?? [];
  if (bracket !== undefined) return `the character itself is \\${bracket}`;
  if (message.includes('before "*"')) return "any characters are .*";
  return message.includes("upside down") ? "the smaller one comes first" : "write it as for grep -E";
}
