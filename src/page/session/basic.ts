// Passwords that programs send with each request (RFC 7617). One that was right is known for some minutes by an HMAC under a key of
// this process, so that a scrape each 15 s costs no hash.

import { AUTHORIZATION_CHARS_MAX, BASIC_KEPT_MAX, BASIC_KEPT_S } from "../../core/limits.ts";
import { signature } from "./signing.ts";

export interface Credentials {
  user: string;
  password: string;
}

/** What WWW-Authenticate asks for. */
export const BASIC_CHALLENGE = 'Basic realm="dmon", charset="UTF-8"';

/** Undefined where the header has none. */
export function credentialsOf(header: string | null): Credentials | undefined {
  if (header === null || header.length > AUTHORIZATION_CHARS_MAX) return undefined;
  const [, code = ""] = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header) ?? [];
  const text = Buffer.from(code, "base64").toString("utf8");
  const at = text.indexOf(":");
  return at < 0 ? undefined : { user: text.slice(0, at), password: text.slice(at + 1) };
}

export class KnownCredentials {
  private readonly key = crypto.getRandomValues(new Uint8Array(32));
  private readonly until = new Map<string, number>();
  private readonly now_s: () => number;

  /** `now_s` only goes forward. */
  constructor(now_s: () => number) {
    this.now_s = now_s;
  }

  /** With another generation nothing is known any more: the password may be another one. */
  has(credentials: Credentials, generation: string): boolean {
    return (this.until.get(this.sign(credentials, generation)) ?? 0) > this.now_s();
  }

  add(credentials: Credentials, generation: string): void {
    const mark = this.sign(credentials, generation);
    this.until.delete(mark);
    this.until.set(mark, this.now_s() + BASIC_KEPT_S);
    if (this.until.size <= BASIC_KEPT_MAX) return;
    const [oldest] = this.until.keys();
    if (oldest !== undefined) this.until.delete(oldest);
  }

  private sign({ user, password }: Credentials, generation: string): string {
    return signature(this.key, "dmon basic 1", JSON.stringify([user, generation, password]));
  }
}
