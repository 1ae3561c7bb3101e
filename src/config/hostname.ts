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

/** The name that DNS's CNAMEs lead to, at most five steps; the name itself when there is none or nobody answers. */
export async function followCname(name: string): Promise<string> {
  let current = name;
  const deadline = Date.now() + CNAME_MS_MAX;
  for (let step = 0; step < 5 && current.includes("."); step++) {
    const left = deadline - Date.now();
    const targets = await Promise.race([
      dns.resolveCname(current).catch(() => []),
      Bun.sleep(Math.max(0, left)).then((): string[] => []),
    ]);
    const target = targets[0]?.toLowerCase().replace(/\.$/, "");
    if (!target || !isHostname(target)) break;
    current = target;
  }
  return current;
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
