// The pages for what went wrong: what it was, and where to go on.

import { type Html, html } from "../html.ts";

export interface Trouble {
  status: number;
  /** A short sentence as heading. */
  heading: string;
  /** What happened, and what would be right. */
  message: string;
  links?: readonly { href: string; text: string }[];
}

/** The content of <main> for an error. */
export function troubleMain({ status, heading, message, links = [] }: Trouble): Html {
  return html`<section class="trouble" aria-labelledby="trouble">
<p class="status">${status}</p>
<h1 id="trouble">${heading}</h1>
<p class="lead">${message}</p>
${links.length > 0 ? html`<p>Did you mean</p><ul>${links.map(({ href, text }) => html`<li><a href="${href}"><bdi>${text}</bdi></a></li>`)}</ul>` : null}
<p><a href="/">Alerts</a> · <a href="/hosts">Hosts</a> · <a href="/events">Events</a></p>
</section>`;
}
