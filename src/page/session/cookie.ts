// The cookie of a session: whose it is, since when, under which password; signed. Pure.

import { COOKIE_CHARS_MAX, COOKIES_LOOKED_MAX, SESSION_LASTS_S } from "../../core/limits.ts";
import { isName } from "../../core/names.ts";
import { isSame, signature } from "./signing.ts";

export interface Session {
  user: string;
  /** When the cookie was made; seconds since the epoch. */
  issued_s: number;
  /** That of the password by which somebody logged in. */
  generation: string;
  /** The same for as long as the session lasts, however often its cookie is renewed. */
  nonce: string;
}

const USE = "dmon session 1";
const FORM_USE = "dmon form 1";
/** A clock that was set back a little ends no session. */
const AHEAD_S_MAX = 300;

/**
 * A cookie that only HTTPS carries has a name of its own: a browser that has it lets no plain HTTP replace it, and whoever logs in
 * there would stay logged out without a word. `__Host-` would want Path=/, and we know no path (docs/pages.md).
 */
export function cookieName(base: string, isSecure: boolean): string {
  return isSecure ? `__Secure-${base}` : base;
}
export const SESSION_COOKIE = "dmon_session";

export function sealSession({ user, issued_s, generation, nonce }: Session, key: Uint8Array): string {
  const body = Buffer.from(JSON.stringify([user, Math.floor(issued_s), generation, nonce])).toString("base64url");
  return `${body}.${signature(key, USE, body)}`;
}

/** The session that we signed, while it lasts; undefined for anything else. */
export function openSession(text: string, key: Uint8Array, now_s: number): Session | undefined {
  const [body = "", seal = "", ...more] = text.split(".");
  if (text.length > COOKIE_CHARS_MAX || more.length > 0 || !isSame(seal, signature(key, USE, body))) return undefined;
  const [user, issued_s, generation, nonce] = JSON.parse(Buffer.from(body, "base64url").toString()) as [
    string,
    number,
    string,
    string,
  ];
  const age_s = now_s - issued_s;
  if (age_s > SESSION_LASTS_S || age_s < -AHEAD_S_MAX || !isName(user)) return undefined;
  return { user, issued_s, generation, nonce };
}

/** What a form of this session has in it, so that no other site can send one. */
export function formToken({ nonce }: Pick<Session, "nonce">, key: Uint8Array): string {
  return signature(key, FORM_USE, nonce);
}

/** All values of a cookie: that of a dmon at a shorter path of the same host comes too. */
export function cookiesOf(header: string | null, name: string): string[] {
  const found: string[] = [];
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at < 0 || part.slice(0, at).trim() !== name) continue;
    found.push(part.slice(at + 1).trim());
    if (found.length >= COOKIES_LOOKED_MAX) break;
  }
  return found;
}

/** Without Path it is of the path where the answer was: those at depth one set it for all pages, wherever a proxy has them. */
export function setCookie(name: string, value: string, isSecure: boolean, age_s?: number, site = "Lax"): string {
  const age = age_s === undefined ? "" : `; Max-Age=${age_s}`;
  return `${name}=${value}${age}; HttpOnly; SameSite=${site}${isSecure ? "; Secure" : ""}`;
}
