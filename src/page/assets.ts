// What pages need beside their HTML, all of it inside the binary: one style sheet, one script, and the icons.

import uplotCss from "uplot/dist/uPlot.min.css" with { type: "text" };
import { PLOT_STYLE } from "../plot/plot.ts";
import { LOOKS } from "../plot/scale.ts";
import { SECURITY_HEADERS } from "./answer.ts";
import actCss from "./assets/act.css" with { type: "text" };
import alertsCss from "./assets/alerts.css" with { type: "text" };
import eventsCss from "./assets/events.css" with { type: "text" };
import frameCss from "./assets/frame.css" with { type: "text" };
import graphCss from "./assets/graph.css" with { type: "text" };
import itemsCss from "./assets/items.css" with { type: "text" };
import overviewsCss from "./assets/overviews.css" with { type: "text" };
import piecesCss from "./assets/pieces.css" with { type: "text" };
import screensCss from "./assets/screens.css" with { type: "text" };
import tablesCss from "./assets/tables.css" with { type: "text" };
import userCss from "./assets/user.css" with { type: "text" };
import { icon } from "./layout.ts";
import { bundleScript } from "./script/bundle.ts" with { type: "macro" };

// The order matters: what comes later wins.
const CSS = squeeze(
  [
    uplotCss,
    frameCss,
    piecesCss,
    alertsCss,
    tablesCss,
    itemsCss,
    graphCss,
    actCss,
    userCss,
    eventsCss,
    PLOT_STYLE,
    screensCss,
    overviewsCss,
  ].join("\n"),
);
const SCRIPT = bundleScript("main");
const GRAPHS = bundleScript("graphs");

interface Kept {
  url: string;
  tag: string;
  type: string;
  text: string;
}

/** What is kept for ever: a new one has a new address. */
function kept(name: string, extension: string, type: string, text: string): Kept {
  const hash = Bun.hash(text).toString(36);
  return { url: `${name}-${hash}.${extension}`, tag: `"${hash}"`, type, text };
}

const style = kept("style", "css", "text/css; charset=utf-8", CSS);
const script = kept("script", "js", "text/javascript; charset=utf-8", SCRIPT);
const graphs = kept("graphs", "js", "text/javascript; charset=utf-8", GRAPHS);

/** Where they are, from the root. */
export const STYLE_URL = style.url;
export const SCRIPT_URL = script.url;
/** Beside it on pages with graphs. */
export const GRAPHS_URL = graphs.url;

const HEADERS = { ...SECURITY_HEADERS, "Cross-Origin-Resource-Policy": "same-origin" };

/** The asset at a path, if there is one. */
export function assetAt(path: string, request: Request): Response | undefined {
  const found = [style, script, graphs].find(({ url }) => path === `/${url}`);
  if (found) return keptAnswer(found, request);
  const [, name, count] = /^\/icon\/([a-z]+)(?:-([1-9]\d?))?\.svg$/.exec(path) ?? [];
  const look = LOOKS.find((each) => each === name);
  if (look === undefined) return undefined;
  return new Response(icon(look, Number(count ?? 0)), {
    headers: { ...HEADERS, "Content-Type": "image/svg+xml", "Cache-Control": "public, max-age=86400" },
  });
}

function keptAnswer({ tag, type, text }: Kept, request: Request): Response {
  const headers = {
    ...HEADERS,
    "Content-Type": type,
    "Cache-Control": "public, max-age=31536000, immutable",
    ETag: tag,
  };
  const tags = request.headers.get("If-None-Match")?.split(",") ?? [];
  const known = tags.some((each) => each.trim().replace(/^W\//, "") === tag);
  return known ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
}

/** A style sheet without its comments and indentation; our own files only, which have neither in strings. */
export function squeeze(css: string): string {
  return css
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/\s*\n\s*/g, "\n")
    .trim();
}
