// ACK and UNACK: somebody knows of what is not well, and sees to it.

import { object } from "../../core/shape.ts";
import { defineCommand, json } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { foreignJson } from "./foreign.ts";
import { comment, moment, parseUntil, selector, ticket, user } from "./wishes.ts";

const ackShape = object({}, { user, hosts: selector, items: selector, until: moment, text: comment, ticket });
const namedShape = object({ user, hosts: selector }, { items: selector });

export const ack = defineCommand<ServerDesk>({
  name: "ACK",
  from: ["localhost", "pagemaker"],
  args: [{ name: "JSON", rest: "text" }],
  doc: 'Acknowledge what is not well of {"user", "hosts", "items"}, selectors as in the work; or what the {"ticket"} of a mail is for. Until all is well, or {"until"}; {"text"} says why. Nobody is reminded of it meanwhile; what gets worse is told.',
  handle(desk, [given = ""]) {
    const wish = foreignJson(given, (value) => ackShape(value, ""));
    const until_s = wish.until === undefined ? undefined : parseUntil(wish.until, desk.now_s());
    const { text = "" } = wish;
    const { who, which } = asked(desk, given, wish.ticket);
    const acks = desk.people.acknowledge(which, { user: who, text }, until_s);
    return json({ resp: `ok ack ${acks.length}`, now: desk.now_s(), acks });
  },
});

function asked(desk: ServerDesk, given: string, ticketText: string | undefined) {
  if (ticketText !== undefined) {
    const { user: who, host, item } = desk.people.redeem(ticketText, "ack");
    return { who, which: { hosts: host, items: item } };
  }
  const { user: who, hosts, items = "*" } = foreignJson(given, (value) => namedShape(value, ""));
  return { who, which: { hosts, items } };
}

export const unack = defineCommand<ServerDesk>({
  name: "UNACK",
  from: ["localhost", "pagemaker"],
  args: [{ name: "JSON", rest: "text" }],
  doc: 'Take back acknowledgements of {"user", "hosts", "items"}.',
  handle(desk, [given = ""]) {
    const { user: who, hosts, items = "*" } = foreignJson(given, (value) => namedShape(value, ""));
    const gone = desk.people.unacknowledge({ hosts, items }, who);
    const tagOf = new Map(desk.hosts().map(([name, { tag }]) => [name, tag]));
    const unacked = gone.map(({ host, item }) => ({ host, tag: tagOf.get(host) ?? host, item }));
    return json({ resp: `ok unack ${gone.length}`, unacked });
  },
});
