// The last events, of all hosts or those that `?host=` and `?item=` leave.

import type { Event } from "../../core/event.ts";
import { html } from "../html.ts";
import { findHost } from "../lookup.ts";
import { type HostView, RECENT_EVENTS, SourceRefused } from "../model.ts";
import { eventTable } from "../parts.ts";
import { defineViewOf } from "../view.ts";

const EVENTS_SHOWN = RECENT_EVENTS;

export default defineViewOf<{ view: HostView | undefined; item: string; events: Event[]; refused?: string }>({
  path: "/events",
  nav: "Events",
  async load({ fleet, overview, query }, source) {
    const name = query.get("host")?.trim();
    const item = query.get("item")?.trim() ?? "";
    const view = name ? findHost(fleet, name).view : undefined;
    if (!view && !item) return { view, item, events: overview.events };
    const asked = { ...(view ? { host: view.host } : {}), ...(item ? { item } : {}), count: EVENTS_SHOWN };
    try {
      return { view, item, events: await source.events(asked) };
    } catch (error) {
      if (error instanceof SourceRefused) return { view, item, events: [], refused: error.message };
      throw error;
    }
  },
  title: (_, { view, item }) => ["Events", view && `of ${view.tag}`, item].filter(Boolean).join(" "),
  render: ({ fleet }, { view, item, events, refused }) => {
    const filtered = view !== undefined || item !== "";
    return html`<div class="heading"><h1>Events</h1>
<p class="lead">${events.length === 0 ? "None" : `The last ${events.length}`}${view ? html` of <bdi>${view.tag}</bdi>` : null}${item ? html` of the item <bdi>${item}</bdi>` : null}, newest first</p></div>
<form class="filter" action="events" method="get" role="search" aria-label="Filter events">
<label>Host <select name="host"><option value="">all</option>${fleet.hosts.map(
      (status) =>
        html`<option value="${status.view.tag}"${status.view.tag === view?.tag ? html` selected` : null}>${status.view.tag}</option>`,
    )}</select></label>
<label>Item <input name="item" value="${item}" placeholder="all" autocomplete="off" spellcheck="false" maxlength="100"></label>
<button>Show</button>${filtered ? html` <a href="events">show all</a>` : null}
</form>
${
  events.length === 0
    ? html`<p class="empty">${refused ?? (filtered ? "No such event is kept." : "No level has changed yet.")}</p>`
    : html`<div class="sheet">${eventTable(events, fleet, "all")}</div>`
}`;
  },
});
