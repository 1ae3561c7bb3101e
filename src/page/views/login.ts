// The form to log in. It shows nothing of what is monitored: whoever sees it may be nobody.

import { NAME_CHARS_MAX, PASSWORD_CHARS_MAX } from "../../core/limits.ts";
import { type Html, html, raw } from "../html.ts";

export interface LoginShown {
  /** Where to go on. */
  to: string;
  token: string;
  user?: string;
  /** Why it was in vain. */
  wrong?: string;
  /** Why nobody can log in. */
  fault?: string;
}

export function loginMain({ to, token, user = "", wrong, fault }: LoginShown): Html {
  return html`<section class="act" aria-labelledby="login">
<h1 id="login">Log in</h1>
${fault === undefined ? null : html`<p class="wrong-field" role="alert"><b>Nobody can log in.</b> ${fault}</p>`}
${wrong === undefined ? null : html`<p class="wrong-field" role="alert"><b>Not logged in.</b> ${wrong}</p>`}
<form method="post" action="login">
<input type="hidden" name="token" value="${token}"><input type="hidden" name="to" value="${to.slice(2)}">
<label class="field">Name<input name="user" value="${user.slice(0, NAME_CHARS_MAX)}" maxlength="${NAME_CHARS_MAX}" autocomplete="username" autocapitalize="none" spellcheck="false" required${user === "" ? raw(" autofocus") : null}></label>
<label class="field">Password<input type="password" name="password" maxlength="${PASSWORD_CHARS_MAX}" autocomplete="current-password" required${user === "" ? null : raw(" autofocus")}></label>
<button>Log in</button>
<p class="quiet">Names are those of the users of the work-config. A password is set on the host of these pages with <code>dmon passwd NAME</code>.</p>
</form>
</section>`;
}
