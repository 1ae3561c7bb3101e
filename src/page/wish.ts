// What somebody filled in to acknowledge something or plan work, and what that means.

import { isPlain } from "../core/bad-text.ts";
import { comingHint, parseComing } from "../core/coming.ts";
import { ACK_TEXT_CHARS_MAX, FORM_TIME_CHARS_MAX } from "../core/limits.ts";
import { formatMoment } from "../plot/clock.ts";
import { offsetAt } from "../process/localtime.ts";
import type { Terms, TicketView } from "./model.ts";
import type { Filled } from "./views/act.ts";

/** What was filled in cannot be done; the message is for who did. */
export class Misfilled extends Error {
  override name = "Misfilled";
}

/** Of the fields of a form. */
export function filledOf(fields: URLSearchParams): Filled {
  const field = (name: string) => (fields.get(name) ?? "").replace(/\s+/g, " ").trim();
  return { until: field("until"), other: field("other"), items: field("items"), text: field("text") };
}

/** Throws Misfilled. */
export function termsOf({ action, item }: Pick<TicketView, "action" | "item">, filled: Filled, now_s: number): Terms {
  const { until: chosen = "", other = "", items, text = "" } = filled;
  if (text.length > ACK_TEXT_CHARS_MAX)
    throw new Misfilled(`The comment has ${text.length} characters; at most ${ACK_TEXT_CHARS_MAX} are kept.`);
  if (!isPlain(text)) throw new Misfilled("The comment has characters that nobody can see; write it anew.");
  const typed = other || chosen; // who types a time means it
  if (typed === "" && action === "ack") return { action, text };
  if (typed === "") throw new Misfilled("Say how long the work takes.");
  const at_s = typed.length > FORM_TIME_CHARS_MAX ? undefined : parseComing(typed, now_s, offsetAt);
  const shown = typed.length > FORM_TIME_CHARS_MAX ? `${typed.slice(0, FORM_TIME_CHARS_MAX)}…` : typed;
  if (at_s === undefined) throw new Misfilled(`“${shown}” is no time; ${comingHint(typed)}.`);
  if (at_s <= now_s) throw new Misfilled(`“${shown}” (${formatMoment(at_s, now_s)}) is over already.`);
  const until = new Date(at_s * 1000).toISOString();
  return action === "ack" ? { action, until, text } : { action, until, items: items === "host" ? "*" : item, text };
}

/** A message of the server's, as a sentence. */
export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.?$/, ".")}`;
}
