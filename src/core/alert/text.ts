// A message as plain text: short lines for a phone, by host, the worst first.

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

/** Of any number of notices less than 30 KB. `offsetAt`: local time, which core does not know. */
export function textOf(message: Message, offsetAt: OffsetAt): string {
  const digest = digestOf(message);
  const isOne = message.notices.length === 1 && message.more === 0;
  const test = testWords(message);
  const left = leftWords(digest, message);
  const parts = [
    ...(test === undefined ? [] : [test]),
    ...(isOne ? [] : [summaryOf(message)]),
    ...digest.hosts.flatMap((host) => [
      ...(isOne ? [] : [`== ${nameOf(host)}`]),
      ...host.notices.map((notice) => noticeText(notice, message, offsetAt, isOne ? host : undefined)),
      ...othersText(host, message),
    ]),
    ...(left === undefined ? [] : [left]),
    ["-- ", ...originWords(message)].join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}

function nameOf({ tag, host }: HostDigest): string {
  return host === undefined ? tag : `${tag} (${host})`;
}

/** With its host where there is no line above that says it. */
function noticeText(notice: Notice, message: Message, offsetAt: OffsetAt, host?: HostDigest): string {
  const title = `${levelWords(notice, message)}: ${host ? `${host.tag} ` : ""}${itemWords(notice)}`;
  const lines = factsOf(notice, message, offsetAt).map(([name, text]) => `${name}: ${text}`);
  const links = linksOf(notice).map(([name, url]) => `${name}: ${url}`);
  return [title, ...(host?.host === undefined ? [] : [`host: ${host.host}`]), ...lines, ...links].join("\n");
}

function othersText({ tag, others, more }: HostDigest, message: Message): string[] {
  if (others.length === 0) return [];
  const lines = others.map((other) => {
    const { level, rest } = otherWords(other, message);
    return `- ${level}: ${rest}`;
  });
  return [[`Also on ${tag}:`, ...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n")];
}
