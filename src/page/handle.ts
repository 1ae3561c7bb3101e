// One request, one answer: path -> page, errors -> helpful pages, headers, compression. No socket here.

import { PAGE_MS_MAX, URL_CHARS_MAX } from "../core/limits.ts";
import { PLOT_STYLE } from "../plot/plot.ts";
import { compress, SECURITY_HEADERS } from "./answer.ts";
import { assetAt, STYLE_URL } from "./assets.ts";
import { judge } from "./fleet.ts";
import { isOwnName } from "./hostname.ts";
import { layout, REFRESH_S } from "./layout.ts";
import { type Overview, type PageSource, SourceUnavailable } from "./model.ts";
import { drawPlot, PLOT_PATH } from "./picture.ts";
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
      `page ${request.method} ${printable(request.url)}: ${error instanceof Error ? printable(error.message) : "unknown error"}`,
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
  if (request.method !== "GET" && request.method !== "HEAD") {
    const response = trouble({
      status: 405,
      heading: "Pages can only be read",
      message: `${request.method.slice(0, 20)} is not allowed here; GET and HEAD are.`,
    });
    response.headers.set("Allow", "GET, HEAD");
    return response;
  }
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
  const asset = assetAt(url.pathname, request);
  if (asset) return asset;

  try {
    return await withDeadline(options, (signal) =>
      answerAt(request, url, segments, abandonedAt(signal, source), options),
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
  const overview = await source.overview();
  const name = hostOf(request, url);
  if (name !== undefined && !isOwnName(name, knownNames(overview, options))) {
    return trouble({
      status: 421,
      heading: "This server has another name",
      message: `It is not called “${name.slice(0, 100)}”. Ask for it by its address, by the name of a monitored host, or by one that http_names in dmon.conf lists.`,
    });
  }
  const visit: Visit = { overview, fleet: judge(overview), params: match?.params ?? {}, query: url.searchParams };
  if (!isPlot) return openPage(match, url, visit, source);
  const { status, svg } = await drawPlot(visit, source);
  return new Response(svg, { status, headers: PLOT_HEADERS });
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

interface Match {
  view: AnyView;
  params: Record<string, string>;
}

function findView(segments: readonly string[]): Match | undefined {
  for (const view of views) {
    const pattern = view.path.split("/").slice(1);
    if (pattern.length !== segments.length) continue;
    const params: Record<string, string> = {};
    const fits = pattern.every((word, i) => {
      const segment = segments[i] ?? "";
      if (!word.startsWith(":")) return word === segment;
      params[word.slice(1)] = segment;
      return segment !== "";
    });
    if (fits) return { view, params };
  }
  return undefined;
}

// Bun gives only the path when the request had no Host.
function parseUrl(text: string): URL | undefined {
  return URL.parse(text) ?? URL.parse(`http://localhost${text.startsWith("/") ? "" : "/"}${text}`) ?? undefined;
}

function decodeSegments(path: string): string[] | undefined {
  try {
    const segments = path.split("/").slice(1).map(decodeURIComponent);
    return segments.some((segment) => segment.includes("\0")) ? undefined : segments;
  } catch {
    return undefined; // URIError: broken percent-encoding
  }
}

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

/** Gives up what is asked of the source when the page is given up. */
function abandonedAt(signal: AbortSignal, source: PageSource): PageSource {
  return {
    overview: () => source.overview(),
    events: (asked) => source.events(asked, signal),
    history: (host, item, past, points) => source.history(host, item, past, points, signal),
  };
}

async function withDeadline<T>(
  { answer_ms_max = PAGE_MS_MAX }: HandleOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const abandon = new AbortController();
  const timer = setTimeout(() => {
    reject(new SourceUnavailable(`There was no answer for ${answer_ms_max / 1000} s`));
    abandon.abort();
  }, answer_ms_max);
  try {
    return await Promise.race([late, work(abandon.signal)]);
  } finally {
    clearTimeout(timer);
  }
}

function printable(text: string): string {
  return text.slice(0, 300).replace(/[^\x20-\x7e]/g, "?");
}
