// What programs are told of a message: one object of JSON, for webhooks and commands. Its fields are documented in
// docs/channels.md; a field more is no new version, one that means something else or is gone is. Pure.

import type { Message, Notice, OtherTrouble } from "../core/alert/message.ts";
import { gravity, linesOf, titleOf } from "../core/alert/short.ts";

export const SCHEMA_VERSION = 1;
/** Lines of its text: what a person reads in a message of another system. */
const LINES_MAX = 20;

/** Field by field, so that what is added to a message for others is not told by accident. */
export function factsOf(message: Message) {
  const { id, server, user, made_s, notices, more, others, levels } = message;
  return {
    schema: "dmon.message",
    version: SCHEMA_VERSION,
    id,
    server,
    made_s,
    user: { name: user.name, mail: user.mail, options: user.options },
    title: titleOf(message),
    text: linesOf(message, LINES_MAX).join("\n"),
    notices: notices.map((notice) => noticeFacts(notice, message)),
    more,
    others: others.map(otherFacts),
    levels: levels.map(({ name, label }) => ({ name, label })),
  };
}

function noticeFacts(notice: Notice, message: Message) {
  const { kind, host, tag, item, level, prev, rank, since_s, time_s, value, unit, text, reason, rule, problem } =
    notice;
  const { page, ack, downtime } = notice.links ?? {};
  return {
    kind,
    host,
    tag,
    item,
    level,
    prev,
    rank,
    /** For who does not know the scale. */
    gravity: Number(gravity(notice, message).toFixed(3)),
    since_s,
    time_s,
    value,
    unit,
    text: text ?? null,
    reason: reason ?? null,
    rule,
    problem,
    links: { page: page ?? null, ack: ack ?? null, downtime: downtime ?? null },
  };
}

function otherFacts({ host, tag, items, more }: OtherTrouble) {
  return {
    host,
    tag,
    items: items.map(({ item, level, rank, value, unit, text, since_s }) => {
      return { item, level, rank, value, unit, text: text ?? null, since_s };
    }),
    more,
  };
}
