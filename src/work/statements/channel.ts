// channel NAME TYPE URL: a way to alert people, besides mail.

import { didYouMean } from "../../core/diagnostic.ts";
import { ARGUMENT_CHARS_MAX } from "../../core/limits.ts";
import { isName, NAME_FORM } from "../../core/names.ts";
import { defineStatement, whereOf } from "../statement.ts";

/** Types, and what their URL is. */
const TYPES: Readonly<Record<string, { is: string; form: string; accepts: RegExp }>> = {
  webhook: { is: "URL of a webhook", form: "https://…", accepts: /^https?:\/\/[^/\s]+/ },
  ntfy: { is: "URL of an ntfy topic", form: "https://ntfy.example.org/topic", accepts: /^https?:\/\/[^/\s]+\/\S+$/ },
  slack: { is: "URL of a Slack hook", form: "https://hooks.slack.com/…", accepts: /^https?:\/\/[^/\s]+\/\S+$/ },
  mattermost: {
    is: "URL of a Mattermost hook",
    form: "https://mattermost.example.org/hooks/…",
    accepts: /^https?:\/\/[^/\s]+\/\S+$/,
  },
  command: { is: "path of a program", form: "an absolute path, and its arguments in quotes", accepts: /^\// },
};
/** What alerts go by when they name nothing else. */
export const MAIL = "mail";

export default defineStatement({
  name: "channel",
  args: ["NAME", "TYPE", "URL"],
  misplaced(words) {
    const [name, type, url, ...more] = words;
    if (name && type && !url && /^(https?:|@?\/)/.test(type.text)) {
      const hint = `write channel ${name.text} TYPE ${type.text}; types are ${Object.keys(TYPES).join(", ")}`;
      return { at: type, message: `TYPE is missing before "${type.text}"`, hint };
    }
    const [at] = more;
    if (name && type?.text === "command" && url && at) {
      const path = `${url.text.startsWith("/") ? "" : "/PATH/"}${words
        .slice(2)
        .map(({ text }) => text)
        .join(" ")}`;
      return { at, message: "a command of several words", hint: `write channel ${name.text} command "${path}"` };
    }
    if (!name || !type || !Object.hasOwn(TYPES, name.text) || Object.hasOwn(TYPES, type.text)) return undefined;
    const hint = `NAME comes first: write channel ${type.text} ${name.text} ${url?.text ?? "URL"}`;
    return { at: name, message: `"${name.text}" is a type`, hint };
  },
  doc: `A way to alert people besides mail, for alert … via NAME. TYPE: ${Object.keys(TYPES).join(", ")}. The URL is known to the server only; with @/FILE it is read from there. A command gets the alert on its standard input.`,
  later: true,
  example: "channel chat mattermost https://mattermost.example.org/hooks/x1y2z3",
  declare({ words, complain }, draft) {
    const [name, type, url] = words;
    if (!name || !type || !url) return;
    if (!isName(name.text)) complain(name, `"${name.text}" cannot be a channel`, `use ${NAME_FORM}`);
    if (name.text === MAIL) complain(name, "mail is there without being declared", "choose another name");
    const declared = Object.hasOwn(TYPES, type.text) ? TYPES[type.text] : undefined;
    if (!declared) {
      const names = Object.keys(TYPES);
      complain(type, `unknown type "${type.text}"`, didYouMean(type.text, names) ?? `types are ${names.join(", ")}`);
    } else if (!declared.accepts.test(url.text) && !url.text.startsWith("@/")) {
      const form = `${declared.form}, or @/FILE, the absolute path of a file that holds it`;
      complain(url, `"${url.text}" is no ${declared.is}`, `write ${form}`);
    }
    if (url.text.length > ARGUMENT_CHARS_MAX) complain(url, `more than ${ARGUMENT_CHARS_MAX} characters`);
    const before = draft.channels.find((channel) => channel.name.text === name.text);
    if (before)
      complain(name, `the channel ${name.text} is declared twice`, `it is already in ${whereOf(before.name)}`);
    else draft.channels.push({ name, type: type.text, url: url.text, at: url });
  },
});
