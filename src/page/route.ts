// An address and what answers there. A page is one, and so is a picture, a form, JSON for programs.

import type { PageSource } from "./model.ts";
import type { Site } from "./site.ts";
import type { Asked, Visit } from "./view.ts";
import type { Trouble } from "./views/trouble.ts";

interface Address {
  /** `/host/:tag`: words and `:parameters`, matched segment by segment; a last `*` is all that may follow. */
  path: string;
  /** What may be done there; absent: GET and HEAD. */
  methods?: readonly string[];
  /** Open to all also where reading needs a login: it asks for a right of its own, or shows nothing. */
  open?: true;
  /** Who asks here is no person: who must log in is told so by 401, and not led to a form; programs may send name and password. */
  for?: "programs" | "script";
  /** What went wrong, in the form of this address; absent: a page. Without a visit where it came to none. */
  refuse?(trouble: Trouble, visit: Visit | undefined): Response;
}

export interface Route extends Address {
  /** May throw NotFound, BadRequest and SourceUnavailable. */
  answer(visit: Visit, source: PageSource, site: Site): Promise<Response> | Response;
}

/** What is answered without the server, so also while that is away; and shows nothing that only readers may see. */
export interface LoneRoute extends Address {
  alone(asked: Asked): Promise<Response> | Response;
}

export type AnyRoute = Route | LoneRoute;

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
