// The addresses of a host as the system's resolver has them (getaddrinfo(3)), and hosts and ports as items name them.

import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import { DIALLED_ADDRESSES_MAX } from "../core/limits.ts";
import type { Given } from "../core/probe.ts";
import { ProbeError } from "../core/reading.ts";
import { before, type Deadline } from "./deadline.ts";

export type IpVersion = 4 | 6;

export interface Address {
  address: string;
  version: IpVersion;
}

/** The host that a reading is about: what its item says, else the host whose item it is. */
export function hostOf({ args, target }: Given): string {
  return unbracketed(args[0] ?? target.addr ?? target.host);
}

/** A port in digits; ProbeError for anything else. */
export function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new ProbeError(`"${text}" is no port; ports are 1 to 65535`);
  return port;
}

/** `ip=4` or `ip=6` of an item. */
export function ipVersionOf(text: string | undefined): IpVersion | undefined {
  if (text === undefined) return undefined;
  if (text === "4" || text === "6") return text === "4" ? 4 : 6;
  throw new ProbeError(`ip=${text} means nothing; write ip=4 or ip=6`);
}

/** `HOST:PORT`, `[v6]:PORT` or `HOST`; undefined for the port when there is none. */
export function splitHostPort(text: string): { host: string; port?: number } {
  const match = /^(\[[^\]]+\]|[^:]+):([^:]*)$/.exec(text);
  return match ? { host: unbracketed(match[1] ?? ""), port: portOf(match[2] ?? "") } : { host: unbracketed(text) };
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.+)\]$/, "$1");
}

/** A name and a port as people write them. */
export function shown(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Lookups that are on their way. The system has two threads for them, and while its resolver is dead each takes half a
 * minute: so the same name is never asked for twice at a time.
 */
const asking = new Map<string, Promise<Address[]>>();

/** Addresses of a name in the system's order of preference; an address is itself. Throws ProbeError when there is none. */
export async function resolve(host: string, deadline: Deadline, version?: IpVersion): Promise<Address[]> {
  const own = isIP(host.replace(/%.*/, ""));
  if (own !== 0) {
    const itself: Address = { address: host, version: own === 4 ? 4 : 6 };
    if (version && version !== itself.version) throw new ProbeError(`${host} is no address of IPv${version}`);
    return [itself];
  }
  const found = await before(deadline, ask(host));
  if (!found)
    throw new ProbeError(`the name ${host} was not resolved within ${deadline.within}: the resolver is silent`);
  const wanted = found.filter((each) => !version || each.version === version).slice(0, DIALLED_ADDRESSES_MAX);
  if (wanted.length === 0) throw new ProbeError(`${host} has no address of IPv${version ?? "4 or 6"}`);
  return wanted;
}

function ask(host: string): Promise<Address[]> {
  const asked = asking.get(host);
  if (asked) return asked;
  const now = lookUp(host).finally(() => asking.delete(host));
  asking.set(host, now);
  return now;
}

async function lookUp(host: string): Promise<Address[]> {
  try {
    const found = await dns.lookup(host, { all: true });
    return found.map(({ address, family }) => ({ address, version: family === 6 ? 6 : 4 }));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOTFOUND") throw new ProbeError(`the name ${host} is not known to the resolver`);
    throw new ProbeError(`the name ${host} could not be resolved: ${code || String(error)}`);
  }
}
