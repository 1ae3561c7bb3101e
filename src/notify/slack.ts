// Slack's incoming hooks, and what is compatible with them (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).

import { defineChannel } from "./channel.ts";
import { chatOf, type Format, safe } from "./chat.ts";
import { send } from "./web-channel.ts";
import { hasPath } from "./web-url.ts";

export default defineChannel({
  name: "slack",
  is: "URL of a Slack hook",
  form: "https://hooks.slack.com/…",
  doc: "A message in a channel of Slack, or of what takes Slack's incoming hooks (Discord: behind its URL /slack).",
  example: "channel ops slack @/etc/dmon/slack-url",
  accepts: hasPath,
  send: (message, delivery) =>
    send({ url: new URL(delivery.url), body: JSON.stringify(chatOf(message, FORMAT)) }, delivery),
});

/** Slack obeys what stands in `<…>`, and nothing else where mrkdwn is off. */
const FORMAT: Format = {
  plain: escaped,
  link: ({ label, url }) => `<${escaped(safe(url))}|${escaped(label)}>`,
};

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
