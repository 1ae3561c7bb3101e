// The hosts of the work and their clients: by which names they go, which client is whose, where it listens. Speaks with clients on
// others' behalf.

import {
  DIAL_CONNECT_MS_MAX,
  FANOUT_ANSWER_BYTES_MAX,
  FANOUT_ANSWER_MS_MAX,
  FANOUT_PARALLEL_MAX,
} from "../core/limits.ts";
import { ask } from "../wire/ask.ts";
import { call, type Target, targetFrom } from "../wire/dial.ts";
import type { ServerWork } from "../work/works.ts";
import { fanOut } from "./fanout.ts";

export interface ClientsOptions {
  hostname: string;
  /** Port of clients whose work names no other. */
  clientPort: number;
  /** Where this host's own client listens. */
  ownAddress: string;
  /** The addresses that this host listens on; none means all. */
  listen: readonly string[];
}

export class Clients {
  private readonly options: ClientsOptions;
  private hosts: ServerWork["hosts"] = {};
  private byTag = new Map<string, string>();
  private behind = new Map<string, string[]>();

  constructor(options: ClientsOptions) {
    this.options = options;
  }

  setHosts(all: ServerWork["hosts"]): void {
    this.hosts = all;
    const hosts = Object.entries(all);
    this.byTag = new Map(hosts.map(([host, { tag }]) => [tag, host]));
    this.behind = new Map();
    for (const [host, { via }] of hosts) {
      const client = via ?? host;
      const own = this.behind.get(client);
      if (own) own.push(host);
      else this.behind.set(client, [host]);
    }
  }

  /** The canonical name behind a tag or a name; undefined for a stranger. */
  canonical(name: string): string | undefined {
    if (Object.hasOwn(this.hosts, name)) return name;
    return this.byTag.get(name);
  }

  /** The hosts that a client may report for: itself, and the dumb ones behind it. */
  hostsOf(client: string): string[] {
    return this.behind.get(client) ?? [];
  }

  /** Where the client of a host listens; for a dumb host the client it is monitored by. */
  target(host: string): Target | undefined {
    const client = this.hosts[host]?.via ?? host;
    const work = this.hosts[client];
    if (!work) return undefined;
    const { hostname, ownAddress, clientPort, listen } = this.options;
    const own = client === hostname ? ownAddress : undefined;
    const where = { host: own ?? work.addr ?? client, port: work.port ?? clientPort };
    return targetFrom(listen, where);
  }

  /** Relays a command to the client of a host; the answer's bytes as they come. Throws DialError. */
  relay(target: Target, command: string): AsyncGenerator<Uint8Array> {
    return call(target, command);
  }

  /** Asks all clients the same; a line a host. */
  askAll(command: string): AsyncGenerator<string> {
    const clients = Object.entries(this.hosts).flatMap(([host, { via }]) => (via ? [] : [host]));
    return fanOut(clients, FANOUT_PARALLEL_MAX, async (host) => {
      const target = this.target(host);
      if (!target) return "error: left the work";
      return (
        await ask(target, command, {
          connect_ms: DIAL_CONNECT_MS_MAX,
          silence_ms: DIAL_CONNECT_MS_MAX,
          total_ms: FANOUT_ANSWER_MS_MAX,
          bytes: FANOUT_ANSWER_BYTES_MAX,
        })
      ).body;
    });
  }
}
