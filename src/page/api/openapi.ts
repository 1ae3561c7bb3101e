// The OpenAPI 3.1 document of all endpoints, from their declarations. Pure.

import { API_ROOT, type Endpoint } from "./endpoint.ts";
import { endpoints } from "./index.ts";
import { namedSchemas, type Schema } from "./schema.ts";

const ERRORS: Readonly<Record<number, string>> = {
  400: "A parameter is wrong; `error` says what would be right.",
  404: "There is no such host or item; `near` is what was probably meant.",
  503: "The server, or a host that keeps the history, cannot be asked now.",
};

const ERROR: Schema = {
  type: "object",
  description: "What went wrong.",
  properties: {
    error: { type: "string", description: "What is wrong, and what would be right; for a person." },
    status: { type: "integer", description: "The status of the answer." },
    near: { type: "string", description: "What was probably meant." },
  },
  required: ["error", "status"],
  additionalProperties: false,
};

export function openApi(version: string): Record<string, unknown> {
  return {
    openapi: "3.1.0",
    info: {
      title: "dmon",
      version,
      description:
        "What dmon's pages show, as JSON. All moments are seconds since 1970 (UTC) and, as all durations, have names that end in `_s`. Fields may be added in v1; none changes or goes.",
      license: { name: "MIT", identifier: "MIT" },
    },
    // Relative to this document, so it is right below any path of a proxy.
    servers: [{ url: "../v1" }],
    paths: Object.fromEntries(endpoints.map((endpoint) => [bracketed(endpoint.path), { get: operation(endpoint) }])),
    components: { schemas: { Error: ERROR, ...Object.fromEntries(namedSchemas()) } },
  };
}

function bracketed(path: string): string {
  return path.replace(/:(\w+)/g, "{$1}");
}

function operation({ path, summary, doc, params, query, answer }: Endpoint): Record<string, unknown> {
  const inPath = Object.entries(params).map(([name, description]) => ({
    name,
    in: "path",
    required: true,
    description,
    schema: { type: "string" },
  }));
  const inQuery = Object.entries(query).map(([name, { doc: text, form, schema, many }]) => ({
    name,
    in: "query",
    description: `${text} ${form[0]?.toUpperCase()}${form.slice(1)}.`,
    ...(many ? { style: "form", explode: true, schema: { type: "array", items: schema } } : { schema }),
  }));
  const json = (schema: Schema) => ({ "application/json": { schema } });
  return {
    operationId: operationId(path),
    summary,
    description: doc,
    parameters: [...inPath, ...inQuery],
    responses: {
      200: { description: summary, content: json(answer) },
      ...Object.fromEntries(
        Object.entries(ERRORS).map(([status, description]) => [
          status,
          { description, content: json({ $ref: "#/components/schemas/Error" }) },
        ]),
      ),
    },
  };
}

/** `/hosts/:tag` -> `hostsByTag`. */
function operationId(path: string): string {
  return path.slice(1).replace(/\/:(\w)(\w*)/g, (_, first: string, rest: string) => `By${first.toUpperCase()}${rest}`);
}

/** Where it is. */
export const OPENAPI_PATH = `${API_ROOT}/openapi.json`;
