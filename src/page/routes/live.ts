// What browsers ask for while a page is open: a stream of its changes (`live`), and its text as a whole (`live/text`).

import { SECURITY_HEADERS } from "../answer.ts";
import { LiveCrowded } from "../live/crowd.ts";
import { watched } from "../live/watched.ts";
import type { Route } from "../route.ts";
import { isStillOpen } from "../session/guest.ts";
import { NotFound, type Visit } from "../view.ts";

const HEADERS = { ...SECURITY_HEADERS, "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store" };

export const stream: Route = {
  path: "/live",
  for: "script",
  methods: ["GET"],
  answer(visit, source, { live }) {
    if (!live) throw new NotFound("Nothing tells of changes here.");
    const address = visit.guest?.caller.address ?? "";
    const wish = { ...watched(visit, source), address };
    try {
      return new Response(whileOpen(live.open(wish), visit), {
        // nginx would keep it until it has a pageful
        headers: { ...HEADERS, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" },
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
    const made = await live.text(watched(visit, source));
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
