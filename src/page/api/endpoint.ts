// An address that answers with JSON: one declaration, from which come reading, errors, OpenAPI and documentation.

import { SECURITY_HEADERS } from "../answer.ts";
import type { PageSource } from "../model.ts";
import { inPieces } from "../pieces.ts";
import type { Route } from "../route.ts";
import type { Visit } from "../view.ts";
import type { Trouble } from "../views/trouble.ts";
import { jsonPieces } from "./json.ts";
import { type Parameters, type Read, readQuery } from "./query.ts";
import { type Made, type Part, type Schema, seconds } from "./schema.ts";

export const API_ROOT = "/api/v1";

export interface Endpoint {
  /** Below API_ROOT: `/hosts/:tag`. */
  path: string;
  /** A few words for a list. */
  summary: string;
  doc: string;
  /** What stands in the path. */
  params: Readonly<Record<string, string>>;
  query: Parameters;
  /** A query that shows something, for the documentation. */
  example: string;
  answer: Schema;
  route: Route;
}

interface Declared<P extends Parameters, A extends Part<never>> {
  path: string;
  summary: string;
  doc: string;
  params?: Readonly<Record<string, string>>;
  query: P;
  example?: string;
  answer: A;
  /** May throw NotFound, BadRequest and SourceUnavailable. */
  make(visit: Visit, query: Read<P>, source: PageSource): Promise<Made<A>> | Made<A>;
}

export function defineEndpoint<const P extends Parameters, A extends Part<never>>(declared: Declared<P, A>): Endpoint {
  const { path, summary, doc, params = {}, query, example = path, answer } = declared;
  const route: Route = {
    path: `${API_ROOT}${path}`,
    async answer(visit, source) {
      const made = (await declared.make(visit, readQuery(query, visit), source)) as object;
      return inPieces(jsonPieces({ ...made, stale_since_s: visit.overview.stale_since_s }), JSON_HEADERS);
    },
    refuse: refuseJson,
  };
  return { path, summary, doc, params, query, example, answer: withStale(answer.schema), route };
}

/** Every answer tells when the server is not heard. */
function withStale(schema: Schema): Schema {
  return { ...schema, properties: { ...schema.properties, stale_since_s: STALE.schema } };
}

const STALE = seconds("Since when the server is not heard: all this is what was known then. Absent while it is heard.");

/** No CORS: what one site knows is not for another's pages. */
export const JSON_HEADERS = {
  ...SECURITY_HEADERS,
  "Content-Type": "application/json; charset=utf-8",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/** What went wrong, as JSON. */
export function refuseJson({ status, message, near }: Trouble): Response {
  const error = { error: message.toWellFormed(), status, ...(near ? { near: near.text } : {}) };
  return new Response(`${JSON.stringify(error)}\n`, { status, headers: JSON_HEADERS });
}
