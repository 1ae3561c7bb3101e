// Where to go on after the login: an address of our own, or the front page. Pure.

import { URL_CHARS_MAX } from "../../core/limits.ts";
import { decodeSegments } from "../address.ts";
import type { Viewer } from "./guest.ts";

/** Nobody is; what is read is told apart from it. */
const NOWHERE = "http://nowhere.invalid";

/** Relative to the root of the pages, and never anybody else's: `./host/mars?x=y`. */
export function safeReturn(to: string | null): string {
  if (to === null || to.length > URL_CHARS_MAX) return "./";
  const url = URL.parse(`${NOWHERE}/${to}`);
  const segments = url && decodeSegments(url.pathname);
  if (!url || url.origin !== NOWHERE || !segments) return "./";
  const isPlain = segments.every((word, i) => !/[\\/]/.test(word) && (word !== "" || i === segments.length - 1));
  if (!isPlain || ["login", "logout", "act"].includes(segments[0] ?? "")) return "./";
  return `.${url.pathname}${url.search}`;
}

/** The login, and behind it the address where somebody is now; relative to the root. */
export function loginHref({ caller, door }: Viewer, url: URL): string {
  const to = safeReturn(`${url.pathname.slice(1)}${url.search}`).slice(2);
  const { pageSec } = door;
  // A password is not to go over the network in the clear where there is another way.
  const base = pageSec?.protocol === "https:" && !caller.isSecure ? `${pageSec.href.replace(/\/*$/, "")}/` : "";
  return `${base}login${to === "" ? "" : `?to=${encodeURIComponent(to)}`}`;
}
