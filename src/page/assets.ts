// What pages need beside their HTML, all of it inside the binary: one style sheet and the icons.

import { PLOT_STYLE } from "../plot/plot.ts";
import { LOOKS } from "../plot/scale.ts";
import { SECURITY_HEADERS } from "./answer.ts";
import actCss from "./assets/act.css" with { type: "text" };
import alertsCss from "./assets/alerts.css" with { type: "text" };
import frameCss from "./assets/frame.css" with { type: "text" };
import itemsCss from "./assets/items.css" with { type: "text" };
import piecesCss from "./assets/pieces.css" with { type: "text" };
import screensCss from "./assets/screens.css" with { type: "text" };
import tablesCss from "./assets/tables.css" with { type: "text" };
import { icon } from "./layout.ts";

// The order matters: what comes later wins.
const CSS = squeeze([frameCss, piecesCss, alertsCss, tablesCss, itemsCss, actCss, PLOT_STYLE, screensCss].join("\n"));
const CSS_HASH = Bun.hash(CSS).toString(36);

/** Where the style sheet is: a new one has a new address, so that it can be kept for ever. */
export const STYLE_URL = `style-${CSS_HASH}.css`;

const HEADERS = { ...SECURITY_HEADERS, "Cross-Origin-Resource-Policy": "same-origin" };

/** The asset at a path, if there is one. */
export function assetAt(path: string, request: Request): Response | undefined {
  if (path === `/${STYLE_URL}`) {
    const etag = `"${CSS_HASH}"`;
    const headers = {
      ...HEADERS,
      "Content-Type": "text/css; charset=utf-8",
      "Cache-Control": "public, max-age=31536000, immutable",
      ETag: etag,
    };
    const tags = request.headers.get("If-None-Match")?.split(",") ?? [];
    const known = tags.some((tag) => tag.trim().replace(/^W\//, "") === etag);
    return known ? new Response(null, { status: 304, headers }) : new Response(CSS, { headers });
  }
  const look = LOOKS.find((name) => path === `/icon/${name}.svg`);
  if (look === undefined) return undefined;
  return new Response(icon(look), {
    headers: { ...HEADERS, "Content-Type": "image/svg+xml", "Cache-Control": "public, max-age=86400" },
  });
}

/** A style sheet without its comments and indentation; our own files only, which have neither in strings. */
export function squeeze(css: string): string {
  return css
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/\s*\n\s*/g, "\n")
    .trim();
}
