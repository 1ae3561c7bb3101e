// Push messages by an ntfy server (docs.ntfy.sh/publish, "Publish as JSON"): in JSON and not in headers, which have no UTF-8.

import type { Message } from "../core/alert/message.ts";
import { brief, details, fitting, gravity, linesOf, oneLine, othersLine, titleOf } from "../core/alert/short.ts";
import { CHAT_NOTICES_MAX, PUSH_BYTES_MAX, PUSH_TITLE_CHARS_MAX } from "../core/limits.ts";
import { defineChannel } from "./channel.ts";
import { actionsOf, type Link, pageOf } from "./links.ts";
import { send } from "./web-channel.ts";
import { hasPath } from "./web-url.ts";

/** As ntfy has it (server/server.go: topicPathRegex). */
const TOPIC = /^\/([-_A-Za-z0-9]{1,64})$/;
/** ntfy shows three. */
const ACTIONS_MAX = 3;

export default defineChannel({
  name: "ntfy",
  is: "URL of an ntfy topic",
  form: "https://ntfy.example.org/topic",
  doc: "A push message to phones and browsers by an ntfy server; priority by level, with buttons.",
  example: "channel phone ntfy https://:tk_x1y2z3@ntfy.example.org/our-site",
  accepts: hasPath,
  fault: (url) => {
    if (TOPIC.test(new URL(url).pathname)) return undefined;
    const message = "behind the host stands no topic of ntfy";
    return { message, hint: "write /TOPIC: at most 64 letters, digits, _ and -" };
  },
  send: (message, delivery) => {
    const url = new URL(delivery.url);
    const [, topic = ""] = TOPIC.exec(url.pathname) ?? [];
    url.pathname = "/";
    return send({ url, body: JSON.stringify({ topic, ...pushOf(message) }) }, delivery);
  },
});

/** All but the topic. */
export function pushOf(message: Message) {
  const { notices, others, made_s } = message;
  const [first] = notices;
  const click = first && pageOf(first);
  const actions = buttonsOf(message);
  // The title of one notice is its brief; it is not said twice.
  const own =
    notices.length === 1 && first ? [details(first, made_s) || brief(first)] : linesOf(message, CHAT_NOTICES_MAX);
  return {
    title: oneLine(titleOf(message), PUSH_TITLE_CHARS_MAX),
    message: fitting([...own, ...others.map((other) => othersLine(other))], PUSH_BYTES_MAX),
    priority: priorityOf(message),
    tags: tagsOf(message),
    ...(click === undefined ? {} : { click }),
    ...(actions.length > 0 ? { actions: actions.map(({ label, url }) => ({ action: "view", label, url })) } : {}),
  };
}

/** 5 and 4 ring through, 3 is as any message. Nobody is woken because all is well again, or to try the way. */
function priorityOf(message: Message): number {
  const worst = Math.max(0, ...problemsOf(message).map((notice) => gravity(notice, message)));
  return worst >= 0.75 ? 5 : worst >= 0.5 ? 4 : 3;
}

function problemsOf({ notices }: Message) {
  return notices.filter(({ kind }) => kind !== "recovery" && kind !== "test");
}

/** The first one is shown as a picture, the others as words. */
function tagsOf(message: Message): string[] {
  const problems = problemsOf(message);
  const worst = Math.max(0, ...problems.map((notice) => gravity(notice, message)));
  const isWell = problems.length === 0;
  const picture = isWell ? "white_check_mark" : worst >= 0.75 ? "rotating_light" : "warning";
  const [first] = message.notices;
  const tags = new Set(message.notices.map(({ tag }) => tag));
  return [picture, ...(first ? [first.level] : []), ...(first && tags.size === 1 ? [first.tag] : [])].map((tag) =>
    oneLine(tag),
  );
}

/** Of several notices the worst ones can be acknowledged, each by its name. */
function buttonsOf({ notices }: Message): Link[] {
  const [first] = notices;
  if (notices.length === 1 && first) return actionsOf(first);
  return notices
    .flatMap((notice) =>
      actionsOf(notice)
        .slice(0, 1)
        .map(({ label, url }) => ({ label: `${label} ${notice.tag} ${notice.item}`, url })),
    )
    .slice(0, ACTIONS_MAX);
}
