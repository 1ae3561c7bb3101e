// A message as HTML: inline styles that hold in light and dark alike, a word beside each colour, nothing that is fetched or run.

import type { OffsetAt } from "../moment.ts";
import { digestOf, type HostDigest } from "./digest.ts";
import {
  factsOf,
  itemWords,
  leftWords,
  levelWords,
  linksOf,
  originWords,
  otherWords,
  summaryOf,
  testWords,
} from "./facts.ts";
import type { Message, Notice } from "./message.ts";
import { oneLine } from "./short.ts";
import { headline } from "./subject.ts";
import { labelOf } from "./words.ts";

/** The image that belongs to a notice, which lies in the same mail. */
export type ImageOf = (notice: Notice) => { cid: string } | undefined;

// White on these has a contrast of 4.8 and more; the border keeps the darkest apart from a dark ground.
const COLOURS = ["#1a7f4b", "#8a6100", "#b8450a", "#c1121f", "#1b1f24"] as const;
const UNKNOWN = "#59616b";
const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.45";

/** Of the same notices as the text. `offsetAt`: local time, which core does not know. */
export function htmlOf(message: Message, offsetAt: OffsetAt, imageOf: ImageOf = () => undefined): string {
  const digest = digestOf(message);
  const isOne = message.notices.length === 1 && message.more === 0;
  const test = testWords(message);
  const left = leftWords(digest, message);
  const body = [
    ...(test === undefined ? [] : [`<p>${escaped(test)}</p>`]),
    ...(isOne ? [] : [`<p><b>${escaped(summaryOf(message))}</b></p>`]),
    ...digest.hosts.flatMap((host) => [
      `<h2 style="font-size:18px;margin:24px 0 8px"><bdi>${escaped(host.tag)}</bdi>${hostHtml(host)}</h2>`,
      ...host.notices.map((notice) => noticeHtml(notice, message, offsetAt, imageOf)),
      ...othersHtml(host, message),
    ]),
    ...(left === undefined ? [] : [`<p>${escaped(left)}</p>`]),
    `<p style="font-size:13px;border-top:1px solid #888;padding-top:8px;margin-top:24px">${originWords(message).map(escaped).join("<br>\n")}</p>`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escaped(headline(message))}</title>
</head>
<body style="${FONT};max-width:640px;margin:0;padding:12px;overflow-wrap:anywhere">
${body.join("\n")}
</body>
</html>
`;
}

function hostHtml({ host }: HostDigest): string {
  return host === undefined
    ? ""
    : ` <span style="font-weight:normal;font-size:14px"><bdi>${escaped(host)}</bdi></span>`;
}

function noticeHtml(notice: Notice, message: Message, offsetAt: OffsetAt, imageOf: ImageOf): string {
  const facts = factsOf(notice, message, offsetAt).map(([name, text]) => `${name}: <bdi>${escaped(text)}</bdi>`);
  const links = linksOf(notice).map(([name, url]) => `<a href="${escaped(url)}">${name}</a>`);
  const image = imageOf(notice);
  const alt = `${oneLine(notice.item)} on ${oneLine(notice.tag)}, the last day`;
  const lines = [
    `${chip(notice.level, levelWords(notice, message), message)} <b><bdi>${escaped(itemWords(notice))}</bdi></b>`,
    ...facts,
    ...(links.length === 0 ? [] : [links.join(" · ")]),
    ...(image
      ? [`<img src="cid:${escaped(image.cid)}" alt="${escaped(alt)}" style="max-width:100%;height:auto;border:0">`]
      : []),
  ];
  return `<p style="margin:8px 0 16px">${lines.join("<br>\n")}</p>`;
}

function othersHtml({ tag, others, more }: HostDigest, message: Message): string[] {
  if (others.length === 0) return [];
  const lines = others.map((other) => {
    const { level, rest } = otherWords(other, message);
    return `${chip(other.level, level, message)} <bdi>${escaped(rest)}</bdi>`;
  });
  const all = [`Also on <bdi>${escaped(tag)}</bdi>:`, ...lines, ...(more > 0 ? [`and ${more} more`] : [])];
  return [`<p style="font-size:14px">${all.join("<br>\n")}</p>`];
}

/** A level's words on its colour. */
function chip(level: string, words: string, message: Message): string {
  const style = `background:${colourOf(level, message)};color:#fff;border:1px solid #888;border-radius:4px;padding:0 6px`;
  return `<span style="${style}"><bdi>${escaped(words || labelOf(level, message))}</bdi></span>`;
}

/** Works have levels of their own; the best and the worst have the first and the last colour, as on the pages. */
function colourOf(level: string, { levels }: Message): string {
  const index = levels.findIndex(({ name }) => name === level);
  if (index <= 0) return index < 0 ? UNKNOWN : COLOURS[0];
  const last = levels.length - 1;
  if (index === last) return COLOURS[4];
  return COLOURS[1 + Math.round(((index - 1) * 2) / Math.max(1, last - 2))] ?? UNKNOWN;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For content and quoted attributes, of what `oneLine` or `safeUrl` made. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
