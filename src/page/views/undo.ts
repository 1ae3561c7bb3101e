// The forms by which an acknowledgement is taken back, and planned work ended.

import { type Content, type Html, html } from "../html.ts";

/** What each form of somebody who has logged in has: that it is ours, and where to go on. */
export function hiddenFields(token: string, to: string): Html {
  return html`<input type="hidden" name="token" value="${token}"><input type="hidden" name="to" value="${to.slice(2)}">`;
}

export function undoMain(shown: {
  heading: string;
  about: Content;
  button: string;
  after: string;
  hidden: Html;
  wrong?: string;
}): Html {
  const { heading, about, button, after, hidden, wrong } = shown;
  return html`<section class="act" aria-labelledby="act">
<h1 id="act">${heading}</h1>
${about}
${wrong === undefined ? null : html`<p class="wrong-field" role="alert"><b>Nothing was done.</b> ${wrong}</p>`}
<form method="post">${hidden}
<button>${button}</button>
<p class="quiet">${after}</p>
</form>
</section>`;
}
