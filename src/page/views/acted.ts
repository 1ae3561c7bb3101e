// What was done by a link in a mail: what, by whom, until when, and where to go on.

import { type Html, html } from "../html.ts";
import type { TicketView } from "../model.ts";
import { breakable, graphUrl, hostUrl } from "../parts.ts";
import type { Visit } from "../view.ts";
import { problem } from "./act.ts";

/** `done` is `ack`, or the number of the planned work. */
export function doneMain(ticket: TicketView, visit: Visit, done: string): Html {
  const { tag, item, ack, host } = ticket;
  const work = visit.overview.planned.find(({ id, of }) => String(id) === done && Object.hasOwn(of, host));
  const what =
    ticket.action === "ack" && ack
      ? html`Acknowledged by <bdi>${ack.user}</bdi>`
      : work
        ? html`Work planned by <bdi>${work.user}</bdi>`
        : html`Not so any more`; // it is well again, or somebody ended it
  return html`<section class="act" aria-labelledby="act">
<h1 id="act">${what}</h1>
${problem(ticket, visit)}
<p class="onward"><a class="button" href="./">Front page</a> <a href="${graphUrl(tag, item)}"><bdi>${breakable(item)}</bdi> of <bdi>${tag}</bdi></a> <a href="${hostUrl(tag)}">all of <bdi>${tag}</bdi></a> <a href="./act/${visit.params.ticket}">${ticket.action === "ack" ? "change it" : "plan more"}</a></p>
</section>`;
}
