// The keys of dmon top, each declared once: what it does, the help that `?` shows, and the line at the foot. Pure.

import { choose, FIRST, ORDERS, pageFrom, placeOf, type Seen, type State, VIEWS, type View } from "./state.ts";

/** The state behind a key; "quit" ends it, "redraw" writes all anew. */
export type Outcome = State | "quit" | "redraw";

interface Key {
  /** As decode.ts names them. */
  names: readonly string[];
  /** How they are written for people; in ASCII too. */
  shown: string;
  plain?: string;
  doc: string;
  /** At the foot, the most wanted first; absent: only in the help. */
  foot?: string;
  press(state: State, seen: Seen): Outcome;
}

const step = (by: number) => (state: State, seen: Seen) => choose(state, seen, placeOf(state).at + by);
const page = (by: 1 | -1) => (state: State, seen: Seen) => choose(state, seen, pageFrom(seen, placeOf(state).at, by));

export const KEYS: readonly Key[] = [
  { names: ["j", "Down"], shown: "j ↓", plain: "j Down", doc: "the next one", foot: "move", press: step(1) },
  { names: ["k", "Up"], shown: "k ↑", plain: "k Up", doc: "the one before", press: step(-1) },
  { names: ["PageDown", " ", "Ctrl-F"], shown: "PgDn", doc: "a screen further", press: page(1) },
  { names: ["PageUp", "b", "Ctrl-B"], shown: "PgUp", doc: "a screen back", press: page(-1) },
  { names: ["g", "Home"], shown: "g Home", doc: "the first one", press: (state, seen) => choose(state, seen, 0) },
  { names: ["G", "End"], shown: "G End", doc: "the last one", press: (state, seen) => choose(state, seen, Infinity) },
  { names: ["Enter", "l", "Right"], shown: "Enter", doc: "open the host", foot: "open", press: open },
  { names: ["Escape", "Backspace", "Left"], shown: "Esc", doc: "back; all names again", foot: "back", press: back },
  { names: ["1", "a"], shown: "1 a", doc: "what is not fine, worst first", press: view("alerts") },
  { names: ["2", "h"], shown: "2 h", doc: "all hosts", press: view("hosts") },
  { names: ["3", "e"], shown: "3 e", doc: "the last events", press: view("events") },
  { names: ["Tab"], shown: "Tab", doc: "the next of these three", press: nextView },
  { names: ["s"], shown: "s", doc: "hosts by name, by level, by the age of their reports", press: nextOrder },
  { names: ["/"], shown: "/", doc: "look for names of hosts and items", foot: "search", press: search },
  { names: ["?"], shown: "?", doc: "this help", foot: "help", press: (state) => ({ ...state, help: !state.help }) },
  { names: ["Ctrl-L"], shown: "Ctrl-L", doc: "draw the screen anew", press: () => "redraw" },
  { names: ["q", "Ctrl-C"], shown: "q", doc: "quit", foot: "quit", press: () => "quit" },
];

const BY_NAME = new Map(KEYS.flatMap((key) => key.names.map((name) => [name, key] as const)));

/** What a key makes of the state; one that means nothing leaves it. */
export function press(state: State, name: string, seen: Seen): Outcome {
  if (name === "Ctrl-C") return "quit";
  if (state.before !== undefined) return typed(state, name, seen);
  // Any key closes the help; what leads elsewhere leads there at once.
  if (state.help && (name === "Escape" || name === "Backspace" || name === "q")) return { ...state, help: false };
  const known = state.help && name !== "?" ? { ...state, help: false } : state;
  return BY_NAME.get(name)?.press(known, seen) ?? known;
}

function open(state: State, seen: Seen): State {
  const opens = seen.rows[placeOf(state).at]?.opens;
  if (opens === undefined || state.host !== undefined) return state;
  return { ...state, host: opens, filter: "", places: { ...state.places, host: FIRST.places.host } };
}

function back(state: State): State {
  if (state.filter !== "") return { ...state, filter: "" };
  return closed(state);
}

/** No host is open. */
function closed(state: State): State {
  const { host: _, ...rest } = state;
  return rest;
}

function view(name: View): (state: State) => State {
  return (state) => ({ ...closed(state), view: name });
}

function nextView(state: State): State {
  return view(next(VIEWS, state.view))(state);
}

function nextOrder(state: State): State {
  return { ...state, order: next(ORDERS, state.order) };
}

function next<T>(list: readonly [T, ...T[]], now: T): T {
  return list[(list.indexOf(now) + 1) % list.length] ?? list[0];
}

function search(state: State): State {
  return { ...state, before: state.filter };
}

/** Longer is no name. */
const FILTER_CHARS_MAX = 100;

/** While names are typed, letters are letters. */
function typed({ before = "", ...state }: State, name: string, seen: Seen): State {
  const first = (filter: string): State => choose({ ...state, before, filter }, { ...seen, rows: [] }, 0);
  if (name === "Enter") return state;
  if (name === "Escape") return { ...state, filter: before };
  if (name === "Backspace") return state.filter === "" ? state : first(Array.from(state.filter).slice(0, -1).join(""));
  if (name === "Ctrl-U") return first("");
  if (name === "Up" || name === "Down")
    return { ...choose(state, seen, placeOf(state).at + (name === "Up" ? -1 : 1)), before };
  const isLetter = Array.from(name).length === 1;
  return isLetter && state.filter.length < FILTER_CHARS_MAX ? first(state.filter + name) : { ...state, before };
}
