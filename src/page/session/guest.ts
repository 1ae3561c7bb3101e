// Who makes a request, and whether they may come in.

import { SESSION_LASTS_S } from "../../core/limits.ts";
import type { Prefix } from "../../core/prefix.ts";
import { rootOf } from "../address.ts";
import { type Caller, callerOf } from "../caller.ts";
import type { AnyRoute } from "../route.ts";
import { BASIC_CHALLENGE, credentialsOf } from "./basic.ts";
import { cookieName, cookiesOf, SESSION_COOKIE, type Session, setCookie } from "./cookie.ts";
import type { Logins } from "./logins.ts";

/** How people come in to these pages. */
export interface Door {
  logins: Logins;
  /** Whether reading needs a login, too. */
  isClosed: boolean;
  proxies: readonly Prefix[];
  /** The pages' address for people elsewhere. */
  pageSec?: URL | undefined;
}

/** What a page shows of who looks at it. */
export interface Viewer {
  door: Door;
  caller: Pick<Caller, "isSecure">;
  session?: Pick<Session, "user">;
}

export interface Guest extends Viewer {
  caller: Caller;
  /** Absent for who has not logged in. */
  session?: Session;
}

export function guestOf({ headers }: Request, peer: string, door: Door): Guest {
  const { proxies, pageSec, logins } = door;
  const caller = callerOf({ headers }, { peer, proxies, pageSec });
  const cookies = cookiesOf(headers.get("Cookie"), cookieName(SESSION_COOKIE, caller.isSecure));
  const session = cookies.length === 0 ? undefined : logins.sessionOf(cookies);
  return { caller, door, ...(session ? { session } : {}) };
}

/** Whether somebody who came in still may: the session may have ended elsewhere, the password may be another one. */
export function isStillOpen({ door, caller, session }: Guest, { headers }: Request): boolean {
  if (!session) {
    const credentials = credentialsOf(headers.get("Authorization"));
    return credentials !== undefined && door.logins.knows(credentials);
  }
  return (
    door.logins.sessionOf(cookiesOf(headers.get("Cookie"), cookieName(SESSION_COOKIE, caller.isSecure))) !== undefined
  );
}

/** Why somebody may not come in. */
export type Closed =
  | { why: "login" }
  | { why: "password"; headers: Record<string, string> }
  | { why: "wait"; headers: Record<string, string>; wait_s: number };

/** Who may read; programs send name and password with each request. Undefined: come in. */
export async function closedTo(
  { door, caller, session }: Guest,
  request: Request,
  route: Pick<AnyRoute, "open" | "for"> | undefined,
): Promise<Closed | undefined> {
  if (!door.isClosed || route?.open || session) return undefined;
  const credentials = credentialsOf(request.headers.get("Authorization"));
  // A challenge to a script would open the browser's own window for passwords.
  if (!credentials && route?.for === "script") return { why: "password", headers: {} };
  if (!credentials) return route?.for === "programs" ? challenge() : { why: "login" };
  const found = await door.logins.program(credentials, caller.address);
  if ("user" in found) return undefined;
  if (found.refused === "wrong") return challenge();
  return { why: "wait", wait_s: found.wait_s, headers: { "Retry-After": String(found.wait_s) } };
}

function challenge(): Closed {
  return { why: "password", headers: { "WWW-Authenticate": BASIC_CHALLENGE } };
}

/** The header that begins a session, or makes it last. */
export function sessionCookie({ caller, door }: Guest, session: Session): string {
  const name = cookieName(SESSION_COOKIE, caller.isSecure);
  return setCookie(name, door.logins.seal(session), caller.isSecure, SESSION_LASTS_S);
}

/** The header by which a browser forgets its session. */
export function noCookie({ caller }: Guest): string {
  return setCookie(cookieName(SESSION_COOKIE, caller.isSecure), "", caller.isSecure, 0);
}

/**
 * Makes a session that is used last longer. Only with answers at the depth of the root: a cookie without Path is for the directory
 * of the answer.
 */
export function renew(response: Response, guest: Guest, url: URL): void {
  const renewed = guest.session && rootOf(url) === "./" ? guest.door.logins.renewed(guest.session) : undefined;
  if (renewed && !response.headers.has("Set-Cookie"))
    response.headers.append("Set-Cookie", sessionCookie(guest, renewed));
}

/** All names by which a form of ours may say that it comes from us. */
export function hostsOf({ caller, door }: Guest): string[] {
  const { forwardedHost } = caller;
  return [...(forwardedHost === undefined ? [] : [forwardedHost]), ...(door.pageSec ? [door.pageSec.host] : [])];
}
