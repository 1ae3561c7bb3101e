// One request, one answer: path -> page, errors -> helpful pages, headers, compression. No socket here.

import { URL_CHARS_MAX } from "../core/limits.ts";
import { PLOT_STYLE } from "../plot/plot.ts";
import { act } from "./act.ts";
import { compress, SECURITY_HEADERS } from "./answer.ts";
import { assetAt, STYLE_URL } from "./assets.ts";
import { abandonedAt, withDeadline } from "./deadline.ts";
import { isOwnName } from "./hostname.ts";
import { layout, REFRESH_S } from "./layout.ts";
import { type Overview, type PageSource, SourceUnavailable } from "./model.ts";
import { drawPlot, PLOT_PATH } from "./picture.ts";
import { decodeSegments, findView, loggable, type Match, parseUrl, ticketAt } from "./route.ts";
import { type AnyView, BadRequest, NotFound, type Visit } from "./view.ts";
import { views } from "./views/index.ts";
import { type Trouble, troubleMain } from "./views/trouble.ts";

const PLAIN_REFRESH_S = 10;

export interface HandleOptions {
  /** One line for the log: what failed, for whom. */
  log?: (line: string) => void;
  /** Names beside those of the monitored hosts by which this server may be called. */
  names?: readonly string[];
  answer_ms_max?: number;
}

const PLOT_STYLE_HASH = new Bun.CryptoHasher("sha256").update(PLOT_STYLE).digest("base64");

const PAGE_HEADERS = {
  ...SECURITY_HEADERS,
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "X-Frame-Options": "DENY",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};
// Made for other pages, so any page may show it; it can load nothing and run nothing.
const PLOT_HEADERS = {
  ...SECURITY_HEADERS,
  "Content-Type": "image/svg+xml; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${PLOT_STYLE_HASH}'`,
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Cache-Control": "no-store",
};

/** The answer to one request. Never throws. */
export async function handle(request: Request, source: PageSource, options: HandleOptions = {}): Promise<Response> {
  try {
    return compress(request, await answer(request, source, options));
  } catch (error) {
    options.log?.(
      `page ${request.method} ${printable(loggable(request.url))}: ${error instanceof Error ? printable(error.message) : "unknown error"}`,
    );
    const response = trouble({
      status: 500,
      heading: "This page could not be made",
      message: "An error in dmon itself; its log says more. The monitoring goes on.",
    });
    return compress(request, response);
  }
}

async function answer(request: Request, source: PageSource, options: HandleOptions): Promise<Response> {
  if (request.url.length > URL_CHARS_MAX) {
    return trouble({
      status: 414,
      heading: "This address is too long",
      message: `No page has an address of more than ${URL_CHARS_MAX} characters.`,
    });
  }
  const url = parseUrl(request.url);
  const segments = url && decodeSegments(url.pathname);
  if (!url || !segments) {
    return trouble({
      status: 400,
      heading: "This address is broken",
      message: "It has a % that no two hexadecimal digits follow, or bytes that are no text.",
    });
  }
  const allowed = ticketAt(segments) === undefined ? ["GET", "HEAD"] : ["GET", "HEAD", "POST"];
  if (!allowed.includes(request.method)) return notAllowed(request.method, allowed);
  const asset = assetAt(url.pathname, request);
  if (asset) return asset;

  try {
    return await withDeadline(
      (signal) => answerAt(request, url, segments, abandonedAt(signal, source), options),
      options.answer_ms_max,
    );
  } catch (error) {
    if (!(error instanceof SourceUnavailable)) throw error;
    const response = trouble({
      status: 503,
      heading: "Waiting for the server",
      message: `${error.message.replace(/\.?$/, ".")} Clients go on measuring meanwhile, and nothing they see is lost. This page tries again every ${PLAIN_REFRESH_S} seconds.`,
    });
    response.headers.set("Retry-After", String(PLAIN_REFRESH_S));
    return response;
  }
}

function notAllowed(method: string, allowed: readonly string[]): Response {
  const [last = "", ...others] = allowed.toReversed();
  const response = trouble({
    status: 405,
    heading: allowed.includes("POST") ? "That is no way to use this page" : "Pages can only be read",
    message: `${method.slice(0, 20)} is not allowed here; ${others.toReversed().join(", ")} and ${last} are.`,
  });
  response.headers.set("Allow", allowed.join(", "));
  return response;
}

