// Which events may be left out when too many wait: those of an item that went to and fro. What stays of it is a chain as before:
// each event's `prev` is the level of the one before it, and the last one is the last. Pure.

import type { Event } from "./event.ts";

/** What folding must know of an event. */
export interface Link {
  id: string;
  /** Its item; and where that was before and behind it. One that flaps is elsewhere than one that has the same level and does not. */
  chain: string;
  from: string;
  to: string;
  /** Of the worse of its two levels; 0 is the best one. */
  rank: number;
  /** It may be under way to the server: what comes behind it must follow from it. */
  isUnderWay: boolean;
}

/** Events that may go together, by their ids, and never in part. */
export interface Fold {
  ids: string[];
  /**
   * `mild`: between the two best levels; `worse`: an item was worse, and came back to where it was; `cut`: the beginning of a chain,
   * so that the first one left does not follow from what the server has.
   */
  kind: "mild" | "worse" | "cut";
}

/** Between two pauses so many events are looked at: about a millisecond. */
const LINKS_PER_PAUSE = 500;

export function linkOf(event: Event, rankOf: (level: string) => number, isUnderWay: boolean): Link {
  const { id, host, item, prev, level, flapping } = event;
  return {
    id,
    chain: `${host} ${item}`,
    from: flapping === "stop" ? `${prev} flapping` : prev,
    to: flapping === "start" ? `${level} flapping` : level,
    rank: Math.max(rankOf(prev), rankOf(level)),
    isUnderWay,
  };
}

/**
 * What may go, mildest changes first and of these the oldest, until whoever asks has enough; undefined is a pause. `links` are oldest
 * first, `worst` is the greatest rank, at least 1. The last event of an item never goes.
 */
export function* folds(links: readonly Link[], worst: number): Generator<Fold | undefined> {
  let left = links;
  for (let rank = 1; rank <= worst; rank++) {
    const gone = new Set<string>();
    for (const ids of paused(left, loops(rank))) {
      if (ids) for (const id of ids) gone.add(id);
      yield ids && { ids, kind: rank === 1 ? "mild" : "worse" };
    }
    left = left.filter(({ id }) => !gone.has(id));
  }
  const ends = new Map<string, string>();
  const note = ({ chain, id }: Link) => {
    ends.set(chain, id);
    return undefined;
  };
  yield* paused(left, note);
  const cut = new Set<string>();
  for (let rank = 1; rank <= worst; rank++) {
    for (const ids of paused(left, beginnings(rank, ends, cut))) yield ids && { ids, kind: "cut" };
  }
}

/** What may go now that this event is known. */
type Look = (link: Link) => string[] | undefined;

function* paused<T>(links: readonly Link[], look: (link: Link) => T | undefined): Generator<T | undefined> {
  for (const [i, link] of links.entries()) {
    if (i % LINKS_PER_PAUSE === LINKS_PER_PAUSE - 1) yield undefined;
    const found = look(link);
    if (found !== undefined) yield found;
  }
}

/**
 * The way of an item since its last change that must stay: where it was before the first of `ids`, and behind each. No place
 * is twice in it but the last one.
 */
interface Way {
  places: string[];
  ids: string[];
}

/** Ways that lead back to where they began, by changes of this rank or better; known when the item has gone on from there. */
function loops(rank: number): Look {
  const ways = new Map<string, Way>();
  return (link) => {
    const way = ways.get(link.chain);
    const ids = way && closeLoop(way);
    if (link.rank > rank || link.isUnderWay) ways.set(link.chain, { places: [link.to], ids: [] });
    else if (way && way.places.at(-1) === link.from) {
      way.places.push(link.to);
      way.ids.push(link.id);
    } else ways.set(link.chain, { places: [link.from, link.to], ids: [link.id] });
    return ids;
  };
}

function closeLoop({ places, ids }: Way): string[] | undefined {
  const first = places.indexOf(places.at(-1) ?? "");
  if (first === places.length - 1) return undefined;
  places.length = first + 1;
  return ids.splice(first);
}

/** Changes of this rank or better with which a chain begins, but for its end; `gone` are those that went before. */
function beginnings(rank: number, ends: ReadonlyMap<string, string>, gone: Set<string>): Look {
  const passed = new Set<string>();
  return ({ id, chain, rank: its, isUnderWay }) => {
    if (passed.has(chain) || gone.has(id)) return undefined;
    if (its > rank || isUnderWay || ends.get(chain) === id) passed.add(chain);
    else gone.add(id);
    return gone.has(id) ? [id] : undefined;
  };
}
