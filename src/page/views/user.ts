// One's own page: who I am here, which alerts reach me and by which lines, what I was told, and my password.

import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from "../../core/limits.ts";
import { type Content, type Html, html } from "../html.ts";
import type { AlertLineView, PersonView, TellingView, TriedView } from "../model.ts";
import { breakable, chip, graphUrl, hostUrl, moment } from "../parts.ts";
import type { Visit } from "../view.ts";
import { logoutForm } from "./logout.ts";

export interface UserShown {
  user: string;
  token: string;
  person?: PersonView;
  /** Why the server does not say how this user is told. */
  trouble?: string;
  /** What came of a test message; `late`: no answer in time. */
  tried?: readonly TriedView[] | "late";
  /** Why none was sent. */
  untried?: string;
  /** Why the password is the old one. */
  wrong?: string;
  /** It is a new one. */
  changed?: boolean;
}

export function userMain(visit: Visit, shown: UserShown): Html {
  const { user, token, person, trouble, changed } = shown;
  return html`<div class="user">
<div class="lede"><h1><bdi>${user}</bdi></h1>${person?.mail === undefined ? null : html`<p class="quiet">mail <bdi>${person.mail}</bdi></p>`}</div>
${changed ? html`<p class="done-field" role="status">The password is changed. All other sessions have ended.</p>` : null}
${shown.wrong === undefined ? null : html`<p class="wrong-field" role="alert"><b>The password is not changed.</b> ${shown.wrong} <a href="user#password">Try again</a></p>`}
${trouble === undefined ? null : html`<p class="wrong-field" role="alert"><b>What reaches you is not known now.</b> ${trouble}</p>`}
${person ? html`${alerts(person, user)}${test(shown)}${told(person, visit)}` : null}
<section class="act" aria-labelledby="password"><h2 id="password">Password</h2>${password(shown)}</section>
<section class="act" aria-labelledby="sessions"><h2 id="sessions">Sessions</h2>
<p class="quiet">“Everywhere” ends this session and all others: on every phone and computer, and those of whoever has your cookie.</p>
${logoutForm(token)}</section>
</div>`;
}

function alerts({ lines }: PersonView, user: string): Html {
  const none = html`<p class="empty">No line of the work-config tells you of anything. It would be: <code>alert ${user} * * &gt;=sick</code></p>`;
  return html`<section aria-labelledby="alerts"><h2 id="alerts">Alerts that reach you</h2>
${
  lines.length === 0
    ? none
    : html`<div class="sheet"><table class="lines">
<caption class="unseen">Lines of the work-config that tell you, in their order</caption>
<thead><tr><th scope="col">Line</th><th scope="col">Rule</th><th scope="col">By</th><th scope="col">Hosts now</th><th scope="col">Items now</th></tr></thead>
<tbody>${lines.map(line)}</tbody></table></div>`
}
</section>`;
}

function line({ where, text, via, now, hosts, tags, items, names }: AlertLineView): Html {
  return html`
<tr><th scope="row" class="where">${where}</th>
<td><code>${text}</code>${now ? null : html` <span class="quiet">not in its hours now</span>`}</td>
<td data-head="by">${via.join(", ")}</td>
<td data-head="hosts now">${listed(
    tags.map((tag) => html`<a href="${hostUrl(tag)}"><bdi>${breakable(tag)}</bdi></a>`),
    hosts,
  )}</td>
<td data-head="items now">${listed(
    names.map((name) => html`<bdi>${breakable(name)}</bdi>`),
    items,
  )}</td></tr>`;
}

/** Names that a person reads; the others behind a word that opens. */
const NAMED = 5;

function listed(shown: readonly Html[], count: number): Content {
  if (count === 0) return html`<span class="quiet">none</span>`;
  const join = (list: readonly Html[]) => list.map((each, i) => html`${i > 0 ? ", " : null}${each}`);
  if (count <= NAMED) return join(shown);
  const more = count - shown.length;
  return html`<details><summary>${count}</summary>${join(shown)}${more > 0 ? ` and ${more} more` : null}</details>`;
}

function test({ token, tried, untried }: UserShown): Html {
  return html`<section class="act" aria-labelledby="test"><h2 id="test">A test message</h2>
${untried === undefined ? null : html`<p class="wrong-field" role="alert"><b>No message was sent.</b> ${untried}</p>`}
${tried === undefined ? null : outcome(tried)}
<form method="post" action="user"><input type="hidden" name="token" value="${token}">
<button name="what" value="test">Send me a test message</button>
<p class="quiet">By all ways by which a line tells you; what each of them answers is shown here.</p></form></section>`;
}

const OUTCOMES: Readonly<Record<TriedView["outcome"], string>> = {
  taken: "taken",
  refused: "not taken",
  unsure: "perhaps taken",
};

function outcome(tried: readonly TriedView[] | "late"): Html {
  if (tried === "late")
    return html`<p class="wrong-field" role="status"><b>No answer yet.</b> What comes of it is in the log of the server.</p>`;
  return html`<div role="status"><ul class="tried">${tried.map(
    ({ channel, outcome: what, answer }) =>
      html`<li class="${what === "taken" ? "done-field" : "wrong-field"}"><b><bdi>${channel}</bdi>: ${OUTCOMES[what]}</b> <bdi>${answer}</bdi></li>`,
  )}</ul></div>`;
}

function told({ told: all }: PersonView, visit: Visit): Html {
  return html`<section aria-labelledby="told"><h2 id="told">What you were told</h2>
${
  all.length === 0
    ? html`<p class="empty">Nothing yet.</p>`
    : html`<div class="sheet"><table class="told">
<caption class="unseen">The last messages, newest first</caption>
<thead><tr><th scope="col">Time</th><th scope="col">Host and item</th><th scope="col">Level</th><th scope="col">By</th><th scope="col">Rule, or why not</th></tr></thead>
<tbody>${all.map((each) => toldRow(each, visit))}</tbody></table></div>`
}
</section>`;
}

function toldRow({ at_s, channel, tag, item, level, kind, why, sent }: TellingView, { overview, fleet }: Visit): Html {
  const isUnsaid = kind === "unsaid" || kind === "given up";
  return html`
<tr><td>${moment(at_s, overview.now_s)}</td>
<th scope="row"><a href="${hostUrl(tag)}"><bdi>${breakable(tag)}</bdi></a> <a href="${graphUrl(tag, item)}"><bdi>${breakable(item)}</bdi></a></th>
<td>${level === "" ? null : chip(fleet.scale, level)}${kind === "recovery" || kind === "reminder" || kind === "test" ? html` <span class="quiet">${kind}</span>` : null}</td>
<td data-head="by">${channel}${sent || isUnsaid ? null : html` <span class="quiet">waits</span>`}</td>
<td class="where">${isUnsaid ? html`<b>${kind === "unsaid" ? "not told" : "given up"}</b>: ` : null}<bdi>${why}</bdi></td></tr>`;
}

function password({ token, user }: UserShown): Html {
  const field = (label: string, name: string, complete: string) =>
    html`<label class="field">${label}<input type="password" name="${name}" maxlength="${PASSWORD_CHARS_MAX}" autocomplete="${complete}" required></label>`;
  return html`
<form method="post" action="user"><input type="hidden" name="token" value="${token}"><input type="hidden" name="name" value="${user}" autocomplete="username">
${field("Old password", "old", "current-password")}
${field("New password", "new", "new-password")}
${field("The same again", "again", "new-password")}
<button name="what" value="password">Change the password</button>
<p class="quiet">At least ${PASSWORD_CHARS_MIN} characters. All other sessions end.</p></form>`;
}
