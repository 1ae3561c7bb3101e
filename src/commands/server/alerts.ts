// ALERTS: what waits to be told and why, which messages were not taken, and what was told to whom.

import { formatWhen } from "../../core/hours.ts";
import { ALERTS_SHOWN_MAX } from "../../core/limits.ts";
import { defineCommand } from "../../wire/command.ts";
import type { PlannedLineSeen, QueuedSeen, ServerDesk } from "./desk.ts";
import { shown } from "./downtime.ts";
import { eventLimit, limitOf } from "./event-limit.ts";
import { knownHost } from "./known-host.ts";

export default defineCommand<ServerDesk>({
  name: "ALERTS",
  from: ["localhost", "pagemaker"],
  args: [
    { name: "HOST", optional: true },
    { name: "ITEM", optional: true },
    { name: "ival|count", optional: true },
  ],
  doc: `Of all hosts or HOST, of ITEM: notices that something holds up, messages that were not taken yet, acknowledgements, planned work (that of the work-config too), and what was told to whom: the last count, or those within ival; at most ${ALERTS_SHOWN_MAX}, the default 100.`,
  handle(desk, args) {
    const { words, limit } = limitOf(desk, args, "100");
    const [name, itemName] = words;
    const item = itemName === "*" ? undefined : itemName;
    const host = name === undefined || name === "*" ? undefined : knownHost(desk, name);
    const { count = ALERTS_SHOWN_MAX, since_s } = eventLimit(limit, desk.now_s());
    return { body: answer(desk, { host, item, since_s, count: Math.min(count, ALERTS_SHOWN_MAX) }) };
  },
});

interface Asked {
  host: string | undefined;
  item: string | undefined;
  since_s: number | undefined;
  count: number;
}

function* answer(desk: ServerDesk, { host, item, since_s, count }: Asked): Generator<string> {
  const isMeant = (each: { host: string; item: string }) =>
    (host === undefined || each.host === host) && (item === undefined || each.item === item);
  const { pending, queue } = desk.people.waiting;
  const tagOf = new Map(desk.hosts().map(([name, { tag }]) => [name, tag]));
  const named = <T extends { host: string }>(each: T) => ({ ...each, tag: tagOf.get(each.host) ?? each.host });
  yield `{"resp":"ok alerts","now":${desk.now_s()}`;
  yield* rows("pending", pending.filter(isMeant).slice(0, ALERTS_SHOWN_MAX).map(named));
  yield* rows(
    "queue",
    queue
      .filter(({ message }) => message.notices.some(isMeant))
      .slice(0, ALERTS_SHOWN_MAX)
      .map(waiting),
  );
  yield* rows("acks", desk.people.acks().filter(isMeant).map(named));
  yield* rows("downtimes", desk.people.downtimes().map(shown));
  yield* rows("planned", desk.people.plannedLines().map(ofWork));
  const query = { ...(host ? { host } : {}), ...(item ? { item } : {}), ...(since_s === undefined ? {} : { since_s }) };
  yield* rows("told", desk.people.tellings({ ...query, count }).map(named));
  yield "}\n";
}

function* rows(name: string, list: readonly unknown[]): Generator<string> {
  yield `,${JSON.stringify(name)}:[`;
  let comma = "";
  for (const each of list) {
    yield comma + JSON.stringify(each);
    comma = ",";
  }
  yield "]";
}

function waiting({ user, channel, message, attempts, next_s, state, answer: said }: QueuedSeen) {
  const { id, made_s, notices, more } = message;
  const first = notices[0];
  return {
    id,
    user,
    channel,
    made: made_s,
    notices: notices.length + more,
    ...(first ? { first: { tag: first.tag, item: first.item, level: first.level } } : {}),
    attempts,
    next: next_s,
    state,
    ...(said === undefined ? {} : { answer: said }),
  };
}

function ofWork({ hosts, items, when, text = "", where, isNow }: PlannedLineSeen) {
  return { where, hosts, items, when: formatWhen(when), text, now: isNow };
}
