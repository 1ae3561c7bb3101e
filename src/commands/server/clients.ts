// CLIENTS: the state of hosts, and recent events [seed]. What the pages are made of.

import { defineCommand, Refusal } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { shown } from "./downtime.ts";
import { eventLimit, limitOf } from "./event-limit.ts";
import { knownHost } from "./known-host.ts";
import { unknownItem } from "./known-item.ts";

export default defineCommand<ServerDesk>({
  name: "CLIENTS",
  from: ["localhost", "client"],
  args: [
    { name: "HOST", optional: true },
    { name: "ITEM", optional: true },
    { name: "ival|count", optional: true },
  ],
  doc: "State of all hosts or one, and events: of HOST, of ITEM, the last count, or those within ival; 0 (the default) means all. `*` stands for all hosts.",
  handle(desk, args) {
    const { words, limit } = limitOf(desk, args, "0");
    const [name, item] = words;
    const host = name === undefined || name === "*" ? undefined : knownHost(desk, name);
    const unknown = item === undefined ? undefined : unknownItem(desk, host, item);
    if (unknown !== undefined) throw new Refusal(unknown);
    return { body: answer(desk, host, item, eventLimit(limit, desk.now_s())) };
  },
});

function* answer(
  desk: ServerDesk,
  host: string | undefined,
  item: string | undefined,
  limit: { count?: number; since_s?: number },
): Generator<string> {
  yield `{"resp":"ok clients","now":${desk.now_s()},"cdmp":{`;
  let comma = "";
  const clients: Record<string, unknown> = {};
  for (const [name, { tag, via }, known] of desk.hosts()) {
    if (host !== undefined && name !== host) continue;
    clients[name] = {
      tag,
      ...(via ? { via } : {}),
      ...(known ? { about: known.about, received: known.received } : {}),
      ...voiceOf(desk, via ?? name),
    };
    yield `${comma}${JSON.stringify(name)}:${JSON.stringify(known?.state ?? {})}`;
    comma = ",";
  }
  const acks = desk.people.acks().filter((each) => host === undefined || each.host === host);
  yield `},"clients":${JSON.stringify(clients)},"acks":${JSON.stringify(acks)}`;
  yield `,"downtimes":${JSON.stringify(desk.people.downtimes().map(shown))},"events":[`;
  comma = "";
  for (const event of desk.events({ ...(host ? { host } : {}), ...(item ? { item } : {}), ...limit })) {
    yield comma + JSON.stringify(event);
    comma = ",";
  }
  yield "]}\n";
}

/** Whether the client of a host is heard: `well`, `stale`, `dead`; nothing before its first report. */
function voiceOf(desk: ServerDesk, client: string): { voice?: string } {
  const voice = desk.voice(client);
  return voice === undefined ? {} : { voice };
}
