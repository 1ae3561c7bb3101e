// One item on all hosts that have it: level, value and a small graph of each, over an hour … a year.

import { chosenHosts, withQuery } from "../chosen.ts";
import type { Fleet, Row } from "../fleet.ts";
import { type Html, html, raw } from "../html.ts";
import { noItem, RANGES } from "../lookup.ts";
import { age, breakable, graphUrl, hostLink, itemUrl, levelOf, meter, valueText } from "../parts.ts";
import { defineView } from "../view.ts";

/** Each row has a picture that its host is asked for when it comes into sight. */
const ROWS_PER_PAGE = 200;
/** Items in one graph: more lines nobody tells apart. */
const TOGETHER_MAX = 8;
const PICTURE = { w: 240, h: 44 };
const SORTS = { level: "worst first", value: "greatest first", name: "by name" };

export default defineView({
  path: "/item/:item",
  query: ["group", "q", "sort", "ival"],
  title: ({ params }) => params.item ?? "",
  render: ({ fleet, query, params }) => {
    const item = params.item ?? "";
    const all = fleet.hosts.flatMap((host) => host.rows.filter((row) => row.item === item));
    if (all.length === 0) throw noItem(item, fleet);
    const { group, hosts } = chosenHosts(fleet, query);
    const ofGroup = new Set(hosts);
    const rows = sortRows(
      all.filter(({ host }) => ofGroup.has(host)),
      query.get("sort") ?? "level",
      fleet,
    );
    const range = RANGES.find(({ name }) => name === query.get("ival"))?.name ?? "day";
    const path = itemUrl(item);
    return html`<div class="heading"><p class="crumbs"><a href="items">Items</a></p>
<h1><bdi>${breakable(item)}</bdi></h1>
<p class="lead">${all[0]?.state.label ? html`<bdi>${all[0].state.label}</bdi> · ` : null}on ${rows.length === all.length ? "" : `${rows.length} of `}${all.length} host${all.length === 1 ? "" : "s"}${group ? html`, group <bdi>${group}</bdi>` : null}</p></div>
<div class="choices"><nav class="ranges" aria-label="Range">${RANGES.map(
      ({ name }) =>
        html`<a href="${withQuery(path, query, { ival: name })}"${name === range ? raw(' aria-current="page"') : null}>${name}</a>`,
    )}</nav>
<nav class="ranges" aria-label="Order">${Object.entries(SORTS).map(
      ([sort, text]) =>
        html`<a href="${withQuery(path, query, { sort })}"${sort === (query.get("sort") ?? "level") ? raw(' aria-current="page"') : null}>${text}</a>`,
    )}</nav>${together(rows, range)}</div>
${groups(fleet, item, query, group)}
${table(rows.slice(0, ROWS_PER_PAGE), fleet, range)}
${rows.length > ROWS_PER_PAGE ? html`<p class="more">and ${rows.length - ROWS_PER_PAGE} more hosts; a group shows those of it</p>` : null}`;
  },
});

function sortRows(rows: readonly Row[], by: string, { scale }: Fleet): Row[] {
  const value = ({ state }: Row) => state.value ?? Number.NEGATIVE_INFINITY;
  const weight = ({ state, stale }: Row) => (stale ? -1 : scale.weight(state.level));
  if (by === "name") return [...rows];
  const byValue = (a: Row, b: Row) => (value(a) === value(b) ? 0 : value(b) > value(a) ? 1 : -1);
  if (by === "value") return rows.toSorted(byValue);
  return rows.toSorted((a, b) => weight(b) - weight(a) || byValue(a, b));
}

/** A graph with all of them, or the first. */
function together(rows: readonly Row[], range: string): Html | null {
  const [first, ...others] = rows.slice(0, TOGETHER_MAX);
  if (!first || others.length === 0) return null;
  const query = new URLSearchParams({ ival: range });
  for (const { host, item } of others) query.append("with", `${host.view.tag}/${item}`);
  const count = others.length + 1;
  return html`<a class="together" href="${graphUrl(first.host.view.tag, first.item)}?${query.toString()}">${count < rows.length ? `the first ${count}` : `all ${count}`} in one graph</a>`;
}

/** Groups of which any host has it. */
function groups(fleet: Fleet, item: string, query: URLSearchParams, chosen: string): Html | null {
  const having = new Set(
    fleet.hosts.flatMap(({ rows, view }) => (rows.some((row) => row.item === item) ? view.tag : [])),
  );
  const names = Object.entries(fleet.overview.groups.hosts).flatMap(([name, tags]) =>
    tags.some((tag) => having.has(tag)) ? name : [],
  );
  if (names.length === 0) return null;
  const link = (name: string, text: string) =>
    html`<a href="${withQuery(itemUrl(item), query, { group: name })}"${name === chosen ? raw(' aria-current="true"') : null}><bdi>${text}</bdi></a>`;
  return html`<nav class="ranges by-group" aria-label="Group">${link("", "every host")}${names.sort().map((name) => link(name, name))}</nav>`;
}

function table(rows: readonly Row[], fleet: Fleet, range: string): Html {
  return html`<div class="sheet"><table class="hosts one-item">
<caption class="unseen">The item on each host</caption>
<thead><tr><th scope="col">Host</th><th scope="col">Level</th><th scope="col" class="num">Value</th><th scope="col">Last ${range}</th><th scope="col" class="num">Since</th></tr></thead>
<tbody>${rows.map((row) => {
    const { host, item, state, stale } = row;
    const { tag } = host.view;
    const look = stale ? "stale" : fleet.scale.look(state.level);
    const query = new URLSearchParams({
      host: tag,
      item,
      ival: range,
      w: `${PICTURE.w}`,
      h: `${PICTURE.h}`,
      small: "1",
    });
    return html`
<tr data-key="${host.view.host}"${stale ? raw(' class="is-stale"') : null}><th scope="row" class="c-host">${hostLink(host)}</th>
<td class="c-level">${levelOf(fleet.scale, state, stale)}</td>
<td class="c-value num"><a href="${graphUrl(tag, item)}?ival=${range}">${valueText(state)}</a>${state.unit === "%" && state.value !== null ? meter(state.value, look) : null}</td>
<td class="c-small"><a href="${graphUrl(tag, item)}?ival=${range}"><img class="small" src="plot?${query.toString()}" width="${PICTURE.w}" height="${PICTURE.h}" loading="lazy" alt="the last ${range} of ${item} on ${tag}"></a></td>
<td class="c-since num">${age(state.since, fleet.overview.now_s)}</td></tr>`;
  })}
</tbody></table></div>`;
}
