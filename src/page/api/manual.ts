// docs/api.md, made of the declarations: npm run docs. What it shows as examples are true, for a test runs them.

import { type Family, sampleName } from "../metrics/exposition.ts";
import { families } from "../metrics/index.ts";
import { METRICS_QUERY } from "../routes/metrics.ts";
import { API_ROOT, type Endpoint } from "./endpoint.ts";
import { endpoints } from "./index.ts";
import type { Parameters } from "./query.ts";
import { namedSchemas, resolved, type Schema } from "./schema.ts";

/** A host of the examples. */
export const EXAMPLE_TAG = "mars";

const INTRO = `<!-- Made from the declarations in src/page/api and src/page/metrics: npm run docs -->
# For programs: JSON and metrics

Whatever the pages show, programs can read: as JSON below \`api/v1/\`, and as metrics for Prometheus at \`metrics\`. Both are at the
address of the pages, below the same path where a proxy adds one.

## JSON

    curl -s http://localhost:22080/api/v1/status
    curl -s 'http://localhost:22080/api/v1/alerts?at_least=sick&care=open' | jq -r '.alerts[] | "\\(.tag) \\(.item) \\(.level)"'

- Every answer is one JSON object with \`now_s\`, the server's clock. Moments are seconds since 1970 (UTC) and durations are seconds; the names
  of both end in \`_s\`. A field that has nothing to say is absent; one that may be \`null\` says so below.
- Fields may be added in v1. None changes its meaning or goes, so ignore what you do not know.
- Parameters that may be given **several times** are joined by "or": \`host=mars&host=db*\`. Different parameters are joined by "and". One that is
  empty is as none. One that does not exist, names no host, or says what cannot be, is an error, never ignored. (Items come and go, so an item
  that no host has now is none; \`metrics\` takes hosts in the same way, lest a scrape end with a host.)
- \`host\` takes tags, canonical names and groups of hosts; \`item\` takes names and groups of items; \`*\` and \`?\` in both stand for others.
- An error has its HTTP status and says what would be right: \`{"error": "There is no host “mar” in the work-config.", "status": 404,
  "near": "mars"}\`. 400: a parameter is wrong. 404: no such host, item or address; \`near\` is what was probably meant. 405: it can only be read. 421: this
  server has another name (\`http_names\`). 503: the server, or the host that keeps a history, cannot be asked now; try again after \`Retry-After\`.
- Long answers come in pieces, so they have no \`Content-Length\`, and hold up nobody else; ask with gzip (\`curl --compressed\`), which makes a tenth of
  them. An answer that was broken off is no whole JSON.
- Pages of other sites cannot read it (no CORS), and nothing of it is cached.
- \`${API_ROOT.slice(1)}/openapi.json\` has all of this for machines: OpenAPI 3.1.
`;

const METRICS = `## Metrics

\`metrics\` has the current values of all hosts and dmon's own, in OpenMetrics 1.0 where the scraper asks for it, as Prometheus does, else in the classic
text format 0.0.4. Add it to \`prometheus.yml\`, with the host and port where the pages are:

\`\`\`yaml
scrape_configs:
  - job_name: dmon
    scrape_interval: 60s
    static_configs:
      - targets: ["localhost:22080"]
\`\`\`

Clients report every five minutes, and at once what changes a level; a shorter interval than a minute shows nothing more.

- \`host\` is the canonical name, as in what dmon sends to Alertmanager; \`dmon_host_info\` has the short one.
- Items have as many units as a work-config likes, so they are one family with the \`unit\` as a label, and their values are in that unit. Rates are gauges,
  per second already: do not \`rate()\` them.
- Of a host that is silent there are no values, so that its series end in Prometheus too; \`dmon_host_up\` is 0 then.
- Each item makes three series. Scrape what you need: \`params: {item: ["cpu_*", "*_usage"]}\`, several times with other \`host\` where a fleet is large.

| parameter | | |
| --- | --- | --- |
${parameterRows(METRICS_QUERY)}

A rule for what is sick or worse for ten minutes and to which nobody sees, and one for silent hosts:

\`\`\`yaml
groups:
  - name: dmon
    rules:
      - alert: DmonItem
        expr: dmon_item_level >= on() group_left() dmon_level_index{level="sick"} unless on(host, item) dmon_item_attended
        for: 10m
      - alert: DmonHostSilent
        expr: dmon_host_up == 0
        for: 10m
\`\`\`
`;

