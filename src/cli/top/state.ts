// Where a person is in dmon top: the view, the row that is chosen, what names are looked for. Pure.

export const VIEWS = ["alerts", "hosts", "events"] as const;
export type View = (typeof VIEWS)[number];
export const ORDERS = ["name", "level", "report"] as const;

/** A place in a list. The row is known by its key, so it stays the same one when others come or go above it. */
export interface Place {
  key?: string;
  /** Which one it is, for when it leaves: then the one that comes to stand there is chosen. */
  at: number;
  /** The first line that is shown. */
  top: number;
}

export interface State {
  view: View;
  /** The host that is open, by its canonical name, over that view. */
  host?: string;
  places: Readonly<Record<View | "host", Place>>;
  /** What names must have in them. */
  filter: string;
  /** What was looked for before the prompt, which is open now. */
  before?: string;
  help: boolean;
  order: (typeof ORDERS)[number];
}

/** What can be chosen, as it is shown at this moment. */
export interface Seen {
  rows: readonly { key: string; height: number; opens?: string }[];
  /** Lines that have room. */
  height: number;
}

const START: Place = { at: 0, top: 0 };

export const FIRST: State = {
  view: "alerts",
  places: { alerts: START, hosts: START, events: START, host: START },
  filter: "",
  help: false,
  order: "name",
};

export function placeOf(state: State): Place {
  return state.places[listOf(state)];
}

function listOf({ view, host }: State): View | "host" {
  return host === undefined ? view : "host";
}

/** The row with that number, or the nearest, is chosen; the list is shown so that it is whole, if it has room. */
export function choose(state: State, { rows, height }: Seen, wanted: number): State {
  const at = Math.max(0, Math.min(Math.trunc(wanted), rows.length - 1));
  const list = listOf(state);
  const key = rows[at]?.key;
  const from = rows.slice(0, at).reduce((sum, row) => sum + row.height, 0);
  const end = from + (rows[at]?.height ?? 0);
  const all = rows.slice(at).reduce((sum, row) => sum + row.height, from);
  const least = Math.min(from, end - height);
  const top = Math.max(0, least, Math.min(state.places[list].top, from, all - height));
  const place = { ...(key === undefined ? {} : { key }), at, top };
  return { ...state, places: { ...state.places, [list]: place } };
}

/** The same place in a list that is another now. */
export function settle(state: State, seen: Seen): State {
  const { key, at } = placeOf(state);
  const found = key === undefined ? -1 : seen.rows.findIndex((row) => row.key === key);
  // Who stands at the top wants to see what comes in there.
  return choose(state, seen, at === 0 ? 0 : found < 0 ? at : found);
}

/** As many rows up or down as a page has room for. */
export function pageFrom({ rows, height }: Seen, at: number, step: 1 | -1): number {
  let [to, room] = [at, height];
  while (rows[to + step]) {
    room -= rows[to]?.height ?? 1;
    if (room <= 0) break;
    to += step;
  }
  return to;
}
