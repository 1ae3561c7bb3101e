// An address and what answers there. A page is one, and so is a picture, a form, JSON for programs.

import type { PageSource } from "./model.ts";
import type { Site } from "./site.ts";
import type { Visit } from "./view.ts";
import type { Trouble } from "./views/trouble.ts";

export interface Route {
  /** `/host/:tag`: words and `:parameters`, matched segment by segment; a last `*` is all that may follow. */
  path: string;
  /** What may be done there; absent: GET and HEAD. */
  methods?: readonly string[];
  /** May throw NotFound, BadRequest and SourceUnavailable. */
  answer(visit: Visit, source: PageSource, site: Site): Promise<Response> | Response;
  /** What went wrong, in the form of this address; absent: a page. Without a visit where it came to none. */
  refuse?(trouble: Trouble, visit: Visit | undefined): Response;
}

export const READING: readonly string[] = ["GET", "HEAD"];

interface Match<Of> {
  route: Of;
  params: Record<string, string>;
}

/** The route, or whatever else has a path, of an address by its segments. Pure. */
export function findRoute<Of extends Pick<Route, "path">>(
  routes: readonly Of[],
  segments: readonly string[],
): Match<Of> | undefined {
  for (const route of routes) {
    const pattern = route.path.split("/").slice(1);
    if (pattern.at(-1) === "*" && segments.length >= pattern.length) pattern.pop();
    else if (pattern.length !== segments.length) continue;
    const params: Record<string, string> = {};
    const fits = pattern.every((word, i) => {
      const segment = segments[i] ?? "";
      if (!word.startsWith(":")) return word === segment;
      params[word.slice(1)] = segment;
      return segment !== "";
    });
    if (fits) return { route, params };
  }
  return undefined;
}
