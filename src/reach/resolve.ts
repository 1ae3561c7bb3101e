// The addresses of a host as the system's resolver has them (getaddrinfo(3)).

import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import { DIALLED_ADDRESSES_MAX } from "../core/limits.ts";
import { ProbeError } from "../core/reading.ts";
import type { Address, IpVersion } from "./address.ts";
import { before, type Deadline, deadlineIn, left } from "./deadline.ts";

/** Asks the system; what it throws has a code of getaddrinfo(3) as Node names them. */
export type Lookup = (host: string) => Promise<{ address: string; family: number }[]>;

/** A resolver that is well answers sooner. For longer nobody waits who knows what it said the last time. */
const PATIENCE_MS = 1000;
/** Names whose last good answer is kept: the hosts behind one client, and room. */
const NAMES_MAX = 5000;

/**
 * Answers of a lookup, in the system's order of preference. What is down is the resolver, not the hosts: while it fails or
 * is silent their last good addresses stand. A name that it says does not exist has none.
 */
export class Resolver {
  private readonly lookup: Lookup;
  private readonly good = new Map<string, Address[]>();
  /**
   * Lookups that are on their way. The system has two threads for them, and while its resolver is dead each takes half a
   * minute: so the same name is never asked for twice at a time.
   */
  private readonly asking = new Map<string, Promise<Address[]>>();

  constructor(lookup: Lookup) {
    this.lookup = lookup;
  }

  /** An address is itself. Throws ProbeError when there is none. */
  async resolve(host: string, deadline: Deadline, version?: IpVersion): Promise<Address[]> {
    const own = isIP(host.replace(/%.*/, ""));
    if (own !== 0) {
      const itself: Address = { address: host, version: own === 4 ? 4 : 6 };
      if (version && version !== itself.version) throw new ProbeError(`${host} is no address of IPv${version}`);
      return [itself];
    }
    const found = await this.answer(host, deadline);
    const wanted = found.filter((each) => !version || each.version === version).slice(0, DIALLED_ADDRESSES_MAX);
    if (wanted.length === 0) throw new ProbeError(`${host} has no address of IPv${version ?? "4 or 6"}`);
    return wanted;
  }

  private async answer(host: string, deadline: Deadline): Promise<Address[]> {
    const known = this.good.get(host);
    const patience = known && left(deadline) > PATIENCE_MS ? deadlineIn(PATIENCE_MS) : deadline;
    try {
      const found = (await before(patience, this.ask(host))) ?? known;
      if (found) return found;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
      if (code === "ENOTFOUND") {
        this.good.delete(host);
        throw new ProbeError(`the name ${host} is not known to the resolver: is it in DNS or /etc/hosts?`);
      }
      if (known) return known;
      throw new ProbeError(`the name ${host} could not be resolved: ${code}`);
    }
    throw new ProbeError(`the name ${host} was not resolved within ${deadline.within}: the resolver is silent`);
  }

  private ask(host: string): Promise<Address[]> {
    const asked = this.asking.get(host);
    if (asked) return asked;
    const now = this.lookUp(host).finally(() => this.asking.delete(host));
    now.catch(() => {}); // whoever waited for it may have gone
    this.asking.set(host, now);
    return now;
  }

  private async lookUp(host: string): Promise<Address[]> {
    const found = await this.lookup(host);
    const addresses = found.map(({ address, family }): Address => ({ address, version: family === 6 ? 6 : 4 }));
    if (this.good.size >= NAMES_MAX && !this.good.has(host)) this.good.clear();
    this.good.set(host, addresses);
    return addresses;
  }
}

const system = new Resolver((host) => dns.lookup(host, { all: true }));

/** Addresses of a name from the system's resolver; see Resolver. */
export const addressesOf = system.resolve.bind(system);
