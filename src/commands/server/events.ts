// EVENTS: changes of level, stored each once; the answer names what is stored [seed].

import { eventsShape } from "../../core/event.ts";
import { defineCommand, json } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { foreignJson, spokenFor } from "./foreign.ts";

export default defineCommand<ServerDesk>({
  name: "EVENTS",
  from: ["localhost", "client"],
  args: [{ name: "JSON", rest: "json" }],
  doc: "A list of events to store. The answer names the ids stored, and those refused because they are of another's hosts; the client may forget both.",
  handle(desk, [text = ""], peer) {
    const events = foreignJson(text, (value) => eventsShape(value, "events"));
    const mine = spokenFor(desk, peer);
    // Refused one by one: a host that moved to another client must not hold up what else its old client saw.
    const refused = events.filter(({ host }) => !mine.has(host)).map(({ id }) => id);
    const stored = desk.takeEvents(events.filter(({ host }) => mine.has(host)));
    return json({ resp: `ok events ${stored.length}, refused ${refused.length}`, stored, refused });
  },
});
