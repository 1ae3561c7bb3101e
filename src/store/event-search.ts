// Events that a filter leaves, newest or oldest first: looked through in stretches, so that a filter that leaves none holds up nobody.

import type { Database } from "bun:sqlite";
import type { EventCursor } from "../core/event-filter.ts";
import { EVENT_HOSTS_WALKED_MAX } from "../core/limits.ts";
import { guarded } from "./database.ts";
import { type EventRow, type PlacedEvent, placed } from "./event-row.ts";

/** What a filter sees of an event; its words only where it asked for them. */
export interface EventSeen {
  host: string;
  item: string;
  level: string;
  prev: string;
  flapping: string | null;
  text: string | null;
  reason: string | null;
}

/** All times are by the server's clock. */
export interface EventSearch {
  /** All that may be meant, canonical; absent: any. What `isMeant` says of them counts. */
  hosts?: readonly string[] | undefined;
  item?: string | undefined;
  isMeant(event: EventSeen): boolean;
  /** Whether `isMeant` looks at the words beside the value. */
  readsWords: boolean;
  from_s?: number | undefined;
  /** Exclusive. */
  to_s?: number | undefined;
  /** Only what is older, or newer, than that; newer ones come oldest first. */
  before?: EventCursor | undefined;
  after?: EventCursor | undefined;
  count: number;
  /** So many are looked at, whether they are meant or not. */
  looks: number;
}

export interface SearchEnd {
  looked: number;
  /** Where to go on; absent where all were looked at. */
  goOn?: EventCursor;
  /** It gave up before there was one more than `count`. */
  gaveUp: boolean;
}

/** A row as it is read: `seq` and `at` are its place in the order. */
type Row = [seq: number, at: number, host: string, item: string, level: string, prev: string, ...(string | null)[]];
interface Place {
  at: number;
  seq: number;
}

/** Read at a time, by all walks together. */
const ROWS_PER_READ = 500;
const FIRST: Place = { at: -Number.MAX_VALUE, seq: 0 };
const LAST: Place = { at: Number.MAX_VALUE, seq: Number.MAX_SAFE_INTEGER };

/** Events that are meant; undefined between two stretches. Throws StoreError. */
export function* searchEvents(
  file: string,
  db: Database,
  search: EventSearch,
): Generator<PlacedEvent | undefined, SearchEnd> {
  const whole = guarded(file, () => db.query("SELECT * FROM event WHERE seq = ?"));
  let looked = 0;
  let found = 0;
  let shown: EventCursor | undefined;
  for (const row of merged(file, db, search)) {
    if (!row) {
      yield undefined;
      continue;
    }
    const isOne = search.isMeant(seen(row));
    if (isOne && found === search.count) return { looked, ...(shown ? { goOn: shown } : {}), gaveUp: false };
    looked++;
    if (isOne) {
      const [event] = guarded(file, () => whole.all(row[0])) as EventRow[];
      if (!event) continue; // forgotten meanwhile
      found++;
      shown = { at_s: event.at, id: event.id };
      yield placed(event);
    }
    if (looked >= search.looks) {
      const { id } = (guarded(file, () => whole.get(row[0])) as EventRow | null) ?? { id: "forgotten" };
      return { looked, goOn: { at_s: row[1], id }, gaveUp: true };
    }
  }
  return { looked, gaveUp: false };
}

function seen([, , host, item, level, prev, flapping = null, text = null, reason = null]: Row): EventSeen {
  return { host, item, level, prev, flapping, text, reason };
}

/** All rows that may be meant, in order; undefined behind each read. */
function* merged(file: string, db: Database, search: EventSearch): Generator<Row | undefined> {
  const { hosts } = search;
  // Few hosts are walked each for itself: what all others have between them need not be looked at.
  const each = hosts && hosts.length <= EVENT_HOSTS_WALKED_MAX ? hosts : [undefined];
  const rows = Math.max(16, Math.ceil(ROWS_PER_READ / Math.max(1, each.length)));
  const walks = each.map((host) => new Walk(file, db, search, host, rows));
  const isFirst = search.after
    ? (a: Row, b: Row) => a[1] < b[1] || (a[1] === b[1] && a[0] < b[0])
    : (a: Row, b: Row) => a[1] > b[1] || (a[1] === b[1] && a[0] > b[0]);
  for (;;) {
    let best: Walk | undefined;
    for (const walk of walks) {
      if (walk.next === undefined && walk.read()) yield undefined;
      if (walk.next && (!best?.next || isFirst(walk.next, best.next))) best = walk;
    }
    if (!best?.next) return;
    yield best.next;
    best.skip();
  }
}

/** The rows of one host, or of all, from a place on. */
class Walk {
  private rows: Row[] = [];
  private at = 0;
  private isOver = false;
  private place: Place;
  private readonly file: string;
  private readonly select: (place: Place) => Row[];
  private readonly size: number;

  constructor(file: string, db: Database, search: EventSearch, host: string | undefined, size: number) {
    this.file = file;
    this.size = size;
    this.place = guarded(file, () => startOf(db, search));
    const { item, after } = search;
    const end_s = after ? (search.to_s ?? LAST.at) : (search.from_s ?? FIRST.at);
    const conditions = [after ? "(at, seq) > (?1, ?2) AND at < ?3" : "(at, seq) < (?1, ?2) AND at >= ?3"];
    if (host !== undefined) conditions.push("host = ?4");
    if (item !== undefined) conditions.push("item = ?5");
    const order = after ? "at, seq" : "at DESC, seq DESC";
    const words = search.readsWords ? ", text, reason" : "";
    const statement = guarded(file, () =>
      db.query(
        `SELECT seq, at, host, item, level, prev, flapping${words} FROM event
         WHERE ${conditions.join(" AND ")} ORDER BY ${order} LIMIT ?6`,
      ),
    );
    this.select = ({ at, seq }) => statement.values(at, seq, end_s, host ?? null, item ?? null, size) as Row[];
  }

  get next(): Row | undefined {
    return this.rows[this.at];
  }

  skip(): void {
    this.at++;
  }

  /** Reads more, where there is any; whether it had to. */
  read(): boolean {
    if (this.isOver) return false;
    this.rows = guarded(this.file, () => this.select(this.place));
    this.at = 0;
    this.isOver = this.rows.length < this.size;
    const [seq, at] = this.rows.at(-1) ?? [];
    if (seq !== undefined && at !== undefined) this.place = { at, seq };
    return true;
  }
}

function startOf(db: Database, { before, after, from_s, to_s }: EventSearch): Place {
  const cursor = after ?? before;
  const there = cursor && (db.query("SELECT at, seq FROM event WHERE id = ?").get(cursor.id) as Place | null);
  const place = there ?? (cursor && { at: cursor.at_s, seq: LAST.seq });
  if (after) {
    const first = from_s === undefined ? FIRST : { at: from_s, seq: 0 };
    return place && place.at >= first.at ? place : first;
  }
  const last = to_s === undefined ? LAST : { at: to_s, seq: 0 };
  return place && place.at < last.at ? place : last;
}
