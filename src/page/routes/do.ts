// /do/…: what people who have logged in do about what is not well. A GET shows the form, a POST does it.

import { rootOf } from "../address.ts";
import { pageAnswer, redirect } from "../document.ts";
import { type Deed, type PageSource, SourceRefused, SourceUnavailable, type TicketView } from "../model.ts";
import { plannedNote } from "../notices.ts";
import { graphUrl, hostUrl } from "../parts.ts";
import { READING, type Route } from "../route.ts";
import { asMember } from "../session/member.ts";
import { type Member, readOwnForm } from "../session/posted.ts";
import { safeReturn } from "../session/return.ts";
import { subjectOf } from "../subject.ts";
import { NotFound, type Visit } from "../view.ts";
import { type Filled, formMain, problem } from "../views/act.ts";
import { hiddenFields, undoMain } from "../views/undo.ts";
import { filledOf, Misfilled, sentence, termsOf } from "../wish.ts";

const methods = [...READING, "POST"];

/** Acknowledges an item, or plans work on it or its host. */
const doing = (action: TicketView["action"]): Route => ({
  path: `/do/${action}`,
  methods,
  answer: (visit, source) =>
    asMember(visit, async (member) => {
      const subject = subjectOf(visit, action, member.session.user);
      const { tag, item, user, over } = subject;
      if (action === "ack" && over)
        throw new NotFound(`There is nothing to acknowledge: ${tag} ${item} is well.`, {
          onward: { href: graphUrl(tag, item), text: `${tag} ${item}` },
        });
      const whole = action === "downtime" && !visit.query.get("item");
      const title = `${action === "ack" ? "Acknowledge" : "Plan work on"} ${tag}${whole ? "" : ` ${item}`}`;
      const show = (filled: Filled, status = 200) =>
        pageAnswer(
          status,
          { title, main: formMain(subject, visit, filled, { hidden: hidden(visit, member, hostUrl(tag)), whole }) },
          visit,
        );
      if (visit.request.method !== "POST") return show({});
      const fields = await readOwnForm(visit, member);
      const filled = { ...filledOf(fields), ...(whole ? { items: "host" } : {}) };
      return await done(
        visit,
        fields,
        source,
        (wrong, status) => show({ ...filled, wrong }, status),
        () => ({
          user,
          host: tag,
          item,
          ...termsOf(subject, filled, visit.overview.now_s),
        }),
      );
    }),
});

/** Takes an acknowledgement back. */
const unack: Route = {
  path: "/do/unack",
  methods,
  answer: (visit, source) =>
    asMember(visit, async (member) => {
      const subject = subjectOf(visit, "ack", member.session.user);
      const { tag, item, user, ack } = subject;
      if (!ack)
        throw new NotFound(`${tag} ${item} is not acknowledged, or not any more.`, {
          onward: { href: graphUrl(tag, item), text: `${tag} ${item}` },
        });
      const show = (wrong?: string, status = 200) =>
        pageAnswer(
          status,
          {
            title: `Take back: ${tag} ${item}`,
            main: undoMain({
              heading: "Take the acknowledgement back",
              about: problem(subject, visit),
              button: `Take it back as ${user}`,
              after: "People are reminded of it again, as the work-config says.",
              hidden: hidden(visit, member, hostUrl(tag)),
              ...(wrong === undefined ? {} : { wrong }),
            }),
          },
          visit,
        );
      if (visit.request.method !== "POST") return show();
      const fields = await readOwnForm(visit, member);
      return await done(visit, fields, source, show, () => ({ action: "unack", user, host: tag, item }));
    }),
};

/** Ends planned work. */
const end: Route = {
  path: "/do/end",
  methods,
  answer: (visit, source) =>
    asMember(visit, async (member) => {
      const { user } = member.session;
      const { planned, now_s } = visit.overview;
      const id = Number(visit.query.get("id") ?? Number.NaN);
      const work = planned.find((each) => each.id === id);
      if (!work)
        throw new NotFound(
          "There is no such planned work, or not any more. What a line of work.conf plans is ended there.",
        );
      const show = (wrong?: string, status = 200) =>
        pageAnswer(
          status,
          {
            title: "End planned work",
            main: undoMain({
              heading: "End planned work",
              about: plannedNote(work, now_s),
              button: `End it as ${user}`,
              after: "What is not well then is told.",
              hidden: hidden(visit, member, "./"),
              ...(wrong === undefined ? {} : { wrong }),
            }),
          },
          visit,
        );
      if (visit.request.method !== "POST") return show();
      const fields = await readOwnForm(visit, member);
      return await done(visit, fields, source, show, () => ({ action: "end", user, id }));
    }),
};

export const acts: readonly Route[] = [doing("ack"), doing("downtime"), unack, end];

/** Does it and goes on, or shows the form with what is wrong. */
async function done(
  visit: Visit,
  fields: URLSearchParams,
  source: PageSource,
  show: (wrong: string, status: number) => Response,
  deed: () => Deed,
): Promise<Response> {
  try {
    await source.act(deed());
    return redirect(303, `${rootOf(visit.url)}${safeReturn(fields.get("to")).slice(2)}`);
  } catch (error) {
    if (error instanceof Misfilled) return show(error.message, 400);
    if (error instanceof SourceRefused) return show(sentence(error.message), 409);
    if (error instanceof SourceUnavailable)
      return show(
        `Nothing was done: ${error.message.replace(/\.?$/, ".")} Try again; what is written here stays.`,
        503,
      );
    throw error;
  }
}

function hidden({ query }: Visit, { door, session }: Member, otherwise: string) {
  const to = query.get("to");
  return hiddenFields(door.logins.tokenOf(session), safeReturn(to ?? otherwise.replace(/^\.\//, "")));
}
