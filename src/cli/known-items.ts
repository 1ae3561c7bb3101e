// Which items hosts have, as the server knows them: for who types a name that is none.

import type { Conf } from "../config/keys.ts";
import { HOSTNAME_CHARS_MAX, HOSTS_PER_WORK_MAX, SERIES_PER_HOST_MAX } from "../core/limits.ts";
import { object, record } from "../core/shape.ts";
import { PeerError } from "../wire/ask.ts";
import { askServer } from "./server-ask.ts";
import { isPlain, type Which } from "./which.ts";

const isAny = (key: string) => key.length <= HOSTNAME_CHARS_MAX;
const statesShape = object({
  cdmp: record(
    isAny,
    record(isAny, () => true, SERIES_PER_HOST_MAX),
    HOSTS_PER_WORK_MAX,
  ),
});

/** The items of a host; of all hosts where it is a selector or a group. */
export async function itemsOf(conf: Conf, hosts: string): Promise<Set<string>> {
  const ask = (host: string) => askServer(conf, `CLIENTS ${host} 1`, statesShape);
  const { cdmp } = await (isPlain(hosts) ? ask(hosts) : ask("*")).catch((error) => {
    if (error instanceof PeerError && isPlain(hosts)) return ask("*"); // a group, or what the command itself will refuse
    throw error;
  });
  return new Set(Object.values(cdmp).flatMap((state) => Object.keys(state)));
}

/** Why there is no such item of such a host, by the server's words; undefined where it is there, or a selector. */
export async function mistakenItem(conf: Conf, { hosts, items }: Which): Promise<string | undefined> {
  if (items === "*" || !isPlain(items) || !isPlain(hosts) || items === "dmon") return undefined;
  try {
    await askServer(conf, `CLIENTS ${hosts} ${items} 1`, statesShape);
    return undefined;
  } catch (error) {
    // A group of hosts or of items is known to the work only.
    return error instanceof PeerError && error.message.includes(" has no item ") ? error.message : undefined;
  }
}
