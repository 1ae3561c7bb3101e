// EVENTS: changes of level, stored each once; the answer names what is stored [seed].

import { eventsShape } from "../../core/event.ts";
import { defineCommand, json, Refusal } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { foreignJson, spokenFor } from "./foreign.ts";

export default defineCommand<ServerDesk>({
  name: "EVENTS",
  from: ["localhost", "client"],
  args: [{ name: "JSON", rest: "json" }],
  doc: "A list of events to store. The answer names the ids that the client may forget.",
  handle(desk, [text = ""], peer) {
    const events = foreignJson(text, (value) => eventsShape(value, "events"));
    const mine = spokenFor(desk, peer);
    const foreign = events.find(({ host }) => !mine.has(host));
    if (foreign) throw new Refusal(`${peer.address} may not speak for ${foreign.host}`);
    const stored = desk.takeEvents(events);
    return json({ resp: `ok events ${stored.length}`, stored });
  },
});
