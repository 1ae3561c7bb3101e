// The hosts of a work.conf: which are called by a selector, who is behind whom, who is server and pagemaker.

import { didYouMean, type Place } from "../../core/diagnostic.ts";
import type { Word } from "../../core/lexer.ts";
import { HOSTS_PER_WORK_MAX } from "../../core/limits.ts";
import type { Draft, HostDraft } from "../draft.ts";
import { type Complaints, whereOf } from "../statement.ts";
import type { ServerWork } from "../works.ts";
import { doubtHosts } from "./doubts-hosts.ts";
import { Groups } from "./groups.ts";

export class Hosts {
  readonly all: readonly HostDraft[];
  private readonly draft: Draft;
  private readonly pmakerTag: Word | undefined;
  private readonly byTag: ReadonlyMap<string, HostDraft>;
  private readonly complaints: Complaints;
  readonly groups: Groups;

  constructor(draft: Draft, complaints: Complaints) {
    this.all = draft.hosts;
    this.draft = draft;
    this.pmakerTag = draft.pmaker;
    this.byTag = new Map(draft.hosts.map((host) => [host.tag.text, host]));
    this.complaints = complaints;
    const tags = [...this.byTag.keys()];
    const has = (name: string) => this.byTag.has(name);
    const hint = (part: string) => {
      const named = draft.hostByName.get(part.toLowerCase());
      return named && `its tag is ${named.tag.text}; write that`;
    };
    const whereIs = (name: string) => {
      const host = draft.hostByTag.get(name);
      return host && whereOf(host.tag);
    };
    const kind = { what: "host", drafts: draft.hostGroups, names: () => tags, has, lost: draft.lost, hint, whereIs };
    this.groups = new Groups(kind, complaints);
  }

  /** Says what is wrong with `via=`, and when there are more than a work can have. */
  check(server?: HostDraft): void {
    const { error, warn } = this.complaints;
    this.groups.check();
    doubtHosts(this.all, server, warn);
    const over = this.all[HOSTS_PER_WORK_MAX];
    if (over) error(over.fqdn, `more than ${HOSTS_PER_WORK_MAX} hosts`, "let another server monitor the others");
    for (const { via, tag } of this.all) {
      if (!via) continue;
      const client = this.byTag.get(via.text);
      if (!client) this.noTag(via, via.text);
      else if (via.text === tag.text)
        error(via, "a host cannot be monitored via itself", "name another, or leave via= out");
      else if (client.via)
        error(via, `${via.text} is itself monitored via another host`, "name the client that runs dmon");
    }
  }

  /** The server; what is wrong with it is said, when it is no host at `top`. */
  server(name: string, top: { place: Place }): HostDraft | undefined {
    const { error } = this.complaints;
    const server = this.all.find(({ fqdn }) => fqdn.text === name);
    if (!server && !this.draft.lost.has(name)) {
      const near = didYouMean(
        name,
        this.all.map(({ fqdn }) => fqdn.text),
      );
      error(top, `the server ${name} (dmon.conf) is no host here`, near ?? `add: host ${name} TAG`);
    }
    if (server?.via) error(server.via, "the server runs dmon itself, so nobody monitors it", "leave via= out");
    return server;
  }

  /** The pagemaker: the server, when no statement names another. */
  pmaker(server: HostDraft | undefined): HostDraft | undefined {
    const tag = this.pmakerTag;
    if (!tag) return server;
    const { error } = this.complaints;
    const pmaker = this.byTag.get(tag.text);
    if (!pmaker) this.noTag(tag, tag.text);
    if (pmaker?.via) error(tag, `${tag.text} runs no dmon (via=), so it serves no pages`, "name a client");
    return pmaker;
  }

  /** The hosts that a selector calls; when a part of it or all of it calls none there is a warning. */
  called(selector: Word): HostDraft[] {
    const { warn } = this.complaints;
    return [...this.groups.select(selector, warn, warn)].flatMap((tag) => this.byTag.get(tag) ?? []);
  }

  /** Says that a word is not the tag of one host, and what to write. */
  noTag(at: { place: Place }, text: string): void {
    if (this.draft.lost.has(text)) return;
    const { error } = this.complaints;
    const named = this.draft.hostByName.get(text.toLowerCase());
    if (this.groups.has(text)) error(at, `"${text}" is a group`, "name one host");
    else if (named) error(at, `"${text}" is the name of a host`, `its tag is ${named.tag.text}; write that`);
    else if (/[*?!,|;[\]{}]/.test(text)) error(at, `"${text}" may be several hosts`, "name one host");
    else error(at, `no host has the tag "${text}"`, didYouMean(text, this.tags()) ?? `add: host FQDN ${text}`);
  }

  withTag(tag: string): HostDraft | undefined {
    return this.byTag.get(tag);
  }

  tags(): string[] {
    return [...this.byTag.keys()];
  }

  /** Whether a selector calls a host; without a word about parts that call none. */
  calls(selector: Word, { tag }: HostDraft): boolean {
    return this.groups.select(selector).has(tag.text);
  }

  /** Each client with the hosts that it monitors: itself, and the dumb ones behind it. */
  clients(): { client: HostDraft; monitored: readonly HostDraft[] }[] {
    const behind = Map.groupBy(this.all, ({ via, tag }) => (via ?? tag).text);
    return this.all
      .filter(({ via }) => !via)
      .map((client) => ({ client, monitored: behind.get(client.tag.text) ?? [] }));
  }

  private clientOf({ via }: HostDraft): { via?: string } {
    const client = via && this.byTag.get(via.text)?.fqdn.text;
    return client ? { via: client } : {};
  }

  /** The hosts as the server's work has them. */
  forServer(): ServerWork["hosts"] {
    const hosts: ServerWork["hosts"] = {};
    for (const host of this.all) {
      const { fqdn, tag, addr, port } = host;
      hosts[fqdn.text] = {
        tag: tag.text,
        ...this.clientOf(host),
        ...(addr ? { addr } : {}),
        ...(port ? { port } : {}),
      };
    }
    return hosts;
  }
}
