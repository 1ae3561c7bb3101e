// Hosts that are legal and surely not meant so: words exchanged, an address for a name, one host twice. Pure.

import { isIP } from "node:net";
import { isHostname } from "../../core/names.ts";
import type { HostDraft } from "../draft.ts";
import { type Complain, whereOf } from "../statement.ts";

/** @param server is called as dmon.conf or the system calls it, whatever that is */
export function doubtHosts(hosts: readonly HostDraft[], server: HostDraft | undefined, warn: Complain): void {
  const short = hosts.filter(({ fqdn }) => !fqdn.text.includes("."));
  const wanted = new Set(short.map(({ fqdn }) => fqdn.text));
  const long = new Map<string, HostDraft>();
  for (const host of hosts) {
    const { fqdn, tag } = host;
    if (host !== server && isIP(fqdn.text) !== 0)
      warn(fqdn, `"${fqdn.text}" is an address, no name`, `write host NAME ${tag.text} addr=${fqdn.text}`);
    else if (!fqdn.text.includes(".") && tag.text.includes(".") && isHostname(tag.text.toLowerCase()))
      warn(
        fqdn,
        `"${fqdn.text}" looks like the tag and "${tag.text}" like the name`,
        `write host ${tag.text} ${fqdn.text}`,
      );
    const [label = ""] = fqdn.text.split(".", 1);
    if (label !== fqdn.text && wanted.has(label)) long.set(label, host);
  }
  for (const { fqdn } of short) {
    const other = long.get(fqdn.text);
    if (!other) continue;
    const words = `"${fqdn.text}" is another host than ${other.fqdn.text} (${whereOf(other.fqdn)})`;
    warn(fqdn, words, "a name is not completed here (domain of dmon.conf): write the whole name, each host once");
  }
}
