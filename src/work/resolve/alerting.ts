// Who is told of what: users, channels, alerts, needs and downtimes of a work.conf, as the server's work has them.

import { serverItems } from "../../core/alert/server-items.ts";
import { CHANGE_FORM, isPossible, parseChange } from "../../core/change.ts";
import { didYouMean } from "../../core/diagnostic.ts";
import type { Level } from "../../core/fitness.ts";
import type { Word } from "../../core/lexer.ts";
import { isName } from "../../core/names.ts";
import type { AlertingWork, AlertWork, DowntimeWork, NeedsWork } from "../alerting-work.ts";
import type { AlertDraft, DowntimeDraft, Draft, NeedsDraft } from "../draft.ts";
import type { Site } from "../site.ts";
import { type Complain, type Complaints, shortPlace } from "../statement.ts";
import { MAIL } from "../statements/channel.ts";
import { doubtAlerting } from "./doubts-alerting.ts";
import type { Groups } from "./groups.ts";
import type { Hosts } from "./hosts.ts";
import type { Items } from "./items.ts";
import { userGroups } from "./users.ts";

export class Alerting {
  private readonly draft: Draft;
  private readonly hosts: Hosts;
  private readonly items: Items;
  /** The items of each host, by tag. */
  private readonly got: ReadonlyMap<string, ReadonlySet<string>>;
  private readonly complaints: Complaints;
  private readonly users: Groups;
  /** The server's tag. */
  private readonly server: string | undefined;

  constructor(
    draft: Draft,
    hosts: Hosts,
    items: Items,
    got: ReadonlyMap<string, ReadonlySet<string>>,
    complaints: Complaints,
    server?: string,
  ) {
    this.server = server;
    this.draft = draft;
    this.hosts = hosts;
    this.items = items;
    this.got = got;
    this.complaints = complaints;
    this.users = userGroups(draft, complaints);
  }

  /** What the server needs of it; says what is wrong, and what may not be meant so. */
  resolve(levels: readonly Level[], site: Site): AlertingWork {
    this.users.check();
    const made = this.draft.alerts.flatMap((draft) => {
      const work = this.alert(draft, levels);
      return work ? [{ draft, work }] : [];
    });
    const alerts = made.map(({ work }) => work);
    const needs = this.draft.needs.flatMap((each) => this.needs(each) ?? []);
    const downtimes = this.draft.downtimes.map((each) => this.downtime(each));
    const { draft, hosts, items } = this;
    doubtAlerting({ draft, hosts, items, site, warn: this.complaints.warn }, made);
    const used = new Set(alerts.flatMap(({ users }) => users));
    const ways = new Set(alerts.flatMap(({ via }) => via));
    return {
      users: Object.fromEntries(
        this.draft.users
          .filter(({ name }) => used.has(name.text))
          .map(({ name, mail, options }) => [
            name.text,
            { mail, ...(Object.keys(options).length > 0 ? { options } : {}) },
          ]),
      ),
      channels: Object.fromEntries(
        this.draft.channels
          .filter(({ name }) => ways.has(name.text))
          .map(({ name, type, url }) => [name.text, { type, url }]),
      ),
      groups: {
        hosts: membersOf(this.hosts.groups),
        items: membersOf(this.items.groups),
      },
      alerts,
      needs,
      downtimes,
    };
  }

  /** The alert statements that are about an item of a host. */
  about(item: string, tag: string): AlertDraft[] {
    return this.draft.alerts.filter(
      ({ hosts, items }) => this.hosts.groups.select(hosts).has(tag) && this.items.told.select(items).has(item),
    );
  }

  /** The users that an alert tells. */
  toldBy({ users }: AlertDraft): string[] {
    return [...this.users.select(users)];
  }

  /** The downtimes and needs that may keep an alert for an item of a host back. */
  keptBackBy(item: string, tag: string): (DowntimeDraft | NeedsDraft)[] {
    const { groups } = this.hosts;
    return [
      ...this.draft.needs.filter(({ hosts }) => groups.select(hosts).has(tag)),
      ...this.draft.downtimes.filter(
        ({ hosts, items }) => groups.select(hosts).has(tag) && this.items.told.select(items).has(item),
      ),
    ];
  }

