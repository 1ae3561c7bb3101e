// The buttons that end a session.

import { type Html, html } from "../html.ts";

export function logoutMain(user: string, token: string): Html {
  return html`<section class="act" aria-labelledby="logout">
<h1 id="logout">Log out</h1>
<p>You are <bdi>${user}</bdi>.</p>
${logoutForm(token)}
</section>`;
}

/** Here, or everywhere: on all phones and computers where this user has logged in. */
export function logoutForm(token: string): Html {
  return html`<form method="post" action="logout">
<input type="hidden" name="token" value="${token}">
<button>Log out</button>
<button name="everywhere" value="yes" class="second">Log out everywhere</button>
</form>`;
}
