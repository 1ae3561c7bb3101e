// One request, one answer: address -> route, errors -> helpful answers, compression. No socket here.

import { URL_CHARS_MAX } from "../core/limits.ts";
import { decodeSegments, loggable, parseUrl, rootOf } from "./address.ts";
import { compress } from "./answer.ts";
import { assetAt } from "./assets.ts";
import { abandonedAt, withDeadline } from "./deadline.ts";
import { PLAIN_REFRESH_S, redirect, troublePage } from "./document.ts";
import { isOwnName } from "./hostname.ts";
import { countAnswer } from "./metrics/answers.ts";
import { type Overview, type PageSource, SourceUnavailable } from "./model.ts";
import { type AnyRoute, findRoute, READING } from "./route.ts";
import { routes } from "./routes/index.ts";
import { type Closed, closedTo, type Door, type Guest, guestOf, renew } from "./session/guest.ts";
import { loginHref } from "./session/return.ts";
import type { Site } from "./site.ts";
import { type Asked, BadRequest, NotFound, type Visit } from "./view.ts";
import type { Trouble } from "./views/trouble.ts";

export interface HandleOptions {
  /** One line for the log: what failed, for whom. */
  log?: (line: string) => void;
  /** Names beside those of the monitored hosts by which this server may be called. */
  names?: readonly string[];
  /** How people log in; absent: nobody does. */
  door?: Door;
  /** The other end of the connection. */
  peer?: string;
  answer_ms_max?: number;
  site?: Site;
}

/** The answer to one request. Never throws. */
export async function handle(request: Request, source: PageSource, options: HandleOptions = {}): Promise<Response> {
  const response = await answerOrTrouble(request, source, options);
  countAnswer(response);
  return response;
}

async function answerOrTrouble(request: Request, source: PageSource, options: HandleOptions): Promise<Response> {
  try {
    return await compress(request, await answer(request, source, options));
  } catch (error) {
    options.log?.(
      `page ${request.method} ${printable(loggable(request.url))}: ${error instanceof Error ? printable(error.message) : "unknown error"}`,
    );
    const found: Trouble = {
      status: 500,
      heading: "This page could not be made",
      message: "An error in dmon itself; its log says more. The monitoring goes on.",
    };
    return compress(request, troublePage(found, undefined, parseUrl(request.url)));
  }
}

async function answer(request: Request, source: PageSource, options: HandleOptions): Promise<Response> {
  const url = parseUrl(request.url);
  const segments = url && decodeSegments(url.pathname);
  if (request.url.length > URL_CHARS_MAX || !url || !segments) return troublePage(unreadable(request), undefined, url);
  const asset = assetAt(url.pathname, request);
  if (asset) return asset;
  const guest = options.door && guestOf(request, options.peer ?? "", options.door);
  const response = await answerGuest({ request, url, ...(guest ? { guest } : {}) }, segments, source, options);
  if (guest) renew(response, guest, url);
  return response;
}

async function answerGuest(
  { request, url, guest }: Pick<Asked, "request" | "url" | "guest">,
  segments: readonly string[],
  source: PageSource,
  options: HandleOptions,
): Promise<Response> {
  const match = findRoute(routes, segments);
  const refuse = (found: Trouble, visit?: Visit) =>
    match?.route.refuse?.(found, visit) ?? troublePage(found, visit, url, guest);
  const { methods = READING }: Pick<AnyRoute, "methods"> = match?.route ?? {};
  if (!methods.includes(request.method)) {
    const response = refuse(notAllowed(request.method, methods));
    response.headers.set("Allow", methods.join(", "));
    return response;
  }
  const closed = guest && (await closedTo(guest, request, match?.route));
  if (closed) return turnedAway(closed, guest, url, refuse);
  const route = match?.route;
  const asked: Asked = {
    params: match?.params ?? {},
    query: url.searchParams,
    request,
    url,
    ...(guest ? { guest } : {}),
    ...(route?.open && guest?.door.isClosed && !guest.session ? { outside: true } : {}),
  };
  if (route && "alone" in route) return await route.alone(asked);
  let visit: Visit | undefined;
  try {
    return await withDeadline(async (signal) => {
      const fleet = await source.fleet();
      const { overview } = fleet;
      const stranger = strangeName(asked, overview, options);
      if (stranger) return refuse(stranger);
      visit = { ...asked, overview, fleet };
      if (route) return await route.answer(visit, abandonedAt(signal, source), options.site ?? {});
      return (
        withoutSlash(url) ??
        refuse({ status: 404, heading: "Not found", message: "There is no page at this address." }, visit)
      );
    }, options.answer_ms_max);
  } catch (error) {
    const found = troubleOf(error, asked);
    if (!found) throw error;
    const response = refuse(found, visit);
    if (found.status === 503) response.headers.set("Retry-After", String(PLAIN_REFRESH_S));
    return response;
  }
}