  private alert(alert: AlertDraft, levels: readonly Level[]): AlertWork | undefined {
    const { error, warn } = this.complaints;
    // A mistyped user is nobody who hears of it: no warning is loud enough.
    const users = [...this.users.select(alert.users, error)];
    const change = parseChange(alert.change.text, levels);
    if ("error" in change) {
      if (![...this.draft.lost].some((name) => name !== "" && alert.change.text.includes(name)))
        error(alert.change, change.error, change.hint);
      return undefined;
    }
    const via = this.channels(alert.via);
    const reachable = this.reaches(alert.hosts, alert.items);
    if (!isPossible(change))
      warn(alert.change, `no level ever changes so: this alert never comes`, `write ${CHANGE_FORM}`);
    else if (users.length === 0 && !this.users.named(alert.users).some((name) => this.users.of(name).length === 0))
      warn(alert.users, "this alert is for nobody", "name a user or a group with users in it");
    else if (!reachable)
      warn(
        alert.key,
        "none of these hosts gets any of these items: this alert never comes",
        `see: dmon mk-work --explain HOST`,
      );
    return {
      users,
      hosts: alert.hosts.text,
      items: alert.items.text,
      ...change,
      ...(alert.after_s === undefined ? {} : { after_s: alert.after_s }),
      ...(alert.every_s === undefined ? {} : { every_s: alert.every_s }),
      ...(alert.hours ? { hours: alert.hours } : {}),
      recovery: alert.recovery,
      via,
      where: shortPlace(alert.key),
    };
  }

  private channels(via: Word | undefined): string[] {
    if (!via) return [MAIL];
    const known = [MAIL, ...this.draft.channels.map(({ name }) => name.text)];
    const names = [...new Set(via.text.split(","))];
    for (const name of names) {
      if (known.includes(name) || this.draft.lost.has(name)) continue;
      const hint = didYouMean(name, known) ?? `there is ${known.join(", ")}; declare: channel NAME TYPE URL`;
      this.complaints.error(via, `no channel is called "${name}"`, hint);
    }
    return names;
  }

  /** Whether a host of the one selector gets an item of the other. What selects nothing is said: that is enough. */
  private reaches(hosts: Word, items: Word): boolean {
    const said: Parameters<Complain>[] = [];
    const note: Complain = (...each) => said.push(each);
    const tags = this.selectHosts(hosts, note);
    const names = this.selectItems(items, note);
    const finders = new Set(this.items.mayFind(items.text));
    const isEmpty = tags.length === 0 || names.size + finders.size === 0;
    for (const [at, message, hint] of said)
      this.complaints.warn(at, message + (isEmpty ? ", so this alert never comes" : ""), hint);
    if (isEmpty) return true;
    return tags.some((tag) => {
      const own = [...(this.got.get(tag) ?? []), ...(tag === this.server ? serverItems : [])];
      return own.some((item) => names.has(item) || finders.has(item));
    });
  }

  private selectHosts(selector: Word, warn = this.complaints.warn): string[] {
    return [...this.hosts.groups.select(selector, warn, warn)];
  }

  private selectItems(selector: Word, warn = this.complaints.warn): Set<string> {
    return this.items.told.select(selector, warn, warn);
  }

  private needs({ key, hosts, on }: NeedsDraft): NeedsWork | undefined {
    const { error } = this.complaints;
    const [tag = "", item, more] = on.text.split(":");
    const host = this.hosts.withTag(tag);
    this.selectHosts(hosts);
    if (tag === "") error(on, `"${on.text}" without its host`, "write HOST or HOST:ITEM");
    else if (!host) this.hosts.noTag(on, tag);
    else if (more !== undefined) error(on, `"${on.text}" has two colons`, `write ${tag}:${item || "ITEM"}`);
    else if (item === "") error(on, `"${on.text}" without its item`, `write ${tag}, or ${tag}:ITEM`);
    if (!host || more !== undefined || item === "") return undefined;
    const own = this.got.get(tag);
    if (item !== undefined && !isName(item)) {
      error(on, `"${item}" is no name of an item`, `write ${tag}, or ${tag}:ITEM`);
      return undefined;
    }
    if (item !== undefined && !own?.has(item) && !own?.has(this.items.finderOf(item)?.name ?? "")) {
      error(on, `${tag} gets no item "${item}"`, this.items.known.notGotHint(item, [...(own ?? [])], tag));
      return undefined;
    }
    return { hosts: hosts.text, host: host.fqdn.text, ...(item === undefined ? {} : { item }), where: shortPlace(key) };
  }

  private downtime({ key, hosts, items, when, text }: DowntimeDraft): DowntimeWork {
    this.selectHosts(hosts);
    this.selectItems(items);
    return {
      hosts: hosts.text,
      items: items.text,
      when,
      ...(text?.text ? { text: text.text } : {}),
      where: shortPlace(key),
    };
  }
}

/** All of them: people name them in commands, too. */
function membersOf(groups: Groups): Record<string, string[]> {
  return Object.fromEntries(
    groups
      .names()
      .sort()
      .map((name) => [name, [...groups.of(name)]]),
  );
}
