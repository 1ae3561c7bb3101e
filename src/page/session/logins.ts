// Who may come in: users of the work with a password, by a session or, for programs, by name and password with each request.

import { HASHES_AT_ONCE, HASHES_WAITING_MAX, PASSWORD_CHARS_MAX, SESSION_RENEWED_S } from "../../core/limits.ts";
import { isName } from "../../core/names.ts";
import { hostOfAddress } from "../../core/prefix.ts";
import { Attempts } from "./attempts.ts";
import { type Credentials, KnownCredentials } from "./basic.ts";
import { formToken, openSession, type Session, sealSession } from "./cookie.ts";
import type { EndedSessions } from "./ended.ts";
import type { PasswordFile } from "./password-file.ts";
import { hashPassword, NOBODYS_HASH, type Password, verifyPassword } from "./passwords.ts";
import { newNonce } from "./signing.ts";
import { Busy, Turns } from "./turns.ts";

/** Why an attempt came to nothing; the same for a wrong user as for a wrong password. */
export type Refused = { refused: "wrong" } | { refused: "wait"; wait_s: number };

export interface LoginsOptions {
  /** Those of the work; undefined while there is no work, or one that does not say. */
  users(): readonly string[] | undefined;
  passwords: PasswordFile;
  ended: EndedSessions;
  /** That of cgi-secret. */
  key: Uint8Array;
  clock: { now_s(): number; mono_ms(): number };
  log: (line: string) => void;
  /** Tests need not take 40 ms for each password. */
  verify?: (password: string, hash: string) => Promise<boolean>;
}

/** Whoever is told to come again because too many are there. */
const BUSY_WAIT_S = 5;

export class Logins {
  private readonly options: LoginsOptions;
  private readonly attempts: Attempts;
  private readonly known: KnownCredentials;
  private readonly turns = new Turns(HASHES_AT_ONCE, HASHES_WAITING_MAX);

  constructor(options: LoginsOptions) {
    const mono_s = () => options.clock.mono_ms() / 1000;
    this.options = options;
    this.attempts = new Attempts(mono_s);
    this.known = new KnownCredentials(mono_s);
  }

  /** Why nobody can log in, and what would be right; undefined where somebody can. */
  get fault(): string | undefined {
    const users = this.options.users();
    if (users === undefined)
      return "The work-config of this dmon was made by an older mk-work, which left out the users. On the server, run: dmon mk-work -f";
    if (users.length === 0)
      return "The work-config has no users. On the server, add to it: user NAME MAIL, and run: dmon mk-work -f";
    const { isEmpty, faults } = this.options.passwords;
    if (!isEmpty) return undefined;
    if (faults.length > 0) return "The file of passwords is damaged; the log of dmon says where.";
    return "Nobody has a password yet. On this host, run: dmon passwd USER";
  }

  /** The session of one of these cookies: its user is in the work, and has the same password. */
  sessionOf(cookies: readonly string[]): Session | undefined {
    const { key, clock, ended } = this.options;
    for (const text of cookies) {
      const session = openSession(text, key, clock.now_s());
      if (!session || ended.has(session.nonce)) continue;
      if (this.passwordOf(session.user)?.generation === session.generation) return session;
    }
    return undefined;
  }

  seal(session: Session): string {
    return sealSession(session, this.options.key);
  }

  /** What forms of a session have in them. */
  tokenOf(session: Pick<Session, "nonce">): string {
    return formToken(session, this.options.key);
  }

  /** The same session with a cookie that lasts longer, where it is time for that. */
  renewed(session: Session): Session | undefined {
    const now_s = this.options.clock.now_s();
    return now_s - session.issued_s < SESSION_RENEWED_S ? undefined : { ...session, issued_s: now_s };
  }

  async login(credentials: Credentials, address: string): Promise<Session | Refused> {
    const tried = await this.tried(credentials, address);
    if ("refused" in tried) return tried;
    this.options.log(`${tried.user} logs in from ${address}`);
    return this.begin(tried);
  }

  /** A program's; one that was right a moment ago is right. */
  async program(credentials: Credentials, address: string): Promise<{ user: string } | Refused> {
    const { user } = credentials;
    if (this.knows(credentials)) return { user };
    const tried = await this.tried(credentials, address);
    if ("refused" in tried) return tried;
    this.known.add(credentials, tried.generation);
    return { user };
  }

  /** Whether a program's were right some minutes ago, and still are those of a user. */
  knows(credentials: Credentials): boolean {
    const generation = this.passwordOf(credentials.user)?.generation;
    return generation !== undefined && this.known.has(credentials, generation);
  }

  /** Ends one session. */
  logout(session: Session): void {
    const { ended, clock, log } = this.options;
    if (!ended.add(session, clock.now_s())) this.endAll(session.user);
    log(`${session.user} logs out`);
  }

  /** Ends all sessions of a user. Throws the system's error. */
  endAll(user: string): void {
    this.options.passwords.renew(user);
    this.options.ended.forget(user);
    this.options.log(`all sessions of ${user} end`);
  }

  /** Another password: all sessions end, and a new one begins. Throws the system's error. */
  async change(user: string, password: string): Promise<Session> {
    const { passwords, ended, clock, log } = this.options;
    const hash = await this.turns.take(() => hashPassword(password));
    const kept = passwords.set(user, hash, clock.now_s());
    ended.forget(user);
    log(`${user} has another password`);
    return this.begin(kept);
  }

  /** Whether a password is a user's. All that looks at passwords goes this way. */
  async tried({ user, password }: Credentials, address: string): Promise<Password | Refused> {
    const name = isName(user) ? user : "";
    const kept = this.passwordOf(name);
    const host = hostOfAddress(address);
    const attempt = this.attempts.begin(`${name} ${kept?.generation ?? ""}`, host);
    if ("wait_s" in attempt) return { refused: "wait", wait_s: attempt.wait_s };
    try {
      const { verify = verifyPassword } = this.options;
      const given = password.slice(0, PASSWORD_CHARS_MAX + 1);
      const isRight = await this.turns.take(() => verify(given, kept?.hash ?? NOBODYS_HASH));
      if (isRight && kept && password.length <= PASSWORD_CHARS_MAX) {
        attempt.right();
        return kept;
      }
    } catch (error) {
      attempt.never();
      if (error instanceof Busy) return { refused: "wait", wait_s: BUSY_WAIT_S };
      throw error;
    }
    // Who is no user may be a password in the wrong field.
    const isUser = this.options.users()?.includes(name) === true;
    this.options.log(`a wrong password for ${isUser ? name : "nobody of the work"} from ${address}`);
    return { refused: "wrong" };
  }

  private begin({ user, generation }: Password): Session {
    return { user, generation, issued_s: this.options.clock.now_s(), nonce: newNonce() };
  }

  /** Of a user of the work. */
  private passwordOf(user: string): Password | undefined {
    return this.options.users()?.includes(user) ? this.options.passwords.get(user) : undefined;
  }
}
