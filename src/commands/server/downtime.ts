// DOWNTIME and ENDDOWNTIME: planned work, during which nobody is told of what it is on.

import type { DowntimeNow } from "../../core/alert/downtime.ts";
import { formatWhen } from "../../core/hours.ts";
import { number, object } from "../../core/shape.ts";
import { defineCommand, json, Refusal } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { foreignJson } from "./foreign.ts";
import { mustHaveItem } from "./known-item.ts";
import { comment, moment, parsePlan, planUntil, selector, ticket, user } from "./wishes.ts";

const planShape = object(
  {},
  { when: moment, until: moment, user, hosts: selector, items: selector, text: comment, ticket },
);
const namedShape = object({ user, hosts: selector }, { items: selector });
const endShape = object({ user, id: number });

export const downtime = defineCommand<ServerDesk>({
  name: "DOWNTIME",
  from: ["localhost", "pagemaker"],
  args: [{ name: "JSON", rest: "text" }],
  doc: 'Plan work on {"user", "hosts", "items"}, selectors as in the work; or on the host that the {"ticket"} of a mail is for. {"when"}: 2h from now, or as in a downtime statement; or {"until"} a moment, from now on; {"text"} says why. Meanwhile nobody is told; what is not well afterwards is.',
  handle(desk, [given = ""]) {
    const wish = foreignJson(given, (value) => planShape(value, ""));
    const when = whenOf(wish, desk.now_s());
    const { text = "" } = wish;
    const { who, which } = asked(desk, given, wish);
    if (wish.ticket === undefined) mustHaveItem(desk, which);
    return json({ resp: "ok downtime", downtime: shown(desk.people.plan(which, when, { user: who, text })) });
  },
});

function asked(desk: ServerDesk, given: string, wish: { ticket?: string; items?: string }) {
  if (wish.ticket !== undefined) {
    const { user: who, tag, item } = desk.people.redeem(wish.ticket, "downtime");
    // The host that the mail is about, or that item: no more.
    return { who, which: { hosts: tag, items: wish.items === undefined || wish.items === "*" ? "*" : item } };
  }
  const { user: who, hosts, items = "*" } = foreignJson(given, (value) => namedShape(value, ""));
  return { who, which: { hosts, items } };
}

function whenOf({ when, until }: { when?: string; until?: string }, now_s: number) {
  if (when !== undefined && until !== undefined) throw new Refusal('give "when" or "until", not both');
  if (until !== undefined) return planUntil(until, now_s);
  if (when === undefined) throw new Refusal('"when" is missing: how long, or when, work is planned');
  return parsePlan(when, now_s);
}

/** As commands answer it. */
export function shown({ id, hosts, items, when, user: who, made_s, text, isNow }: DowntimeNow) {
  return { id, hosts, items, when: formatWhen(when), user: who, made: made_s, text, now: isNow };
}

export const endDowntime = defineCommand<ServerDesk>({
  name: "ENDDOWNTIME",
  from: ["localhost", "pagemaker"],
  args: [{ name: "JSON", rest: "text" }],
  doc: 'End the planned work of {"id"}, as {"user"}.',
  handle(desk, [given = ""]) {
    const { user: who, id } = foreignJson(given, (value) => endShape(value, ""));
    desk.people.end(id, who);
    return json({ resp: `ok enddowntime ${id}` });
  },
});
