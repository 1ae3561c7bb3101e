// What is said of one notice beside its title, the same in plain text and HTML, so that neither knows more than the other.

import { formatAge } from "../interval.ts";
import type { OffsetAt } from "../moment.ts";
import type { Digest } from "./digest.ts";
import type { Message, Notice, OtherTrouble } from "./message.ts";
import { oneLine } from "./short.ts";
import { counted, formatSince, labelOf, listed, safeUrl, shownValue, tally } from "./words.ts";

/** Hosts by name of what is only counted. */
const HOSTS_NAMED = 10;
/** Lines of the work that are named. */
const RULES_NAMED = 3;

/** `critical`, `still critical`, `fine again`: what became of it. */
export function levelWords(notice: Notice, message: Message): string {
  const label = labelOf(notice.level, message);
  if (notice.kind === "reminder") return `still ${label}`;
  return notice.kind === "recovery" && notice.rank === 0 ? `${label} again` : label;
}

/** `root_usage 97%` */
export function itemWords(notice: Pick<Notice, "item" | "value" | "unit">): string {
  return `${oneLine(notice.item)} ${shownValue(notice)}`.trimEnd();
}

/** Names and texts of what is known of a notice. */
export function factsOf(notice: Notice, message: Message, offsetAt: OffsetAt): [name: string, text: string][] {
  const { prev, level, reason, text, since_s } = notice;
  return [
    ["since", formatSince(since_s, message.made_s, offsetAt)],
    ...(prev === level || prev === "" ? [] : [["before", labelOf(prev, message)] as [string, string]]),
    ...(reason ? [["rule", oneLine(reason)] as [string, string]] : []),
    ...(text ? [["text", oneLine(text)] as [string, string]] : []),
  ];
}

/** What a person can do, and where. */
export function linksOf({ links, kind }: Notice): [name: string, url: string][] {
  const isOver = kind === "recovery"; // nothing to acknowledge any more
  const all: [string, string | undefined][] = [
    ["page", links?.page],
    ["acknowledge", isOver ? undefined : links?.ack],
    ["downtime", isOver ? undefined : links?.downtime],
  ];
  return all.flatMap(([name, url]) => {
    const safe = safeUrl(url);
    return safe === undefined ? [] : [[name, safe] as [string, string]];
  });
}

/** Another trouble of a host: its level apart, and for how long it has it. */
export function otherWords(other: OtherTrouble["items"][number], message: Message): { level: string; rest: string } {
  const text = shownValue(other) || (other.text === undefined ? "" : oneLine(other.text, 60));
  const rest = `${oneLine(other.item)} ${text}`.trimEnd();
  return { level: labelOf(other.level, message), rest: `${rest} (${formatAge(message.made_s - other.since_s)})` };
}

/** `12 dead, 3 sick on 11 hosts` above a message of several. */
export function summaryOf(message: Message): string {
  const { notices, more } = message;
  const hosts = new Set(notices.map(({ host }) => host)).size;
  const where = `on ${counted(hosts, "host")}`;
  const what = `${tally(notices, (level) => labelOf(level, message))} ${where}`;
  return more > 0 ? `${what}, and ${more} more` : what;
}

/** What is only counted: `and 950 more: 12 dead, 938 sick on mars, venus and 9 more hosts`. Undefined where nothing is. */
export function leftWords({ left, more }: Digest, message: Message): string | undefined {
  if (left.length + more === 0) return undefined;
  const head = `and ${left.length + more} more`;
  if (left.length === 0) return head;
  const hosts = [...new Set(left.map(({ tag }) => oneLine(tag, 40)))];
  const unknown = more > 0 ? `, and ${more} of which this message has no list` : "";
  return `${head}: ${tally(left, (level) => labelOf(level, message))} on ${listed(hosts, HOSTS_NAMED, "host")}${unknown}`;
}

/** Above all else where nothing has happened. */
export function testWords({ notices, user }: Message): string | undefined {
  if (!notices.some(({ kind }) => kind === "test")) return undefined;
  return `This is a test: nothing has happened. It shows that alerts reach ${oneLine(user.name)}.`;
}

/** Why this user is told: the lines of the work. */
export function originWords({ notices, user, server }: Message): string[] {
  const rules = [...new Set(notices.map(({ rule }) => oneLine(rule)))];
  const by = rules.length === 0 ? "" : `, by ${listed(rules, RULES_NAMED, "line", "other")}`;
  return [`To ${oneLine(user.name)}${by}`, `dmon on ${oneLine(server)}`];
}