/** What needs the server's answer. */
async function answerAt(
  request: Request,
  url: URL,
  segments: readonly string[],
  source: PageSource,
  options: HandleOptions,
): Promise<Response> {
  const isPlot = url.pathname === PLOT_PATH;
  const match = isPlot ? undefined : findView(segments);
  const fleet = await source.fleet();
  const { overview } = fleet;
  const name = hostOf(request, url);
  if (name !== undefined && !isOwnName(name, knownNames(overview, options))) {
    return trouble({
      status: 421,
      heading: "This server has another name",
      message: `It is not called “${name.slice(0, 100)}”. Ask for it by its address, by the name of a monitored host, or by one that http_names in dmon.conf lists.`,
    });
  }
  const visit: Visit = { overview, fleet, params: match?.params ?? {}, query: url.searchParams };
  const ticket = ticketAt(segments);
  if (ticket !== undefined) return openAct(request, ticket, visit, source);
  if (!isPlot) return openPage(match, url, visit, source);
  const { status, svg } = await drawPlot(visit, source);
  return new Response(svg, { status, headers: PLOT_HEADERS });
}

async function openAct(request: Request, ticket: string, visit: Visit, source: PageSource): Promise<Response> {
  const acted = await act(request, ticket, visit, source);
  if ("location" in acted)
    return new Response(null, { status: 303, headers: { ...PAGE_HEADERS, Location: acted.location } });
  return page(acted.status, acted.title, acted.main, visit, undefined);
}

async function openPage(match: Match | undefined, url: URL, visit: Visit, source: PageSource): Promise<Response> {
  try {
    if (!match) {
      // A path that we matched ourselves, so the target cannot be another server's (`//evil/`).
      const bare = url.pathname.replace(/\/$/, "");
      if (bare !== url.pathname && findView(decodeSegments(bare) ?? [])) {
        return new Response(null, { status: 308, headers: { ...PAGE_HEADERS, Location: bare + url.search } });
      }
      throw new NotFound("There is no page at this address.");
    }
    const { title, main } = await match.view.open(visit, source);
    return page(200, title, main, visit, match.view);
  } catch (error) {
    if (error instanceof NotFound) {
      const { message, near, onward } = error;
      const found: Trouble = { status: 404, heading: "Not found", message, near, onward };
      return page(404, "Not found", troubleMain(found), visit, undefined);
    }
    if (error instanceof BadRequest) {
      const found: Trouble = { status: 400, heading: "That is not understood", message: error.message };
      return page(400, "Not understood", troubleMain(found), visit, undefined);
    }
    throw error;
  }
}

function page(
  status: number,
  title: string,
  main: Parameters<typeof layout>[0]["main"],
  visit: Visit,
  view: AnyView | undefined,
) {
  const document = layout({
    title,
    main,
    nav: NAV,
    fleet: visit.fleet,
    styleUrl: STYLE_URL,
    version: visit.overview.version,
    ...(view ? { here: view.path, refresh_s: REFRESH_S } : {}),
  });
  return new Response(document.text, { status, headers: PAGE_HEADERS });
}

// A page that is made without the server's answer.
function trouble(found: Trouble): Response {
  const document = layout({
    title: found.heading,
    main: troubleMain(found),
    nav: NAV,
    styleUrl: STYLE_URL,
    version: "",
    ...(found.status === 503 ? { refresh_s: PLAIN_REFRESH_S } : {}),
  });
  return new Response(document.text, { status: found.status, headers: PAGE_HEADERS });
}

const NAV = views.flatMap(({ path, nav }) => (nav === undefined ? [] : [{ path, nav }]));

function hostOf(request: Request, url: URL): string | undefined {
  const header = request.headers.get("Host");
  if (header === null) return url.hostname === "" ? undefined : url.hostname;
  return header.replace(/:\d*$/, "");
}

function* knownNames(overview: Overview, options: HandleOptions): Generator<string> {
  yield overview.server;
  yield* options.names ?? [];
  for (const { host, tag } of overview.hosts) {
    yield host;
    yield tag;
  }
}

function printable(text: string): string {
  return text.slice(0, 300).replace(/[^\x20-\x7e]/g, "?");
}
