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
  yield `,"downtimes":${JSON.stringify(desk.people.downtimes().map(shown))},"planned":[`;
  yield* planned(desk, host);
  yield `],"events":[`;
  comma = "";
  for (const event of desk.events({ ...(host ? { host } : {}), ...(item ? { item } : {}), ...limit })) {
    yield comma + JSON.stringify(event);
    comma = ",";
  }
  yield "]}\n";
}

/** Planned work of now, with the items that it is of: `*` for all of a host. */
export function* planned(desk: ServerDesk, only?: string): Generator<string> {
  let comma = "";
  for (const { text, id, user, where, until_s, isWhole, scope } of desk.people.plannedNow()) {
    const of: Record<string, string[]> = {};
    for (const [host, , known] of desk.hosts()) {
      if (only !== undefined && host !== only) continue;
      const items = isWhole ? ["*"] : Object.keys(known?.state ?? {});
      const covered = items.filter((item) => scope.covers(host, item));
      if (covered.length > 0) of[host] = covered;
    }
    if (Object.keys(of).length === 0) continue;
    yield comma + JSON.stringify({ id, user, where, text, until: until_s, of });
    comma = ",";
  }
}

/** Whether the client of a host is heard: `well`, `stale`, `dead`; nothing before its first report. */
export function voiceOf(desk: ServerDesk, client: string): { voice?: string } {
  const voice = desk.voice(client);
  return voice === undefined ? {} : { voice };
}
