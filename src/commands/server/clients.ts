// CLIENTS: the state of hosts, and recent events [seed]. What the pages are made of.

import { didYouMean } from "../../core/diagnostic.ts";
import { INTERVAL_FORM, parseInterval } from "../../core/interval.ts";
import { defineCommand, Refusal } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { knownHost } from "./known-host.ts";

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
    const words = [...args];
    const last = words.at(-1);
    // `CLIENTS 100`, `CLIENTS mars 1h`: the last word is the limit when it can be one and names no host.
    const isLimit = last !== undefined && parseInterval(last) !== undefined && !desk.canonical(last);
    const limit = words.length === 3 || isLimit ? (words.pop() ?? "0") : "0";
    const [name, item] = words;
    const host = name === undefined || name === "*" ? undefined : knownHost(desk, name);
    if (item !== undefined) mustKnow(desk, host, item);
    return { body: answer(desk, host, item, eventLimit(limit, desk.now_s())) };
  },
});

/** A plain number counts events, anything else is a stretch of time; 0 is no limit. Throws Refusal. */
function eventLimit(limit: string, now_s: number): { count?: number; since_s?: number } {
  if (/^\d+$/.test(limit)) return Number(limit) === 0 ? {} : { count: Number(limit) };
  const span_s = parseInterval(limit);
  if (span_s === undefined || span_s < 0) {
    const shown = JSON.stringify(limit.slice(0, 80));
    throw new Refusal(`${shown} limits no events; give a count such as 100, or ${INTERVAL_FORM}`);
  }
  return span_s === 0 ? {} : { since_s: now_s - span_s };
}

/** An item that left the work may still have events. Throws Refusal for a name that there never was. */
function mustKnow(desk: ServerDesk, host: string | undefined, item: string): void {
  const states = desk.hosts().flatMap(([name, , known]) => (known && name === (host ?? name) ? [known.state] : []));
  if (states.some((state) => Object.hasOwn(state, item))) return;
  for (const _ of desk.events({ ...(host ? { host } : {}), item, count: 1 })) return;
  const items = new Set(states.flatMap((state) => Object.keys(state)));
  throw new Refusal(
    [
      `${host ?? "no host"} has${host ? " no" : " an"} item ${JSON.stringify(item.slice(0, 80))}, nor is there an event of it`,
      didYouMean(item, items),
    ]
      .filter(Boolean)
      .join("; "),
  );
}

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
    };
    yield `${comma}${JSON.stringify(name)}:${JSON.stringify(known?.state ?? {})}`;
    comma = ",";
  }
  yield `},"clients":${JSON.stringify(clients)},"events":[`;
  comma = "";
  for (const event of desk.events({ ...(host ? { host } : {}), ...(item ? { item } : {}), ...limit })) {
    yield comma + JSON.stringify(event);
    comma = ",";
  }
  yield "]}\n";
}
