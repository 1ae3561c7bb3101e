// /api/v1/: JSON for programs. What is not there is said in JSON too.

import { nearest } from "../../core/diagnostic.ts";
import { API_ROOT, JSON_HEADERS, refuseJson } from "../api/endpoint.ts";
import { endpoints } from "../api/index.ts";
import { OPENAPI_PATH, openApi } from "../api/openapi.ts";
import type { Route } from "../route.ts";
import { NotFound } from "../view.ts";

/** What there is, for who looks around. */
const index: Route = {
  path: API_ROOT,
  answer: () => Response.json({ openapi: OPENAPI_PATH.slice(1), endpoints: list() }, { headers: JSON_HEADERS }),
  refuse: refuseJson,
};

const openapi: Route = {
  path: OPENAPI_PATH,
  answer({ overview, request }) {
    const text = `${JSON.stringify(openApi(overview.version), null, 2)}\n`;
    const tag = `"${Bun.hash(text).toString(36)}"`;
    const headers = { ...JSON_HEADERS, "Cache-Control": "no-cache", ETag: tag };
    const isKnown = request.headers.get("If-None-Match")?.replace(/^W\//, "") === tag;
    return isKnown ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
  },
  refuse: refuseJson,
};

const missing: Route = {
  path: "/api/*",
  answer({ url }) {
    const paths = [...endpoints.map(({ path }) => `${API_ROOT}${path}`), OPENAPI_PATH];
    const near = nearest(url.pathname.replace(/\/+$/, ""), paths);
    const there = `${API_ROOT.slice(1)} lists what there is.`;
    throw new NotFound(`There is nothing at this address; ${there}`, {
      near: near === undefined ? undefined : { href: near.slice(1), text: near.slice(1) },
    });
  },
  refuse: refuseJson,
};

function list(): { path: string; summary: string }[] {
  return endpoints.map(({ path, summary }) => ({ path: `${API_ROOT.slice(1)}${path}`, summary }));
}

export const api: readonly Route[] = [index, openapi, ...endpoints.map(({ route }) => route), missing];
