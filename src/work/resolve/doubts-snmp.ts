// Hosts whose items are asked by SNMP, and nobody says how they speak it: all those items would be dead. Pure.

import type { HostDraft } from "../draft.ts";
import type { Complain } from "../statement.ts";
import type { Item } from "./item.ts";

const NAMED_MAX = 4;

export function doubtSnmp(
  hosts: readonly HostDraft[],
  items: ReadonlyMap<string, Item>,
  got: ReadonlyMap<string, ReadonlySet<string>>,
  warn: Complain,
): void {
  const asked = ({ tag }: HostDraft) =>
    [...(got.get(tag.text) ?? [])].find((name) => items.get(name)?.probe.remote === "snmp");
  const mute = hosts.filter((host) => host.snmp === undefined && asked(host) !== undefined);
  const [first] = mute;
  if (!first) return;
  const names = mute.slice(0, NAMED_MAX).map(({ tag }) => tag.text);
  if (mute.length > names.length) names.push(`${mute.length - names.length} more`);
  const listed = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)} have` : `${names[0]} has`;
  warn(
    first.tag,
    `${asked(first)} is asked by SNMP, and ${listed} no snmp=`,
    `write host ${first.fqdn.text} ${first.tag.text} … snmp=v2c:COMMUNITY`,
  );
}
