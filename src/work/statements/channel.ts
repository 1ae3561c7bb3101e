// channel NAME TYPE URL: a way to alert people, besides mail.

import { didYouMean } from "../../core/diagnostic.ts";
import type { Word } from "../../core/lexer.ts";
import { ARGUMENT_CHARS_MAX } from "../../core/limits.ts";
import { isName, NAME_FORM } from "../../core/names.ts";
import type { ChannelType } from "../../notify/channel.ts";
import { channelTypes } from "../../notify/index.ts";
import { type Complain, defineStatement, whereOf } from "../statement.ts";

const NAMES = channelTypes.map((type) => type.name);
const isType = (word: string) => NAMES.includes(word);

/** What alerts go by when they name nothing else. */
export const MAIL = "mail";

export default defineStatement({
  name: "channel",
  args: ["NAME", "TYPE", "URL"],
  misplaced(words) {
    const [name, type, url, ...more] = words;
    if (name && type && !url && /^(https?:|@?\/)/.test(type.text)) {
      const hint = `write channel ${name.text} TYPE ${type.text}; types are ${NAMES.join(", ")}`;
      return { at: type, message: `TYPE is missing before "${type.text}"`, hint };
    }
    const [at] = more;
    if (name && type?.text === "command" && url && at) {
      const path = `${url.text.startsWith("/") ? "" : "/PATH/"}${words
        .slice(2)
        .map(({ text }) => (/\s/.test(text) ? `'${text}'` : text))
        .join(" ")}`;
      return { at, message: "a command of several words", hint: `write channel ${name.text} command "${path}"` };
    }
    if (!name || !type || !isType(name.text) || isType(type.text)) return undefined;
    const hint = `NAME comes first: write channel ${type.text} ${name.text} ${url?.text ?? "URL"}`;
    return { at: name, message: `"${name.text}" is a type`, hint };
  },
  doc: `A way to alert people besides mail, for alert … via NAME. TYPE: ${NAMES.join(", ")} (docs/channels.md has each). The URL is known to the server only; with @/FILE it is read from there. A command gets the alert on its standard input.`,
  example: "channel chat mattermost https://mattermost.example.org/hooks/x1y2z3",
  declare({ words, complain }, draft) {
    const [name, type, url] = words;
    if (!name || !type || !url) return;
    if (!isName(name.text)) complain(name, `"${name.text}" cannot be a channel`, `use ${NAME_FORM}`);
    if (name.text === MAIL) complain(name, "mail is there without being declared", "choose another name");
    const declared = channelTypes.find((each) => each.name === type.text);
    if (declared) checkUrl(declared, url, complain);
    else complain(type, `unknown type "${type.text}"`, didYouMean(type.text, NAMES) ?? `types are ${NAMES.join(", ")}`);
    if (url.text.length > ARGUMENT_CHARS_MAX) complain(url, `more than ${ARGUMENT_CHARS_MAX} characters`);
    const before = draft.channels.find((channel) => channel.name.text === name.text);
    if (before)
      complain(name, `the channel ${name.text} is declared twice`, `it is already in ${whereOf(before.name)}`);
    else draft.channels.push({ name, type: type.text, url: url.text, at: url });
  },
});

function checkUrl(type: ChannelType, url: Word, complain: Complain): void {
  if (url.text.startsWith("@/")) return; // read when a message is sent
  if (!type.accepts(url.text)) {
    const form = `${type.form}, or @/FILE, the absolute path of a file that holds it`;
    complain(url, `"${url.text}" is no ${type.is}`, `write ${form}`);
    return;
  }
  const fault = type.fault?.(url.text);
  if (fault) complain(url, fault.message, fault.hint);
}