/** Who has to log in first: people are led there, programs are told. */
function turnedAway(closed: Closed, guest: Guest, url: URL, refuse: (found: Trouble) => Response): Response {
  if (closed.why === "login") return redirect(303, `${rootOf(url)}${loginHref(guest, url)}`);
  const found: Trouble =
    closed.why === "password"
      ? {
          status: 401,
          heading: "Name and password are wanted",
          message:
            "Reading needs a login here (page_login yes): send those of a user of the work-config by HTTP Basic, as curl -u NAME does.",
        }
      : {
          status: 429,
          heading: "Too many attempts",
          message: `The password was wrong too often, or too many log in. Try again in ${closed.wait_s} s.`,
        };
  const response = refuse(found);
  for (const [name, value] of Object.entries(closed.headers)) response.headers.set(name, value);
  return response;
}

/** What is wrong with an address that is no text, or too much of it. */
function unreadable(request: Request): Trouble {
  if (request.url.length > URL_CHARS_MAX) {
    const message = `No page has an address of more than ${URL_CHARS_MAX} characters.`;
    return { status: 414, heading: "This address is too long", message };
  }
  const message = "It has a % that no two hexadecimal digits follow, or bytes that are no text.";
  return { status: 400, heading: "This address is broken", message };
}

function notAllowed(method: string, allowed: readonly string[]): Trouble {
  const [last = "", ...others] = allowed.toReversed();
  return {
    status: 405,
    heading: allowed.includes("POST") ? "That is no way to use this page" : "Pages can only be read",
    message: `${method.slice(0, 20)} is not allowed here; ${[others.toReversed().join(", "), last].filter(Boolean).join(" and ")} ${others.length > 0 ? "are" : "is"}.`,
  };
}

/** What is said of an error that somebody can do something about; undefined for one of ours. */
function troubleOf(error: unknown, { outside }: Asked): Trouble | undefined {
  if (error instanceof NotFound) {
    const { message, near, onward } = error;
    return { status: 404, heading: "Not found", message, near, onward };
  }
  if (error instanceof BadRequest)
    return { status: 400, title: "Not understood", heading: "That is not understood", message: error.message };
  if (!(error instanceof SourceUnavailable)) return undefined;
  const reason = outside ? "The server cannot be asked." : error.message.replace(/\.?$/, "."); // it has hosts and addresses
  const message = `${reason} Clients go on measuring meanwhile, and nothing they see is lost. This page tries again every ${PLAIN_REFRESH_S} seconds.`;
  return { status: 503, heading: "Waiting for the server", message };
}

/** The page that was meant, where only a slash is too much. */
function withoutSlash(url: URL): Response | undefined {
  const bare = url.pathname.replace(/\/$/, "");
  if (bare === url.pathname || !findRoute(routes, decodeSegments(bare) ?? [])) return undefined;
  // Relative, and a path that we matched ourselves: it cannot be another server's (`//evil/`).
  return redirect(308, `${rootOf(url)}${bare.slice(1)}${url.search}`);
}

/** Who calls us by a name that is not ours; undefined when all is well. */
function strangeName({ request, url, guest }: Asked, overview: Overview, options: HandleOptions): Trouble | undefined {
  // What a proxy was called must be ours, too; and not in place of Host, which a page elsewhere cannot choose.
  const names = [hostOf(request, url), guest?.caller.forwardedHost?.replace(/:\d*$/, "")];
  const name = names.find((each) => each !== undefined && !isOwnName(each, knownNames(overview, options)));
  if (name === undefined) return undefined;
  return {
    status: 421,
    heading: "This server has another name",
    message: `It is not called “${name.slice(0, 100)}”. Ask for it by its address, by the name of a monitored host, or by one that http_names in dmon.conf lists.`,
  };
}

function hostOf(request: Request, url: URL): string | undefined {
  const header = request.headers.get("Host");
  if (header === null) return url.hostname === "" ? undefined : url.hostname;
  return header.replace(/:\d*$/, "");
}

function* knownNames(overview: Overview, options: HandleOptions): Generator<string> {
  yield overview.server;
  if (options.door?.pageSec) yield options.door.pageSec.hostname;
  yield* options.names ?? [];
  for (const { host, tag } of overview.hosts) {
    yield host;
    yield tag;
  }
}

function printable(text: string): string {
  return text.slice(0, 300).replace(/[^\x20-\x7e]/g, "?");
}
