// host FQDN TAG: a host, and the short name by which everything else calls it [seed].

import { isIP } from "node:net";
import { ADDRESS_CHARS_MAX } from "../../core/limits.ts";
import { HOSTNAME_FORM, isHostname, isName, NAME_FORM } from "../../core/names.ts";
import { parseSnmpAccess, SNMP_FORM, SNMP_PORT, SNMP_PROTOCOLS } from "../../core/snmp.ts";
import type { HostDraft } from "../draft.ts";
import { defineStatement, whereOf } from "../statement.ts";

export default defineStatement({
  name: "host",
  args: ["FQDN", "TAG"],
  options: {
    via: "TAG of the client that monitors this dumb host",
    addr: "IP address, where the name does not resolve to the right one",
    port: "port of its client, where it is not PORT+1",
    snmp: `${SNMP_FORM}; a port other than ${SNMP_PORT}: v2c/1161:COMMUNITY. Of v3: ${SNMP_PROTOCOLS}`,
  },
  doc: "A host to monitor. FQDN is its whole name, which `domain` of dmon.conf does not complete. With via= it runs no dmon itself: that client monitors it.",
  example: "host mars.example.org mars",
  declare({ words, options, complain }, draft) {
    const [fqdn, tag] = words;
    if (!fqdn || !tag) return;
    const name = fqdn.text.toLowerCase().replace(/\.$/, "");
    if (!isHostname(name)) complain(fqdn, `"${fqdn.text}" is no host name`, `write ${HOSTNAME_FORM}`);
    if (!isName(tag.text)) complain(tag, `"${tag.text}" cannot be a tag`, `use ${NAME_FORM}`);
    const same = draft.hostByName.get(name);
    if (same) complain(fqdn, `the host ${name} is declared twice`, `it is already in ${whereOf(same.tag)}`);
    const other = draft.hostByTag.get(tag.text);
    if (other) complain(tag, `the tag ${tag.text} is taken`, `by ${other.fqdn.text} in ${whereOf(other.tag)}`);
    const host: HostDraft = { fqdn: { ...fqdn, text: name }, tag };
    const via = options.get("via");
    if (via) host.via = via;
    const addr = options.get("addr");
    if (addr) {
      if (isIP(addr.text) === 0) complain(addr, `"${addr.text}" is no IP address`, "write addr=192.0.2.7");
      else if (addr.text.length > ADDRESS_CHARS_MAX)
        complain(addr, `an address of more than ${ADDRESS_CHARS_MAX} characters`, "write addr=192.0.2.7");
      host.addr = addr.text;
    }
    const port = options.get("port");
    if (port) {
      const number = /^\d{1,5}$/.test(port.text) ? Number(port.text) : 0;
      if (number < 1 || number > 65_535) complain(port, `"${port.text}" is no port`, "write a number from 1 to 65535");
      host.port = number;
    }
    const snmp = options.get("snmp");
    if (snmp) {
      const access = parseSnmpAccess(snmp.text);
      if ("error" in access) complain(snmp, access.error, access.hint);
      host.snmp = snmp.text;
    }
    draft.addHost(host);
  },
});
