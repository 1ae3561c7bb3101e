// Links of mails that act: what one is for, the form to do it, and what was done. Only a POST does anything, for mail programs and
// their scanners follow links.

import { TICKET_CHARS_MAX } from "../core/limits.ts";
import { FormRefused, readForm } from "./form.ts";
import type { Html } from "./html.ts";
import { type PageSource, SourceRefused, type TicketView } from "./model.ts";
import { graphUrl } from "./parts.ts";
import type { Visit } from "./view.ts";
import { type Filled, formMain } from "./views/act.ts";
import { doneMain } from "./views/acted.ts";
import { troubleMain } from "./views/trouble.ts";
import { filledOf, Misfilled, sentence, termsOf } from "./wish.ts";

/** What it is answered with: a page, or where that is. */
export type Acted = { status: number; title: string; main: Html } | { location: string };

/** The answer at `/act/TICKET`. Throws SourceUnavailable. */
export async function act(request: Request, text: string, visit: Visit, source: PageSource): Promise<Acted> {
  const ticket = isTicket(text) ? await source.ticket(text) : undefined;
  if (!ticket || ("fault" in ticket && ticket.fault === "forged"))
    return trouble(
      403,
      "This link is not valid",
      "It is not whole, or not from this server. Open the one in the mail.",
    );
  if ("fault" in ticket)
    return trouble(
      410,
      "This link has expired",
      "It is too old. Acknowledge and plan work by a newer mail, or by dmon ack and dmon downtime.",
    );
  const gone = goneOf(ticket, visit);
  const done = request.method === "POST" ? null : visit.query.get("done");
  if (done !== null) return { status: 200, title: "Done", main: doneMain(ticket, visit, done) };
  if (gone) return gone;
  if (request.method !== "POST") return form(200, ticket, visit, {});
  return post(request, text, ticket, visit, source);
}

async function post(
  request: Request,
  text: string,
  ticket: TicketView,
  visit: Visit,
  source: PageSource,
): Promise<Acted> {
  let filled: Filled = {};
  try {
    filled = filledOf(await readForm(request));
    const { id } = await source.use({ ticket: text, ...termsOf(ticket, filled, visit.overview.now_s) });
    return { location: `${text}?done=${id ?? "ack"}` }; // relative, so it does not matter where the pages are
  } catch (error) {
    if (error instanceof FormRefused) return trouble(error.status, "Nothing was done", error.message);
    if (error instanceof Misfilled) return form(400, ticket, visit, { ...filled, wrong: error.message });
    if (error instanceof SourceRefused) return form(409, ticket, visit, { ...filled, wrong: sentence(error.message) });
    throw error;
  }
}

/** What is left of a link whose problem is over, or whose host is. */
function goneOf({ action, host, tag, item, over, level }: TicketView, { fleet }: Visit): Acted | undefined {
  if (!fleet.find(host))
    return trouble(410, "This host is monitored no more", `${tag} is not in the work-config any more.`);
  if (!over || action !== "ack") return undefined;
  const onward = { href: graphUrl(tag, item), text: `${tag} ${item}` };
  const { scale } = fleet;
  const [heading, message] = scale.isBest(level)
    ? ["It is well again", `There is nothing to acknowledge: ${tag} ${item} is ${scale.label(level)}.`]
    : [
        "That problem is over",
        `${tag} ${item} was well meanwhile, and is ${scale.label(level)} again. Use the link of the newer mail.`,
      ];
  return { status: 410, title: heading, main: troubleMain({ status: 410, heading, message, onward }) };
}

function form(status: number, ticket: TicketView, visit: Visit, filled: Filled): Acted {
  const what = ticket.action === "ack" ? "Acknowledge" : "Plan work on";
  return { status, title: `${what} ${ticket.tag} ${ticket.item}`, main: formMain(ticket, visit, filled) };
}

function trouble(status: number, heading: string, message: string): Acted {
  return { status, title: heading, main: troubleMain({ status, heading, message }) };
}

/** As tickets are written; nothing else goes to the server. */
function isTicket(text: string): boolean {
  return text.length <= TICKET_CHARS_MAX && /^[\w-]+\.[\w-]+$/.test(text);
}
