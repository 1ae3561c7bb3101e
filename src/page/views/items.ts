// Items by name: on how many hosts each is, and how these are. One of them leads to it on all hosts.

import { compareText } from "../../core/text.ts";
import type { Fleet, Row } from "../fleet.ts";
import { type Html, html } from "../html.ts";
import { breakable, chip, hostLink, itemUrl, tallies, valueText } from "../parts.ts";
import { defineView } from "../view.ts";

const NAME_CHARS_MAX = 200;

export default defineView({
  path: "/items",
  nav: "Items",
  query: ["q"],
  title: () => "Items",
  render: ({ fleet, query }) => {
    const q = (query.get("q") ?? "").trim().slice(0, NAME_CHARS_MAX);
    const all = itemsOf(fleet);
    const part = q.toLowerCase();
    const shown = all.filter(({ name, label }) => `${name} ${label}`.toLowerCase().includes(part));
    return html`<div class="heading"><h1>Items</h1>
<p class="lead">${shown.length === all.length ? all.length : `${shown.length} of ${all.length}`} items on ${fleet.hosts.length} hosts</p></div>
<form class="filter" action="items" method="get" role="search" aria-label="Choose items">
<label>Item <input type="search" name="q" value="${q}" placeholder="a part of its name" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="${NAME_CHARS_MAX}"></label>
<button>Show</button>${q ? html` <a href="items">show all</a>` : null}
</form>
${shown.length === 0 ? html`<p class="empty">${all.length === 0 ? "No host has reported yet." : "No item has a name like that."}</p>` : table(shown, fleet)}`;
  },
});

/** One item on all hosts that have it. */
interface Named {
  name: string;
  label: string;
  rows: Row[];
  counts: Map<string, number>;
  stale: number;
  /** Its worst that is no older than its host's last report. */
  worst: Row | undefined;
}

function itemsOf({ hosts, scale }: Fleet): Named[] {
  const named = new Map<string, Named>();
  for (const host of hosts) {
    for (const row of host.rows) {
      const { item, state } = row;
      let found = named.get(item);
      if (!found) {
        found = { name: item, label: state.label ?? "", rows: [], counts: new Map(), stale: 0, worst: undefined };
        named.set(item, found);
      }
      found.rows.push(row);
      if (row.stale) found.stale++;
      else {
        found.counts.set(state.level, (found.counts.get(state.level) ?? 0) + 1);
        if (!found.worst || scale.weight(state.level) > scale.weight(found.worst.state.level)) found.worst = row;
      }
    }
  }
  return [...named.values()].sort((a, b) => compareText(a.name, b.name));
}

function table(items: readonly Named[], fleet: Fleet): Html {
  return html`<div class="sheet"><table class="hosts items">
<caption class="unseen">Items, by name</caption>
<thead><tr><th scope="col">Item</th><th scope="col">Levels</th><th scope="col" class="num">Hosts</th><th scope="col">Worst</th></tr></thead>
<tbody>${items.map(({ name, label, rows, counts, stale, worst }) => {
    const isWell = !worst || fleet.scale.isBest(worst.state.level);
    return html`
<tr data-key="${name}"><th scope="row" class="c-item"><a class="item" href="${itemUrl(name)}"><bdi>${breakable(name)}</bdi></a>${label ? html`<span class="label">${breakable(label)}</span>` : null}</th>
<td class="c-counts"><span class="tallies">${tallies(fleet.scale, counts, stale)}</span></td>
<td class="num">${rows.length}</td>
<td class="c-worst">${isWell ? null : html`${chip(fleet.scale, worst.state.level)} ${hostLink(worst.host)} ${valueText(worst.state)}`}</td></tr>`;
  })}
</tbody></table></div>`;
}
