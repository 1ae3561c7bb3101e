// The form behind a link in a mail: what it is about, who has seen to it already, and what can be done. No script, and no more fields
// than a phone has room for.

import { MORNING_HOUR } from "../../core/coming.ts";
import { ACK_TEXT_CHARS_MAX, FORM_TIME_CHARS_MAX } from "../../core/limits.ts";
import { formatMoment } from "../../plot/clock.ts";
import { fromLocalTime, localTime } from "../../process/localtime.ts";
import type { HostStatus, Row } from "../fleet.ts";
import { type Content, type Html, html, raw } from "../html.ts";
import type { TicketView } from "../model.ts";
import { ackNote, hostNotes, plannedNote } from "../notices.ts";
import { age, breakable, chip, graphUrl, hostUrl, moment, reason, valueText } from "../parts.ts";
import type { Visit } from "../view.ts";

/** What was filled in before, and what is wrong with it. */
export interface Filled {
  until?: string;
  other?: string;
  items?: string;
  text?: string;
  wrong?: string;
}

/** Later than that, this morning is no choice. */
const EARLY_HOUR = 7;

/** What the form of somebody who has logged in has beside; `whole`: it is about the host, and no item of it. */
export interface Own {
  hidden: Html;
  whole: boolean;
}

export function formMain(ticket: TicketView, visit: Visit, filled: Filled, own?: Own): Html {
  const { action, user } = ticket;
  const isAck = action === "ack";
  const now_s = visit.overview.now_s;
  return html`<section class="act" aria-labelledby="act">
<h1 id="act">${isAck ? "Acknowledge" : "Plan work"}</h1>
${own?.whole ? hostCard(ticket, visit) : problem(ticket, visit)}
${filled.wrong === undefined ? null : html`<p class="wrong-field" role="alert"><b>Nothing was done.</b> ${filled.wrong}</p>`}
<form method="post" autocomplete="off">${own?.hidden}
${choices(
  isAck ? "Until" : "How long",
  "until",
  isAck ? ackTimes(now_s) : workTimes(now_s),
  filled.until,
  html`<label class="other"><span>or until</span> <input name="other" value="${filled.other ?? ""}" placeholder="18:00" maxlength="${FORM_TIME_CHARS_MAX}" autocapitalize="none" spellcheck="false" aria-describedby="other-form"></label>
<p id="other-form" class="quiet">6h, 18:00, tomorrow or fri 9:00; what is written here counts</p>`,
)}
${isAck || own?.whole ? null : choices("On", "items", places(ticket), filled.items)}
<label class="field">Comment <span class="quiet">for all to see</span><input name="text" value="${filled.text ?? ""}" maxlength="${ACK_TEXT_CHARS_MAX}" placeholder="${isAck ? "what you know or do about it" : "what is done"}"></label>
<button>${isAck ? "Acknowledge" : "Plan work"} as ${user}</button>
<p class="quiet">${isAck ? "Nobody is reminded of it meanwhile. If it gets worse, people are told." : "From now on. Nobody is told of it meanwhile; what is not well afterwards is told then."}</p>
</form>
</section>`;
}

/** What it is about: host, item, level, since when, and who sees to it. */
export function problem(ticket: TicketView, { overview, fleet }: Visit): Html {
  const { tag, item, host: name, level, since_s, over, ack } = ticket;
  const host = fleet.find(name);
  const row = host?.rows.find((each) => each.item === item);
  const now_s = overview.now_s;
  const since =
    over && fleet.scale.isBest(level)
      ? html`<span class="quiet">well now</span>`
      : html`<span class="quiet">for ${age(since_s, now_s)}, since ${moment(since_s, now_s)}</span>`;
  return html`<div class="card subject k-${fleet.scale.look(level)}">
<p class="what"><a class="tag" href="${hostUrl(tag)}"><bdi>${breakable(tag)}</bdi></a> <a class="item" href="${graphUrl(tag, item)}"><bdi>${breakable(item)}</bdi></a></p>
<p>${chip(fleet.scale, level)} ${row && row.state.value !== null ? html`<b>${valueText(row.state)}</b> ` : null}${since}</p>
${row && !row.stale ? reason(row.state) : null}
${ack ? ackNote(ack, now_s) : null}
${works(host, row, now_s)}
</div>`;
}

/** The same of a host as a whole. */
function hostCard({ tag, host: name, level }: TicketView, { overview, fleet }: Visit): Html {
  return html`<div class="card subject k-${fleet.scale.look(level)}">
<p class="what"><a class="tag" href="${hostUrl(tag)}"><bdi>${breakable(tag)}</bdi></a></p>
<p>${chip(fleet.scale, level)}</p>
${works(fleet.find(name), undefined, overview.now_s)}
</div>`;
}

function works(host: HostStatus | undefined, row: Row | undefined, now_s: number): Content {
  return [...(row?.planned.map((work) => plannedNote(work, now_s)) ?? []), ...(host ? hostNotes(host, now_s) : [])];
}

interface Choice {
  value: string;
  label: Content;
}

function choices(legend: string, name: string, all: readonly Choice[], chosen: string | undefined, more?: Html): Html {
  const picked = all.some(({ value }) => value === chosen) ? chosen : all[0]?.value;
  return html`<fieldset><legend>${legend}</legend>
${all.map(({ value, label }) => html`<label class="choice"><input type="radio" name="${name}" value="${value}"${value === picked ? raw(" checked") : null}><span>${label}</span></label>`)}
${more}</fieldset>`;
}

function ackTimes(now_s: number): Choice[] {
  return [{ value: "", label: "until it is well" }, { value: "2h", label: "2 hours" }, ...mornings(now_s)];
}

function workTimes(now_s: number): Choice[] {
  return [{ value: "1h", label: "1 hour" }, { value: "4h", label: "4 hours" }, ...mornings(now_s)];
}

/** Who is woken at three means this morning; as moments, so that what was chosen before midnight is what is done after. */
function mornings(now_s: number): Choice[] {
  const { year, month, day, hour } = localTime(now_s);
  const at = (days: number) => fromLocalTime(year, month, day + days, MORNING_HOUR * 3600);
  const choice = (word: string, time_s: number) => ({
    value: new Date(time_s * 1000).toISOString(),
    label: html`until ${word} ${formatMoment(time_s, time_s)}`,
  });
  const tomorrow = choice("tomorrow", at(1));
  return hour < EARLY_HOUR ? [choice("today", at(0)), tomorrow] : [tomorrow];
}

/** Of a host that is silent no item is known, so its work is on all of it. */
function places({ tag, item }: TicketView): Choice[] {
  const one = { value: "item", label: html`only <bdi>${item}</bdi>` };
  const all = { value: "host", label: html`all of <bdi>${tag}</bdi>` };
  return item === "dmon" ? [all, one] : [one, all];
}