export function manual(): string {
  const schemas = [...namedSchemas()].map(([name, schema]) => schemaSection(name, schema));
  return [
    INTRO,
    "| address | |\n| --- | --- |",
    ...endpoints.map(({ path, summary }) => `| [\`${API_ROOT.slice(1)}${path}\`](#${anchor(path)}) | ${summary} |`),
    "",
    ...endpoints.map(section),
    "### Objects\n",
    ...schemas,
    METRICS,
    "### Families\n",
    "| metric | type | labels | |\n| --- | --- | --- | --- |",
    ...families.map(metricRow),
    "",
  ].join("\n");
}

/** As GitHub makes it of the heading. */
function anchor(path: string): string {
  return `${API_ROOT.slice(1)}${path}`.toLowerCase().replace(/[^a-z0-9_-]/g, "");
}

function section({ path, doc, params, query, example, answer }: Endpoint): string {
  const inPath = Object.entries(params).map(([name, text]) => `| \`:${name}\` | ${text} | |`);
  const rows = [...inPath, parameterRows(query)].filter(Boolean);
  const table = rows.length > 0 ? `\n| parameter | | |\n| --- | --- | --- |\n${rows.join("\n")}\n` : "";
  return `### ${API_ROOT.slice(1)}${path}

${doc}

    curl -s '${exampleUrl({ example })}'
${table}
${fields(resolved(answer))}
`;
}

/** Where the example of an endpoint is. */
export function exampleUrl({ example }: Pick<Endpoint, "example">): string {
  return `http://localhost:22080${API_ROOT}${example.replace("TAG", EXAMPLE_TAG)}`;
}

function parameterRows(query: Parameters): string {
  return Object.entries(query)
    .map(([name, { doc, form, many, schema }]) => {
      const otherwise = schema.default === undefined ? "" : ` Default \`${schema.default}\`.`;
      return `| \`${name}\` | ${cell(doc)} | ${cell(form)}${many ? "; several times" : ""}.${otherwise} |`;
    })
    .join("\n");
}

function schemaSection(name: string, schema: Schema): string {
  return `#### ${name}\n\n${schema.description}\n\n${fields(schema)}\n`;
}

/** The fields of an object, with those of objects within. */
function fields(schema: Schema): string {
  return `| field | | |\n| --- | --- | --- |\n${fieldRows(schema, "").join("\n")}`;
}

function fieldRows({ properties = {}, required = [] }: Schema, before: string): string[] {
  return Object.entries(properties).flatMap(([name, own]) => {
    const sometimes = required.includes(name) ? "" : ", or absent";
    const description = own.description ?? resolved(own).description ?? "";
    const row = `| \`${before}${name}\` | ${typeName(own)}${sometimes} | ${cell(description)} |`;
    const within = own.items?.properties ? own.items : own;
    return [row, ...fieldRows(within, `${before}${name}${within === own ? "" : "[]"}.`)];
  });
}

function typeName(schema: Schema): string {
  if (schema.$ref) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.enum) return schema.enum.map((word) => `\`${word}\``).join(" ");
  if (schema.items) return `list of ${typeName(schema.items)}`;
  if (typeof schema.additionalProperties === "object") return `object of ${typeName(schema.additionalProperties)}`;
  return typeof schema.type === "string" ? schema.type : (schema.type ?? []).join(" or ");
}

function metricRow(family: Omit<Family<never>, "samples">): string {
  const labels = (family.labels ?? []).map((label) => `\`${label}\``).join(" ");
  return `| \`${sampleName(family)}\` | ${family.type} | ${labels} | ${cell(family.help)} |`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
