// What is legal in alerts, needs and downtimes and surely not meant so: hosts that need each other, downtimes that overlap or
// are over, the same alert twice, people whom nothing tells. Pure.

import { overlap } from "../../core/hours.ts";
import { channelTypes } from "../../notify/index.ts";
import { fileOf } from "../../notify/web-url.ts";
import type { AlertWork } from "../alerting-work.ts";
import type { AlertDraft, ChannelDraft, DowntimeDraft, Draft } from "../draft.ts";
import type { Site } from "../site.ts";
import { type Complain, partOf, whereOf } from "../statement.ts";
import { zoneMeant } from "../zones.ts";
import { doubtNeeds } from "./doubts-needs.ts";
import { doubtUnused } from "./doubts-unused.ts";
import type { Hosts } from "./hosts.ts";
import type { Items } from "./items.ts";

/** Downtimes that are compared with each other: a quadratic look, for what a person wrote by hand. */
const COMPARED_MAX = 500;

/** Where what is doubted belongs to. */
export interface Around {
  draft: Draft;
  hosts: Hosts;
  items: Items;
  site: Site;
  warn: Complain;
}

/** Says what may not be meant so. `alerts`: those that are right, as the work has them. */
export function doubtAlerting(around: Around, alerts: readonly { draft: AlertDraft; work: AlertWork }[]): void {
  const { draft, hosts, warn } = around;
  doubtTwice(alerts, warn);
  const told = new Set(alerts.flatMap(({ work }) => work.users));
  const ways = new Set(alerts.flatMap(({ work }) => work.via));
  doubtUnused(
    draft.users,
    (name) => told.has(name),
    (listed, names = ["USERS"]) => [`no alert tells ${listed}`, `add: alert ${names.join(",")} HOSTS ITEMS CHANGE`],
    warn,
  );
  doubtUnused(
    draft.channels,
    (name) => ways.has(name),
    (listed, names = ["CHANNEL"]) => [`no alert goes by ${listed}`, `add to an alert: via ${names.join(",")}`],
    warn,
  );
  for (const channel of draft.channels) doubtChannel(channel, around);
  doubtNeeds(draft.needs, hosts, warn);
  doubtOverlaps(around);
  for (const downtime of draft.downtimes) doubtDowntime(downtime, around);
}

function doubtTwice(alerts: readonly { draft: AlertDraft; work: AlertWork }[], warn: Complain): void {
  const first = new Map<string, AlertDraft>();
  for (const { draft, work } of alerts) {
    const same = JSON.stringify({ ...work, where: "" });
    const before = first.get(same);
    if (before) warn(draft.key, `the same alert is in ${whereOf(before.key)}`, "leave one out");
    else first.set(same, draft);
  }
}

/** The file of `@FILE`, and the program of a command. */
function doubtChannel({ name, type, url, at }: ChannelDraft, { site, warn }: Around): void {
  const path = fileOf(url) ?? channelTypes.find((each) => each.name === type)?.file?.(url) ?? "";
  if (path !== "" && site.exists && !site.exists(path))
    warn(
      partOf(at, path, url.indexOf(path)),
      `the channel ${name.text} needs ${path}, and there is no such file`,
      "make it on this host, the server",
    );
}

function doubtDowntime({ key, when, text }: DowntimeDraft, { site, warn }: Around): void {
  if ("to" in when && site.localTime && when.to <= site.localTime(when.zone))
    warn(key, `this downtime is over since ${when.to.replace("T", " ")}`, "remove it");
  const meant = text && !text.quoted ? zoneMeant(text.text) : undefined;
  if (text && meant !== undefined)
    warn(
      text,
      `"${text.text}" is taken as the text, not as a time zone`,
      `write ${meant}, or "${text.text}" in quotes`,
    );
}

function doubtOverlaps({ draft, hosts, items, warn }: Around): void {
  const all = draft.downtimes.slice(0, COMPARED_MAX).map((each) => ({
    ...each,
    tags: hosts.groups.select(each.hosts),
    names: items.groups.select(each.items),
  }));
  for (const [i, late] of all.entries()) {
    const early = all
      .slice(0, i)
      .find(
        (each) => overlap(each.when, late.when) && intersect(each.tags, late.tags) && intersect(each.names, late.names),
      );
    if (early) warn(late.key, "this downtime overlaps another", `the other one is in ${whereOf(early.key)}`);
  }
}

function intersect(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const name of a) if (b.has(name)) return true;
  return false;
}
