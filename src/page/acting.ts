// What can be done about an item, as links: to forms, which lead to the login and back who has not logged in.

import type { HostStatus, Row } from "./fleet.ts";
import { type Html, html } from "./html.ts";

/** Of an item: acknowledge it or take that back, plan work or end it. `to`: where to go on, relative to the root. */
export function actLinks(row: Row, isBest: boolean, to: string): Html {
  const { host, item, ack, planned } = row;
  const where = queryOf({ host: host.view.tag, item, to });
  const own = planned.find(({ id }) => id !== undefined);
  const acking = ack
    ? html`<a href="do/unack?${where}">take back</a>`
    : isBest
      ? null
      : html`<a href="do/ack?${where}">acknowledge</a>`;
  const working = own
    ? html`<a href="do/end?${queryOf({ id: String(own.id), to })}">end the work</a>`
    : html`<a href="do/downtime?${where}">plan work</a>`;
  return html`<span class="acts">${acking} ${working}</span>`;
}

/** Of a host as a whole: planned work; and where it is silent, an acknowledgement of that. */
export function hostActLinks({ view, planned, dead, care }: HostStatus, to: string): Html {
  const where = queryOf({ host: view.tag, to });
  const own = planned.find(({ id }) => id !== undefined);
  const acking = !dead
    ? null
    : care === "acknowledged"
      ? html`<a href="do/unack?${where}">take back</a>`
      : html`<a href="do/ack?${where}">acknowledge</a>`;
  const working = own
    ? html`<a href="do/end?${queryOf({ id: String(own.id), to })}">end the work</a>`
    : html`<a href="do/downtime?${where}">plan work</a>`;
  return html`<span class="acts">${acking} ${working}</span>`;
}

function queryOf(fields: Record<string, string>): string {
  const shown = Object.entries(fields).filter(([, value]) => value !== "" && value !== "./");
  return shown.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
}
