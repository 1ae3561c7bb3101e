// Sessions that were logged out although their cookies would still be good: by nonce, in a file, for as long as those last.

import { readFileSync } from "node:fs";
import { ENDED_PER_USER_MAX, PASSWORDS_BYTES_MAX, SESSION_LASTS_S } from "../../core/limits.ts";
import { isName } from "../../core/names.ts";
import { writeFileAtomic } from "../../process/files.ts";
import type { Session } from "./cookie.ts";

interface Ended {
  user: string;
  ends_s: number;
}

export class EndedSessions {
  private readonly path: string;
  private readonly say: (text: string) => void;
  private known: Map<string, Ended> | undefined;

  constructor(path: string, say: (text: string) => void) {
    this.path = path;
    this.say = say;
  }

  has(nonce: string): boolean {
    return this.all().has(nonce);
  }

  /** False where the user has ended so many that all sessions are to end instead: the list has a bound, and forgets none of them. */
  add({ user, nonce }: Session, now_s: number): boolean {
    const all = this.all();
    for (const [each, { ends_s }] of all) if (ends_s < now_s) all.delete(each);
    const own = [...all.values()].filter((each) => each.user === user).length;
    if (own >= ENDED_PER_USER_MAX) return false;
    // Somebody may have renewed the cookie just before.
    all.set(nonce, { user, ends_s: Math.ceil(now_s + SESSION_LASTS_S) });
    this.save();
    return true;
  }

  /** All sessions of the user ended in another way. */
  forget(user: string): void {
    const all = this.all();
    const before = all.size;
    for (const [nonce, each] of all) if (each.user === user) all.delete(nonce);
    if (all.size !== before) this.save();
  }

  private all(): Map<string, Ended> {
    this.known ??= this.read();
    return this.known;
  }

  private read(): Map<string, Ended> {
    const found = new Map<string, Ended>();
    for (const line of this.text().split("\n")) {
      const [nonce = "", user = "", ends = ""] = line.split(" ");
      if (/^[\w-]{22}$/.test(nonce) && isName(user) && /^\d{1,12}$/.test(ends))
        found.set(nonce, { user, ends_s: Number(ends) });
    }
    return found;
  }

  private text(): string {
    try {
      return readFileSync(this.path, "utf8").slice(0, PASSWORDS_BYTES_MAX);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.say(`${this.path}: ${(error as Error).message}`);
      return "";
    }
  }

  /** What cannot be written holds until the next start, and is said. */
  private save(): void {
    const lines = [...this.all()].map(([nonce, { user, ends_s }]) => `${nonce} ${user} ${ends_s}\n`);
    try {
      writeFileAtomic(this.path, lines.join(""), 0o600);
    } catch (error) {
      this.say(`${this.path}: ${(error as Error).message}; sessions that ended are known until the next start`);
    }
  }
}
