// EVENTS: changes of level, stored each once; the answer names what is stored [seed].

import { readEvents } from "../../core/event.ts";
import { defineCommand, json } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { foreignJson, spokenFor } from "./foreign.ts";

export default defineCommand<ServerDesk>({
  name: "EVENTS",
  from: ["localhost", "client"],
  args: [{ name: "JSON", rest: "json" }],
  doc: "A list of events to store. The answer names the ids stored, those refused because they are of another's hosts, and those that are no events that this server knows; the client may forget them all.",
  handle(desk, [text = ""], peer) {
    const { events, unreadable } = foreignJson(text, readEvents);
    const mine = spokenFor(desk, peer);
    // Refused one by one: a host that moved to another client must not hold up what else its old client saw.
    const refused = events.filter(({ host }) => !mine.has(host)).map(({ id }) => id);
    const stored = desk.takeEvents(events.filter(({ host }) => mine.has(host)));
    const resp = `ok events ${stored.length}, refused ${refused.length + unreadable.length}`;
    return json({ resp, stored, refused, ...(unreadable.length > 0 ? { unreadable } : {}) });
  },
});
