// By which rules the items of a host have their levels, as a table that is opened when somebody wonders.

import type { Scale } from "../plot/scale.ts";
import type { HostStatus } from "./fleet.ts";
import type { HostPast } from "./host-past.ts";
import { type Html, html } from "./html.ts";
import { breakable, chip, graphUrl } from "./parts.ts";

export function rulesOf({ rows, view }: HostStatus, { rules }: HostPast, scale: Scale): Html | null {
  const ruled = rows.flatMap(({ item }) => {
    const own = Object.hasOwn(rules, item) ? (rules[item] ?? []) : [];
    return own.length > 0 ? [{ item, own }] : [];
  });
  if (ruled.length === 0) return null;
  const free = rows.length - ruled.length;
  return html`<section aria-labelledby="rules"><h2 id="rules">Rules</h2>
<details class="rules"><summary>${ruled.length} of ${rows.length} items have rules</summary>
<div class="sheet"><table class="hosts"><caption class="unseen">Rules by item</caption>
<thead><tr><th scope="col">Item</th><th scope="col">Becomes</th></tr></thead>
<tbody>${ruled.map(
    ({ item, own }) => html`
<tr data-key="${item}"><th scope="row" class="c-item"><a class="item" href="${graphUrl(view.tag, item)}"><bdi>${breakable(item)}</bdi></a></th>
<td><ul>${own.map(({ level, rule }) => html`<li>${chip(scale, level)} <code class="rule">${rule}</code></li>`)}</ul></td></tr>`,
  )}
</tbody></table></div>
${free > 0 ? html`<p class="quiet">The others are ${scale.label(scale.levels[0]?.name ?? "")} whatever their value, and have their worst level when they cannot be read.</p>` : null}</details></section>`;
}
