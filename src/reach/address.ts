// Hosts and ports as items name them.

import type { Given } from "../core/probe.ts";
import { ProbeError } from "../core/reading.ts";

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
