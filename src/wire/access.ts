// Who is behind an address: this host, the server, a client of the work. By addresses that names resolve to; while a
// resolver is down the last good answer stands, and nobody else ever gets in.

import { promises as dns } from "node:dns";
import { networkInterfaces } from "node:os";
import { LOOKUP_AGAIN_MS_MIN, LOOKUPS_AT_ONCE } from "../core/limits.ts";

export interface Named {
  /** Canonical name. */
  host: string;
  /** A fixed address from the work, instead of what the name resolves to. */
  addr?: string;
}

export type Lookup = (name: string) => Promise<string[]>;

const systemLookup: Lookup = async (name) => (await dns.lookup(name, { all: true })).map(({ address }) => address);

export class AddressBook {
  private readonly lookup: Lookup;
  private named: readonly Named[] = [];
  private addresses = new Map<string, readonly string[]>();
  private byAddress = new Map<string, string[]>();
  private refreshed_ms = -Infinity;
  private refreshing: Promise<void> | undefined;

  constructor(lookup: Lookup = systemLookup) {
    this.lookup = lookup;
  }

  /** Takes a new list of hosts; addresses that are known stay. */
  setHosts(named: readonly Named[]): void {
    this.named = named;
    const hosts = new Set(named.map(({ host }) => host));
    for (const host of this.addresses.keys()) if (!hosts.has(host)) this.addresses.delete(host);
    for (const { host, addr } of named) if (addr) this.addresses.set(host, [addr]);
    this.index();
  }

  /** The hosts whose address this is. Asks the resolver again, in the background, when it is nobody's. */
  hostsAt(address: string): readonly string[] {
    const hosts = this.byAddress.get(address);
    if (hosts) return hosts;
    if (performance.now() - this.refreshed_ms > LOOKUP_AGAIN_MS_MIN) void this.refresh();
    return [];
  }

  /** Resolves all names anew; a name that does not resolve keeps what it had. */
  refresh(): Promise<void> {
    this.refreshing ??= this.resolveAll().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  private async resolveAll(): Promise<void> {
    this.refreshed_ms = performance.now();
    const { named } = this;
    const queue = named.filter(({ addr }) => !addr).values();
    const worker = async () => {
      for (const { host } of queue) {
        try {
          const found = await this.lookup(host);
          if (this.named !== named) return; // new work came meanwhile: it is resolved below
          if (found.length > 0) this.addresses.set(host, found.map(plain));
        } catch {
          // Not resolvable now: the last good answer stands.
        }
      }
    };
    await Promise.all(Array.from({ length: LOOKUPS_AT_ONCE }, worker));
    if (this.named !== named) return this.resolveAll();
    this.index();
  }

  private index(): void {
    this.byAddress = new Map();
    for (const [host, addresses] of this.addresses) {
      for (const address of addresses) {
        const hosts = this.byAddress.get(address);
        if (hosts) hosts.push(host);
        else this.byAddress.set(address, [host]);
      }
    }
  }
}

/** IPv4 inside IPv6 as plain IPv4; no zone. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
}

/** Whether an address is this machine's own. */
export function isOwnAddress(address: string): boolean {
  if (address === "127.0.0.1" || address === "::1") return true;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.some((entry) => plain(entry.address) === address);
}
