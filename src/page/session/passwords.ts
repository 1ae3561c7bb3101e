// The text of the file of passwords: one line a user. Pure.

import { isName } from "../../core/names.ts";

/** A user's password as it is kept. */
export interface Password {
  user: string;
  /** Argon2id, as PHC strings have it. */
  hash: string;
  /** Another one ends all sessions of the user. It never comes again, not even after the user was deleted. */
  generation: string;
  set_s: number;
}

/** One that is as costly as those of the file, and nobody's: who is no user is answered no sooner than who is. */
export const NOBODYS_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$QtAZ9BVRvCCdd2cm+gps5Kwaz/ZQ0VyCMTwPlsz1L+A$P26W36AjgGwxOnThTlFoCwWwFsUXt4ErBmExZasMDm8";

/** What each costs: OWASP's least for argon2id (19 MiB, two rounds), for it also runs on small hosts. */
const COST = { memory_kib: 19_456, rounds: 2 };
/** Costlier ones would let anybody stop the pages by asking for a login. */
const COST_MAX = { memory_kib: 65_536, rounds: 10, lanes: 4 };

const HEAD = `# Passwords of the pages, made by: dmon passwd USER. A line is: name, hash, generation (another ends all sessions), when it was set.
`;
const HASH = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const AGAIN = "set it anew with: dmon passwd";

export interface PasswordsRead {
  passwords: ReadonlyMap<string, Password>;
  /** What is wrong with lines, which let nobody in: `line 3: …`. */
  faults: string[];
}

export function parsePasswords(text: string): PasswordsRead {
  const passwords = new Map<string, Password>();
  const faults: string[] = [];
  const lines = new Map<string, number>();
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const found = parseLine(line);
    const user = nameOf(line);
    const before = lines.get(user);
    lines.set(user, i + 1);
    if (before !== undefined) {
      // Nobody knows which of them is meant, so it is neither.
      passwords.delete(user);
      faults.push(`line ${i + 1}: ${user.slice(0, 40)} is in line ${before} already; ${AGAIN} ${user.slice(0, 40)}`);
    } else if ("fault" in found) faults.push(`line ${i + 1}: ${found.fault}`);
    else passwords.set(user, found);
  }
  return { passwords, faults };
}

function parseLine(line: string): Password | { fault: string } {
  const [user = "", hash = "", generation = "", set = "", ...more] = line.split(" ");
  if (!isName(user)) return { fault: "it begins with no user's name" };
  if (more.length > 0 || set === "") return { fault: `${user} has not four words; ${AGAIN} ${user}` };
  const [, memory_kib, rounds, lanes] = HASH.exec(hash)?.map(Number) ?? [];
  if (memory_kib === undefined || rounds === undefined || lanes === undefined)
    return { fault: `the hash of ${user} is damaged; ${AGAIN} ${user}` };
  const isCheap = memory_kib < COST.memory_kib || rounds < COST.rounds || lanes < 1;
  const isDear = memory_kib > COST_MAX.memory_kib || rounds > COST_MAX.rounds || lanes > COST_MAX.lanes;
  if (isCheap || isDear) return { fault: `the hash of ${user} has a cost that is not ours; ${AGAIN} ${user}` };
  const set_s = TIME.test(set) ? Date.parse(set) / 1000 : Number.NaN;
  if (!/^[0-9a-f]{16}$/.test(generation) || Number.isNaN(set_s))
    return { fault: `generation or time of ${user} is damaged; ${AGAIN} ${user}` };
  return { user, hash, generation, set_s };
}

/** The text with another line for a user, or none; what is wrong with other lines stays for a person to see. */
export function withPassword(text: string, user: string, password: Password | undefined): string {
  const kept = text.split("\n").filter((line) => line !== "" && (line.startsWith("#") || nameOf(line) !== user));
  const line = password === undefined ? [] : [formatPassword(password)];
  const head = kept.some((each) => each.startsWith("#")) ? "" : HEAD;
  return `${head}${[...kept, ...line].join("\n")}\n`;
}

function formatPassword({ user, hash, generation, set_s }: Password): string {
  return `${user} ${hash} ${generation} ${new Date(set_s * 1000).toISOString().replace(/\.\d+/, "")}`;
}

function nameOf(line: string): string {
  return line.trim().split(/\s/, 1)[0] ?? "";
}

export function newGeneration(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex");
}

/** Takes 40 ms, in a thread of its own. */
export function hashPassword(password: string): Promise<string> {
  const { memory_kib, rounds } = COST;
  return Bun.password.hash(normal(password), { algorithm: "argon2id", memoryCost: memory_kib, timeCost: rounds });
}

export function verifyPassword(password: string, hash: string): Promise<boolean> {
  return Bun.password.verify(normal(password), hash);
}

/** The same letters on every keyboard (RFC 8265: `ü` is one sign or two). */
function normal(password: string): string {
  return password.normalize("NFC");
}
