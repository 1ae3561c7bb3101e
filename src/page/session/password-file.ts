// The file of passwords on disk: read when it changed, so that `dmon passwd` needs no reload; written as a whole by one at a time.

import { closeSync, fchownSync, fstatSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { PASSWORDS_BYTES_MAX } from "../../core/limits.ts";
import { writeFileAtomic } from "../../process/files.ts";
import { lockFile } from "../../process/libc.ts";
import { newGeneration, type Password, type PasswordsRead, parsePasswords, withPassword } from "./passwords.ts";

/** Whoever writes the file does so within a moment. */
const LOCK_MS_MAX = 2_000;
const NONE: PasswordsRead = { passwords: new Map(), faults: [] };

export class PasswordFile {
  readonly path: string;
  private readonly say: (text: string) => void;
  private seen = "";
  private read: PasswordsRead = NONE;

  /** `say` is told once what is wrong with the file. */
  constructor(path: string, say: (text: string) => void) {
    this.path = path;
    this.say = say;
  }

  /** A user's; undefined where there is none that lets anybody in. */
  get(user: string): Password | undefined {
    return this.current().passwords.get(user);
  }

  /** Whether anybody has one. */
  get isEmpty(): boolean {
    return this.current().passwords.size === 0;
  }

  get faults(): readonly string[] {
    return this.current().faults;
  }

  /** Sets a password, which ends all sessions of the user; returns what is kept. Throws the system's error. */
  set(user: string, hash: string, now_s: number): Password {
    const password = { user, hash, generation: newGeneration(), set_s: now_s };
    this.rewrite((text) => withPassword(text, user, password));
    return password;
  }

  /** Ends all sessions of a user: the same password, another generation. Throws the system's error. */
  renew(user: string): Password | undefined {
    let renewed: Password | undefined;
    this.rewrite((text) => {
      const found = parsePasswords(text).passwords.get(user);
      if (!found) return text;
      renewed = { ...found, generation: newGeneration() };
      return withPassword(text, user, renewed);
    });
    return renewed;
  }

  /** False where there was none. Throws the system's error. */
  drop(user: string): boolean {
    let had = false;
    this.rewrite((text) => {
      const after = withPassword(text, user, undefined);
      had = after.split("\n").length < text.split("\n").length;
      return had ? after : text;
    });
    return had;
  }

  private current(): PasswordsRead {
    const stat = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    const now = stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : "none";
    if (now === this.seen) return this.read;
    this.read = stat ? this.load(Number(stat.size), Number(stat.mode)) : NONE;
    this.seen = now;
    return this.read;
  }

  private load(size: number, mode: number): PasswordsRead {
    try {
      if (size > PASSWORDS_BYTES_MAX) throw new Error(`it is larger than ${PASSWORDS_BYTES_MAX} bytes`);
      const read = parsePasswords(readFileSync(this.path, "utf8"));
      for (const fault of read.faults) this.say(`${this.path}: ${fault}; nobody logs in by it`);
      if ((mode & 0o077) !== 0) this.say(`${this.path}: others may read it; run: chmod 600 ${this.path}`);
      return read;
    } catch (error) {
      const fault = (error as Error).message;
      this.say(`${this.path}: ${fault}; nobody can log in`);
      return { passwords: new Map(), faults: [fault] };
    }
  }

  private rewrite(change: (text: string) => string): void {
    const directory = dirname(this.path);
    mkdirSync(directory, { recursive: true });
    const fd = openSync(`${this.path}.lck`, "a", 0o600);
    try {
      const { uid, gid } = statSync(directory);
      const isOthers = process.geteuid?.() === 0 && uid !== 0;
      if (isOthers) fchownSync(fd, uid, gid);
      waitForLock(fd, this.path);
      const before = textOf(this.path);
      const after = change(before);
      // Root sets one for a daemon that runs as somebody else: theirs is the directory.
      if (after !== before) writeFileAtomic(this.path, after, 0o600, (file) => isOthers && fchownSync(file, uid, gid));
    } finally {
      closeSync(fd); // the lock goes with it
    }
  }
}

function waitForLock(fd: number, path: string): void {
  const deadline = performance.now() + LOCK_MS_MAX;
  while (!lockFile(fd)) {
    if (performance.now() > deadline) throw new Error(`somebody else is writing ${path}; try again`);
    Bun.sleepSync(5);
  }
}

function textOf(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
  try {
    if (fstatSync(fd).size > PASSWORDS_BYTES_MAX)
      throw new Error(`${path} is larger than ${PASSWORDS_BYTES_MAX} bytes`);
    return readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}
