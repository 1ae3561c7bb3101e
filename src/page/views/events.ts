// The last events, of all hosts or those that `?host=` and `?item=` leave.

import { html } from "../html.ts";
import { findHost } from "../lookup.ts";
import { eventTable } from "../parts.ts";
import { defineViewOf } from "../view.ts";

const EVENTS_SHOWN = 200;
/** More are asked for, as the filter works on what the server gives. */
const EVENTS_ASKED = 1000;

export default defineViewOf<{ host: string | undefined; item: string }>({
  path: "/events",
  nav: "Events",
  events: EVENTS_ASKED,
  load: ({ fleet, query }) => {
    const host = query.get("host")?.trim();
    return { host: host ? findHost(fleet, host).view.tag : undefined, item: query.get("item")?.trim() ?? "" };
  },
  title: (_, { host, item }) => ["Events", host && `of ${host}`, item].filter(Boolean).join(" "),
  render: ({ fleet, overview }, { host, item }) => {
    const view = host === undefined ? undefined : fleet.find(host)?.view;
    const events = overview.events
      .filter(
        (event) => (!view || event.host === view.host || event.host === view.tag) && (!item || event.item === item),
      )
      .slice(0, EVENTS_SHOWN);
    const filtered = view !== undefined || item !== "";
    return html`<div class="heading"><h1>Events</h1>
<p class="lead">${events.length === 0 ? "None" : `The last ${events.length}`}${view ? html` of <bdi>${view.tag}</bdi>` : null}${item ? html` of the item <bdi>${item}</bdi>` : null}, newest first</p></div>
<form class="filter" action="/events" method="get" role="search" aria-label="Filter events">
<label>Host <select name="host"><option value="">all</option>${fleet.hosts.map(
      (status) =>
        html`<option value="${status.view.tag}"${status.view.tag === view?.tag ? html` selected` : null}>${status.view.tag}</option>`,
    )}</select></label>
<label>Item <input name="item" value="${item}" placeholder="all" autocomplete="off" spellcheck="false" maxlength="100"></label>
<button>Show</button>${filtered ? html` <a href="/events">show all</a>` : null}
</form>
${
  events.length === 0
    ? html`<p class="empty">${filtered ? "No such event among the latest ones." : "No level has changed yet."}</p>`
    : html`<div class="sheet">${eventTable(events, fleet, "all")}</div>`
}`;
  },
});
