// What browsers ask for while a page is open: a stream of its changes (`live`), and its text as a whole (`live/text`).

import { accountKey } from "../account.ts";
import { decodeSegments } from "../address.ts";
import { SECURITY_HEADERS } from "../answer.ts";
import { documentOf } from "../document.ts";
import type { Draw } from "../live/channel.ts";
import { LiveCrowded } from "../live/live.ts";
import type { Change, PageSource } from "../model.ts";
import { findRoute, type Route } from "../route.ts";
import { isStillOpen } from "../session/guest.ts";
import { type AnyView, BadRequest, NotFound, type Visit } from "../view.ts";
import { views } from "../views/index.ts";

const HEADERS = { ...SECURITY_HEADERS, "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store" };

export const stream: Route = {
  path: "/live",
  for: "script",
  methods: ["GET"],
  answer(visit, source, { live }) {
    if (!live) throw new NotFound("Nothing tells of changes here.");
    const { name, draw } = watched(visit, source);
    try {
      return new Response(whileOpen(live.open(name, draw), visit), {
        headers: { ...HEADERS, "Content-Type": "text/event-stream" },
      });
    } catch (error) {
      if (error instanceof LiveCrowded) return crowded(error);
      throw error;
    }
  },
};

export const text: Route = {
  path: "/live/text",
  for: "script",
  async answer(visit, source, { live }) {
    if (!live) throw new NotFound("Nothing tells of changes here.");
    const { name, draw } = watched(visit, source);
    const made = await live.text(name, draw);
    if (!made) throw new NotFound("There is no such page any more.");
    const tag = `"${made.version}"`;
    const headers = { ...HEADERS, "Content-Type": "text/plain; charset=utf-8", ETag: tag, "X-Seq": made.seq };
    if (visit.request.headers.get("If-None-Match") === tag) return new Response(null, { status: 304, headers });
    return new Response(made.lines.join("\n"), { headers });
  },
};

function crowded({ message }: LiveCrowded): Response {
  return new Response(`${message}\n`, {
    status: 503,
    headers: { ...HEADERS, "Content-Type": "text/plain; charset=utf-8", "Retry-After": "60" },
  });
}

/** The page that `?at=` names, from the root of the pages, and how it is made anew. Throws BadRequest and NotFound. */
function watched(visit: Visit, source: PageSource): { name: string; draw: Draw } {
  const at = visit.query.get("at");
  const url = at === null ? null : URL.parse(`http://pages/${at}`);
  const segments = url?.host === "pages" ? decodeSegments(url.pathname) : undefined;
  if (!url || !segments) throw new BadRequest("at= is the address of a page, from the root of all: host/mars");
  const match = findRoute(views, segments);
  if (!match) throw new NotFound("There is no page at this address.");
  const { route: view, params } = match;
  let content: Awaited<ReturnType<typeof view.open>> | undefined;
  const draw = async (changed: Change | undefined) => {
    const fleet = await source.fleet();
    const { overview } = fleet;
    const now: Visit = { ...visit, overview, fleet, params, query: url.searchParams, url };
    try {
      if (!content || concerns(changed, now, view)) content = await view.open(now, source);
    } catch (error) {
      if (error instanceof NotFound || error instanceof BadRequest) return undefined;
      throw error;
    }
    // The frame around it counts what is wrong anywhere.
    return { text: documentOf(content, now, view).text, seq: overview.seq ?? "" };
  };
  // One text for all who see the same: whoever has logged in has a name in the corner.
  return { name: `${accountKey(visit.guest)} ${url.pathname}${url.search}`, draw };
}

/** Ends with the right to read: a session may be ended elsewhere. */
function whileOpen(body: ReadableStream<Uint8Array>, { guest, request }: Visit): ReadableStream<Uint8Array> {
  if (!guest?.door.isClosed) return body;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        if (isStillOpen(guest, request)) controller.enqueue(piece);
        else controller.terminate();
      },
    }),
  );
}

/** Whether a page may look otherwise: one of a host is of that host alone. */
function concerns(changed: Change | undefined, { params, fleet }: Visit, { ofEvents }: AnyView): boolean {
  if (!changed || changed.more) return true;
  if (params.tag === undefined) return ofEvents === undefined; // the server may have to search for them
  const host = fleet.find(params.tag)?.view.host;
  return host === undefined || changed.hosts.has(host);
}
