// The corner of each page that says who is logged in, or how to.

import { type Html, html } from "./html.ts";
import type { Viewer } from "./session/guest.ts";
import { loginHref } from "./session/return.ts";

export function account(guest: Viewer | undefined, url: URL | undefined): Html | null {
  if (!guest || !url) return null;
  const { session } = guest;
  if (session)
    return html`<a class="account" href="user" aria-label="${session.user}, your own page"><bdi>${session.user}</bdi></a>`;
  return html`<a class="account" href="${loginHref(guest, url)}">log in</a>`;
}

/** The same for all who are shown the same corner on a page. */
export function accountKey(guest: Viewer | undefined): string {
  if (!guest) return "";
  return guest.session ? `user ${guest.session.user}` : `login ${guest.caller.isSecure}`;
}
