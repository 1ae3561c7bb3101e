// From where a request comes and by which name it was sent: what a proxy says of that is believed only from those that dmon.conf
// names. Pure.

import { FORWARDED_MAX } from "../core/limits.ts";
import { isWithinPrefixes, type Prefix, parseAddress } from "../core/prefix.ts";

export interface Caller {
  /** Of the browser or program, as far as it is known. */
  address: string;
  /** Whether all of its way that can be seen was HTTPS. */
  isSecure: boolean;
  /** The name (and port) that it called, where a proxy that is believed says so; else the header Host is it. */
  forwardedHost?: string;
}

export interface CallerOptions {
  /** The other end of the connection. */
  peer: string;
  proxies: readonly Prefix[];
  /** The pages' address for people elsewhere. */
  pageSec?: URL | undefined;
}

export function callerOf({ headers }: Pick<Request, "headers">, { peer, proxies, pageSec }: CallerOptions): Caller {
  if (!isWithinPrefixes(peer, proxies)) return { address: peer, isSecure: false };
  const host = last(headers.get("X-Forwarded-Host"));
  const proto = last(headers.get("X-Forwarded-Proto"))?.toLowerCase();
  const called = host ?? headers.get("Host") ?? undefined;
  // A proxy that does not say how it was called: by the address that only it has.
  const isPageSec = proto === undefined && pageSec?.protocol === "https:" && called?.toLowerCase() === pageSec.host;
  return {
    address: forwardedFor(headers.get("X-Forwarded-For"), peer, proxies),
    isSecure: proto === "https" || isPageSec,
    ...(host === undefined ? {} : { forwardedHost: host }),
  };
}

/** The last address that no proxy of ours has: what stands before it, anybody may have written. */
function forwardedFor(header: string | null, peer: string, proxies: readonly Prefix[]): string {
  const addresses = (header ?? "")
    .split(",")
    .slice(-FORWARDED_MAX)
    .map((each) => bare(each.trim()));
  let found = peer;
  for (const address of addresses.toReversed()) {
    if (!parseAddress(address)) return found;
    found = address;
    if (!isWithinPrefixes(address, proxies)) return found;
  }
  return found;
}

/** Some proxies add a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function bare(text: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d[\d.]+):\d+$/.exec(text)?.[1] ?? text;
}

/** Of a list the proxy next to us wrote the last one. */
function last(header: string | null): string | undefined {
  const value = header?.split(",").at(-1)?.trim();
  return value === "" ? undefined : value;
}
