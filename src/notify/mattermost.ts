// Mattermost's incoming hooks: as Slack's, but the texts are Markdown and names behind @ are rung up
// (developers.mattermost.com/integrate/webhooks/incoming, .../reference/message-attachments).

import { defineChannel } from "./channel.ts";
import { chatOf, type Format, safe } from "./chat.ts";
import { send } from "./web-channel.ts";
import { hasPath } from "./web-url.ts";

export default defineChannel({
  name: "mattermost",
  is: "URL of a Mattermost hook",
  form: "https://mattermost.example.org/hooks/…",
  doc: "A message in a channel of Mattermost; Rocket.Chat's incoming hooks take the same.",
  example: "channel chat mattermost https://mattermost.example.org/hooks/x1y2z3",
  accepts: hasPath,
  send: (message, delivery) =>
    send({ url: new URL(delivery.url), body: JSON.stringify(chatOf(message, FORMAT)) }, delivery),
});

const FORMAT: Format = {
  plain: escaped,
  link: ({ label, url }) => `[${escaped(label)}](${safe(url)})`,
};

/** Nothing of it is Markdown, a mention (@all), a channel (~town), a picture (:skull:), a tag (#1) or a bare link. */
function escaped(text: string): string {
  return (
    text
      .replace(/[\\`*<>[\]()#|!~]/g, "\\$&")
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_") // within a word it is no emphasis
      .replace(/^([-+=]|\d+\.)/gm, "\\$1")
      // A zero-width space: a backslash stops neither mentions nor links.
      .replace(/[@~]|:\/\/|:(?=\w+:)|(?<=\bwww)\./gi, "$&\u200b")
  );
}
