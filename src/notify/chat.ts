// A message as the incoming hooks of Slack take it, and what is compatible with them: a title, and an attachment in the colour of
// its level for each notice. What texts must not do there differs, so the format is handed in. Pure.

import type { Message, Notice } from "../core/alert/message.ts";
import { brief, details, gravity, oneLine, othersLine, titleOf } from "../core/alert/short.ts";
import { CHAT_NOTICES_MAX } from "../core/limits.ts";
import { actionsOf, type Link, pageOf } from "./links.ts";

export interface Format {
  /** A text of which nothing is obeyed: no mention, no link, no bold. */
  plain(text: string): string;
  link(link: Link): string;
}

/** Best to worst; the same that pages have for the five levels. */
const COLOURS = ["#1a7f4b", "#8a6100", "#b8450a", "#c1121f", "#1b1f24"] as const;
const GREY = "#59616b";

export function chatOf(message: Message, format: Format) {
  const { notices, more, others } = message;
  const shown = notices.slice(0, CHAT_NOTICES_MAX);
  const left = notices.length - shown.length + more;
  return {
    text: format.plain(titleOf(message)),
    // No text makes a mention; no link is fetched for a preview, which could acknowledge.
    parse: "none",
    link_names: false,
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    attachments: [
      ...shown.map((notice) => attachment(notice, message, format)),
      ...others.slice(0, CHAT_NOTICES_MAX).map((other) => greyed(othersLine(other), format)),
      ...(left > 0 ? [greyed(`… and ${left} more`, format)] : []),
    ],
  };
}

function attachment(notice: Notice, message: Message, format: Format) {
  const line = brief(notice);
  const page = pageOf(notice);
  const links = actionsOf(notice).map((link) => format.link(link));
  const facts = format.plain(details(notice, message.made_s));
  return {
    color: COLOURS[Math.round(gravity(notice, message) * (COLOURS.length - 1))] ?? GREY,
    fallback: format.plain(line),
    title: format.plain(line),
    ...(page === undefined ? {} : { title_link: safe(page) }),
    text: [facts, links.join(" · ")].filter(Boolean).join("\n"),
    footer: format.plain(oneLine(`${notice.host}, ${notice.rule}`)),
    ts: notice.time_s,
    mrkdwn_in: [],
  };
}

function greyed(line: string, format: Format) {
  return { color: GREY, fallback: format.plain(line), text: format.plain(line), mrkdwn_in: [] };
}

/** A URL that cannot end the link around it. */
export function safe(url: string): string {
  return url.replace(/[<>|()\\"'`\s]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
