// The pages for what went wrong: what it was, and where to go on.

import { type Html, html } from "../html.ts";
import type { Link } from "../view.ts";

export interface Trouble {
  status: number;
  /** Of the document, where the heading is not the best one. */
  title?: string;
  /** A short sentence as heading. */
  heading: string;
  /** What happened, and what would be right. */
  message: string;
  /** What was probably meant, and where to go on otherwise. */
  near?: Link | undefined;
  onward?: Link | undefined;
}

/** The content of <main> for an error. */
export function troubleMain({ status, heading, message, near, onward }: Trouble): Html {
  return html`<section class="trouble" aria-labelledby="trouble">
<p class="status">${status}</p>
<h1 id="trouble">${heading}</h1>
<p class="lead">${message}</p>
${near ? html`<p>Did you mean ${link(near)}?</p>` : null}
<p>${onward ? html`${link(onward)} · ` : null}<a href="./">Alerts</a> · <a href="hosts">Hosts</a> · <a href="events">Events</a></p>
</section>`;
}

function link({ href, text }: Link): Html {
  return html`<a href="${href}"><bdi>${text}</bdi></a>`;
}
