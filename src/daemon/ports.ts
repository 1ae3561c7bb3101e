// The two ports [seed]: the server's, for this host and the clients of its work; the client's, for this host and the server.

import { AddressBook, isOwnAddress, type Named } from "../wire/access.ts";
import type { Peer } from "../wire/command.ts";
import type { Switchboard } from "../wire/dispatch.ts";
import { type Listener, listen } from "../wire/listen.ts";
import { StartError } from "./start-error.ts";

export interface PortsOptions {
  hostname: string;
  /** Addresses to bind; none: all. */
  addresses: readonly string[];
  /** The server's port; the client's is the next one. */
  port: number;
  log: { quiet(text: string): void; debug(text: string): void };
}

export class Ports {
  private readonly options: PortsOptions;
  private readonly clients = new AddressBook();
  private readonly server = new AddressBook();
  private pagemaker = "";
  private readonly listeners: Listener[] = [];

  constructor(options: PortsOptions) {
    this.options = options;
  }

  /** Throws StartError. */
  openServer(switchboard: Switchboard): void {
    this.bind("server", this.options.port, switchboard, (address) => this.identifyClient(address));
  }

  /** Throws StartError. */
  openClient(switchboard: Switchboard): void {
    this.bind("client", this.options.port + 1, switchboard, (address) => this.identifyServer(address));
  }

  /** Who may speak to the server's port, beside this host. */
  admitClients(hosts: readonly Named[], pagemaker: string): void {
    this.pagemaker = pagemaker;
    this.clients.setHosts(hosts.filter(({ host }) => host !== this.options.hostname));
    void this.clients.refresh();
  }

  /** Who may speak to the client's port, beside this host: on the server's own host nobody. */
  admitServer(host: string): void {
    this.server.setHosts(host === this.options.hostname ? [] : [{ host }]);
    void this.server.refresh();
  }

  /** Resolves all names anew. */
  refresh(): void {
    void this.clients.refresh();
    void this.server.refresh();
  }

  /** How many peers were refused. */
  get refused(): number {
    return this.listeners.reduce((sum, { refused }) => sum + refused, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.stop()));
  }

  private bind(
    role: string,
    port: number,
    switchboard: Switchboard,
    identify: (address: string) => Peer | undefined,
  ): void {
    const { addresses, log } = this.options;
    try {
      this.listeners.push(listen({ addresses, port, identify, switchboard, log }));
    } catch (error) {
      throw new StartError(`the ${role}'s ${whyUnbound(error, port, addresses)}`);
    }
  }

  private identifyClient(address: string): Peer | undefined {
    if (isOwnAddress(address)) return { address, who: ["localhost", "client"], hosts: [this.options.hostname] };
    const hosts = this.clients.hostsAt(address);
    if (hosts.length === 0) return undefined;
    return { address, who: hosts.includes(this.pagemaker) ? ["client", "pagemaker"] : ["client"], hosts };
  }

  private identifyServer(address: string): Peer | undefined {
    if (isOwnAddress(address)) return { address, who: ["localhost"], hosts: [this.options.hostname] };
    const hosts = this.server.hostsAt(address);
    return hosts.length > 0 ? { address, who: ["server"], hosts } : undefined;
  }
}

/** Why a port cannot be bound now; undefined when it can. */
export function inUse(port: number, addresses: readonly string[]): string | undefined {
  try {
    for (const hostname of addresses.length > 0 ? addresses : ["0.0.0.0"]) {
      Bun.listen({ hostname, port, socket: { data: () => undefined } }).stop(true);
    }
    return undefined;
  } catch (error) {
    return whyUnbound(error, port, addresses);
  }
}

function whyUnbound(error: unknown, port: number, addresses: readonly string[]): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const where = addresses.length > 0 ? ` of ${addresses.join(" or ")}` : "";
  return code === "EADDRINUSE"
    ? `port ${port}${where} is in use; is another dmon running? (PORT in dmon.conf sets another)`
    : `port ${port}${where} cannot be bound: ${message}`;
}
