// TICKET: what a link in a mail is for. Nothing is done by it: mail programs follow links on their own.

import { defineCommand, json } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";

export default defineCommand<ServerDesk>({
  name: "TICKET",
  from: ["localhost", "pagemaker"],
  args: [{ name: "TICKET" }],
  doc: 'What the ticket in the link of a mail is for: ack or downtime, of which host and item, by whom, and whether the problem is over; or the "fault" of what is none: forged, expired.',
  handle(desk, [text = ""]) {
    const found = desk.people.ticket(text);
    if ("fault" in found) return json({ resp: `error ${found.why}`, fault: found.fault });
    const { action, host, tag, item, user, level, since_s, over, ack } = found;
    return json({
      resp: "ok ticket",
      action,
      host,
      tag,
      item,
      user,
      level,
      since: since_s,
      over,
      ...(ack ? { ack } : {}),
    });
  },
});
