// Which page a browser watches, by its address; and how that is made anew.

import { accountKey } from "../account.ts";
import { decodeSegments } from "../address.ts";
import { abandonedAt, withDeadline } from "../deadline.ts";
import { documentOf } from "../document.ts";
import type { Change, PageSource } from "../model.ts";
import { findRoute } from "../route.ts";
import type { Viewer } from "../session/guest.ts";
import { type AnyView, BadRequest, NotFound, type Opened, queryOf, type Sight, type Visit } from "../view.ts";
import { views } from "../views/index.ts";
import type { Draw } from "./channel.ts";

/** The page that `?at=` names, from the root of the pages. `name`: the same for all who are shown the same. Throws BadRequest and NotFound. */
export function watched({ query, guest }: Visit, source: PageSource): { name: string; draw: Draw } {
  const at = query.get("at");
  const url = at === null ? null : URL.parse(`http://pages/${at}`);
  const segments = url?.host === "pages" ? decodeSegments(url.pathname) : undefined;
  if (!url || !segments) throw new BadRequest("at= is the address of a page, from the root of all: host/mars");
  const match = findRoute(views, segments);
  if (!match) throw new NotFound("There is no page at this address.");
  const { route: view, params } = match;
  const shown = withoutOthers(url, view.query);
  // Of who came first: no more than all have in common who watch it.
  const viewer = guest && viewerOf(guest);
  const own = { params, query: shown.searchParams, url: shown, ...(viewer ? { guest: viewer } : {}) };
  // Whoever has logged in has a name in the corner.
  const name = [accountKey(viewer), ...segments.map(encodeURIComponent)].join("/");
  return { name: `${name}?${queryOf(shown.searchParams, view.query).toString()}`, draw: drawOf(view, own, source) };
}

function viewerOf({ door, caller: { isSecure }, session }: Viewer): Viewer {
  return { door, caller: { isSecure }, ...(session ? { session: { user: session.user } } : {}) };
}

/** Without what the page does not know; what stays is written as it was, for the page has links to itself. */
function withoutOthers(url: URL, keys: readonly string[]): URL {
  const shown = new URL(url);
  const isKnown = (part: string) => keys.some((key) => new URLSearchParams(part).has(key));
  shown.search = url.search.slice(1).split("&").filter(isKnown).join("&");
  shown.hash = "";
  return shown;
}

function drawOf(view: AnyView, own: Omit<Sight, "overview" | "fleet">, source: PageSource): Draw {
  let content: Opened | undefined;
  return (changed: Change | undefined) =>
    withDeadline(async (signal) => {
      const fleet = await source.fleet();
      const { overview } = fleet;
      const now: Sight = { ...own, overview, fleet };
      if (concerns(changed, now, view)) content = undefined; // also when it cannot be had now
      const open = content ? undefined : await view.load(now, abandonedAt(signal, source)).catch(none);
      return () => {
        try {
          if (open) content = open();
        } catch (error) {
          return none(error);
        }
        // The frame around it counts what is wrong anywhere.
        return content && { text: documentOf(content, now, view).text, seq: overview.seq ?? "" };
      };
    });
}

/** There is no such page any more. */
function none(error: unknown): undefined {
  if (!(error instanceof NotFound || error instanceof BadRequest)) throw error;
}

/** Whether a page may look otherwise: one of a host is of that host alone. */
function concerns(changed: Change | undefined, { params, fleet }: Sight, { ofEvents }: AnyView): boolean {
  if (!changed || changed.more) return true;
  if (params.tag === undefined) return ofEvents === undefined; // the server may have to search for them
  const host = fleet.find(params.tag)?.view.host;
  return host === undefined || changed.hosts.has(host);
}
