// The answer that is a page: a whole document with its headers.

import { account } from "./account.ts";
import { SECURITY_HEADERS } from "./answer.ts";
import { GRAPHS_URL, SCRIPT_URL, STYLE_URL } from "./assets.ts";
import type { Html } from "./html.ts";
import { layout, REFRESH_S } from "./layout.ts";
import type { Viewer } from "./session/guest.ts";
import type { AnyView, Sight, Visit } from "./view.ts";
import { views } from "./views/index.ts";
import { type Trouble, troubleMain } from "./views/trouble.ts";

/** Without the server's answer a page asks again so soon. */
export const PLAIN_REFRESH_S = 10;

const PAGE_HEADERS = {
  ...SECURITY_HEADERS,
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'",
  "X-Frame-Options": "DENY",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

const NAV = views.flatMap(({ path, nav }) => (nav === undefined ? [] : [{ path, nav }]));

/** What a page is of: the content of <main>, and what it is called. */
export interface Content {
  title: string;
  main: Html;
}

/** A page, with what all of them show to who may read; `view` is the one that it is of, if any. */
export function pageAnswer(
  status: number,
  content: Content,
  sight: Sight & Pick<Visit, "outside">,
  view?: AnyView,
): Response {
  if (sight.outside) return plainPage(status, content, sight);
  return new Response(documentOf(content, sight, view).text, { status, headers: PAGE_HEADERS });
}

/** The whole document of a page. */
export function documentOf({ title, main }: Content, sight: Sight, view?: AnyView): Html {
  return layout({
    title,
    main,
    nav: NAV,
    url: sight.url,
    account: account(sight.guest, sight.url),
    fleet: sight.fleet,
    styleUrl: STYLE_URL,
    scripts: view?.graphs ? [SCRIPT_URL, GRAPHS_URL] : [SCRIPT_URL],
    version: sight.overview.version,
    ...(view ? { here: view.path, refresh_s: REFRESH_S } : {}),
  });
}

/** What went wrong, as a page; without the sight, with nothing that only the server knows. */
export function troublePage(found: Trouble, sight: Sight | undefined, url?: URL, guest?: Viewer): Response {
  const title = found.title ?? found.heading;
  const page = { title, main: troubleMain(found) };
  if (sight) return pageAnswer(found.status, page, sight);
  return plainPage(found.status, page, { url, guest });
}

/** A page with nothing that only the server knows. */
export function plainPage(
  status: number,
  page: { title: string; main: Html },
  { url, guest }: { url: URL | undefined; guest?: Viewer | undefined },
): Response {
  const document = layout({
    ...page,
    nav: NAV,
    ...(url ? { url } : {}),
    account: account(guest, url),
    styleUrl: STYLE_URL,
    scripts: [SCRIPT_URL],
    version: "",
    ...(status === 503 ? { refresh_s: PLAIN_REFRESH_S } : {}),
  });
  return new Response(document.text, { status, headers: PAGE_HEADERS });
}

/** Somewhere else; `location` is relative to the address of the request. */
export function redirect(status: 303 | 308, location: string): Response {
  return new Response(null, { status, headers: { ...PAGE_HEADERS, Location: location } });
}
