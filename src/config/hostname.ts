// The canonical name of this host [seed]: `hostname`, completed with a domain, CNAMEs followed.

import { promises as dns } from "node:dns";
import { readFileSync } from "node:fs";
import { hostname as systemHostname } from "node:os";
import { isHostname } from "../core/names.ts";

/** A resolver that is down must not hold up a start for longer. */
const CNAME_MS_MAX = 1500;

/** Completes a name without a dot by `domain`, else by the first name of resolv.conf's search list. */
export function qualify(name: string, domain: string | undefined, resolvConf: string): string {
  const plain = name.toLowerCase().replace(/\.$/, "");
  if (plain.includes(".")) return plain;
  const listed = domain ?? /^\s*(?:search|domain)\s+(\S+)/m.exec(resolvConf)?.[1]?.toLowerCase().replace(/\.$/, "");
  const full = listed ? `${plain}.${listed}` : plain;
  return isHostname(full) ? full : plain;
}

/** Where CNAMEs lead, and whether the resolver said so: one that is down has not said that there is no CNAME. */
export interface Followed {
  name: string;
  sure: boolean;
}

type ResolveCname = (name: string) => Promise<string[]>;

/** Answers of a resolver that works: there is no such record, or no such name. */
const NO_RECORD = new Set(["ENODATA", "ENOTFOUND"]);

/** The name that DNS's CNAMEs lead to, at most five steps; as far as it came when nobody answers. */
export async function followCname(name: string, resolve: ResolveCname = dns.resolveCname): Promise<Followed> {
  let current = name;
  const deadline = Date.now() + CNAME_MS_MAX;
  for (let step = 0; step < 5 && current.includes("."); step++) {
    const targets = await Promise.race([
      resolve(current).catch((error: NodeJS.ErrnoException) => (NO_RECORD.has(error.code ?? "") ? [] : undefined)),
      Bun.sleep(Math.max(0, deadline - Date.now())).then(() => undefined),
    ]);
    if (!targets) return { name: current, sure: false };
    const target = targets[0]?.toLowerCase().replace(/\.$/, "");
    if (!target || !isHostname(target)) break;
    current = target;
  }
  return { name: current, sure: true };
}

/** What names led to when a resolver last answered: kept by the daemon, for a start or a reload while none does. */
export interface KnownNames {
  own: string;
  wanted: string;
  hostname: string;
  server: string;
}

/** The kept names, if they are about the same ones; undefined otherwise. */
export function recallNames(file: string, own: string, wanted: string): KnownNames | undefined {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as KnownNames;
    return kept.own === own && kept.wanted === wanted && isHostname(kept.hostname) && isHostname(kept.server)
      ? kept
      : undefined;
  } catch {
    return undefined; // none, or not ours to read
  }
}

/** What the system says: the bare host name and the resolver's config. */
export function systemNames(): { hostname: string; resolvConf: string } {
  let resolvConf = "";
  try {
    resolvConf = readFileSync("/etc/resolv.conf", "utf8");
  } catch {
    // Without a resolver the name stays as it is.
  }
  const hostname = systemHostname().toLowerCase();
  return { hostname: isHostname(hostname) ? hostname : "localhost", resolvConf };
}
