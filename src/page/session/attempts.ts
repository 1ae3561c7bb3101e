// Who tries passwords too often waits longer and longer. Pure but for its memory; the clock is a parameter.
//
// Waits are of three kinds, and the longest one counts:
// - a user from one address: long (15 minutes). Whoever guesses one user's password from one host gets nowhere.
// - one address, whoever it tries: short (a minute). An office, or a proxy that nobody trusts, is many people behind one address.
// - one user, from anywhere: short. Guesses from a thousand hosts come at one a minute, 500,000 a year: a password that is not
//   among the first ones that everybody tries holds for that.
// The last two do not count where the user has logged in from that address before: so nobody who knows a name can keep its owner
// out of where they always work, and a newcomer's wait is a minute, not a day. A new password (`dmon passwd`) begins anew.

import {
  WRONG_FREE,
  WRONG_FREE_WIDE,
  WRONG_KEPT_MAX,
  WRONG_KEPT_S,
  WRONG_WAIT_S_MAX,
  WRONG_WAIT_S_MIN,
  WRONG_WAIT_WIDE_S_MAX,
} from "../../core/limits.ts";

interface Wrong {
  count: number;
  last_s: number;
  /** Attempts that were ever counted here. */
  booked: number;
}

interface Bounds {
  free: number;
  wait_s_max: number;
}

const NARROW: Bounds = { free: WRONG_FREE, wait_s_max: WRONG_WAIT_S_MAX };
const WIDE: Bounds = { free: WRONG_FREE_WIDE, wait_s_max: WRONG_WAIT_WIDE_S_MAX };

/** An attempt that may be made. It counts as wrong until it was right, so that a thousand at once are a thousand wrong ones. */
export interface Attempt {
  right(): void;
  /** Nobody looked at the password after all. */
  never(): void;
}

export class Attempts {
  private readonly now_s: () => number;
  private readonly pairs = new Map<string, Wrong>();
  private readonly addresses = new Map<string, Wrong>();
  private readonly users = new Map<string, Wrong>();
  /** From where users have logged in, and when. */
  private readonly known = new Map<string, number>();

  /** `now_s` only goes forward. */
  constructor(now_s: () => number) {
    this.now_s = now_s;
  }

  /** The attempt, or after how many seconds one may be made. `user` is any text, the same for the same password. */
  begin(user: string, address: string): Attempt | { wait_s: number } {
    const now_s = this.now_s();
    const pair = `${user}\0${address}`;
    const isKnown = this.known.has(pair);
    const wait_s = Math.max(
      waitOf(this.pairs.get(pair), NARROW, now_s),
      isKnown ? 0 : waitOf(this.addresses.get(address), WIDE, now_s),
      isKnown ? 0 : waitOf(this.users.get(user), WIDE, now_s),
    );
    if (wait_s > 0) return { wait_s: Math.ceil(wait_s) };
    const books: [Map<string, Wrong>, string][] = [
      [this.pairs, pair],
      [this.addresses, address],
      [this.users, user],
    ];
    const undo = books.map(([book, key]) => count(book, key, now_s));
    const never = () => {
      for (const back of undo) back();
    };
    return {
      never,
      right: () => {
        never();
        // Not those of the address: who has one password would guess others for ever with it.
        this.pairs.delete(pair);
        touch(this.known, pair, now_s);
      },
    };
  }
}

function waitOf(wrong: Wrong | undefined, { free, wait_s_max }: Bounds, now_s: number): number {
  if (!wrong || wrong.count < free || now_s - wrong.last_s > WRONG_KEPT_S) return 0;
  const wait_s = Math.min(wait_s_max, WRONG_WAIT_S_MIN * 2 ** Math.min(30, wrong.count - free));
  return Math.max(0, wrong.last_s + wait_s - now_s);
}

/** One more; returns what takes it back. */
function count(book: Map<string, Wrong>, key: string, now_s: number): () => void {
  const before = book.get(key);
  const isOver = before === undefined || now_s - before.last_s > WRONG_KEPT_S;
  const wrong = isOver ? { count: 0, last_s: now_s, booked: 0 } : before;
  const { last_s } = wrong;
  const own = ++wrong.booked;
  wrong.count++;
  wrong.last_s = now_s;
  touch(book, key, wrong);
  return () => {
    wrong.count--;
    if (wrong.booked === own) wrong.last_s = last_s;
    if (wrong.count === 0 && book.get(key) === wrong) book.delete(key);
  };
}

/** What was touched last is the last to go. */
function touch<T>(book: Map<string, T>, key: string, value: T): void {
  book.delete(key);
  book.set(key, value);
  if (book.size <= WRONG_KEPT_MAX) return;
  const [oldest] = book.keys();
  if (oldest !== undefined) book.delete(oldest);
}
