// An address and what answers there. A page is one, and so is a picture, a form, JSON for programs.

import type { PageSource } from "./model.ts";
import type { Visit } from "./view.ts";
import type { Trouble } from "./views/trouble.ts";

export interface Route {
  /** `/host/:tag`: words and `:parameters`, matched segment by segment. */
  path: string;
  /** What may be done there; absent: GET and HEAD. */
  methods?: readonly string[];
  /** May throw NotFound, BadRequest and SourceUnavailable. */
  answer(visit: Visit, source: PageSource): Promise<Response> | Response;
  /** What went wrong, in the form of this address; absent: a page. Without a visit where it came to none. */
  refuse?(trouble: Trouble, visit: Visit | undefined): Response;
}

export const READING: readonly string[] = ["GET", "HEAD"];

interface Match {
  route: Route;
  params: Record<string, string>;
}

/** The route of an address by its segments. Pure. */
export function findRoute(routes: readonly Route[], segments: readonly string[]): Match | undefined {
  for (const route of routes) {
    const pattern = route.path.split("/").slice(1);
    if (pattern.length !== segments.length) continue;
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
