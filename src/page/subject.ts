// What somebody acts on: an item of a host, by the query of an address, as a link of a mail would name it.

import type { HostStatus } from "./fleet.ts";
import { findHost, findItemOf } from "./lookup.ts";
import type { TicketView } from "./model.ts";
import { BadRequest, type Visit } from "./view.ts";

/** By which the server tells of a host that is silent; no client reports it. */
const DMON_ITEM = "dmon";

/** `host` and `item` of the query; of the host as a whole it is the item `dmon`. Throws NotFound and BadRequest. */
export function subjectOf(visit: Visit, action: TicketView["action"], user: string): TicketView {
  const { query, fleet } = visit;
  const name = query.get("host");
  if (!name) throw new BadRequest("The address does not say of which host: do/ack?host=HOST&item=ITEM");
  const host = findHost(fleet, name);
  const item = query.get("item") || DMON_ITEM;
  const { level, since_s } = stateOf(host, item, visit);
  const ack = host.rows.find((row) => row.item === item)?.ack ?? ackOf(host, item, visit);
  return {
    action,
    host: host.view.host,
    tag: host.view.tag,
    item,
    user,
    level,
    since_s,
    over: fleet.scale.isBest(level),
    ...(ack ? { ack } : {}),
  };
}

function stateOf(host: HostStatus, item: string, { fleet, overview }: Visit): { level: string; since_s: number } {
  const row = host.rows.find((each) => each.item === item);
  const isHost = item === DMON_ITEM;
  if (isHost && host.dead)
    return { level: fleet.scale.levels.at(-1)?.name ?? "", since_s: host.view.received_s ?? overview.now_s };
  if (row) return { level: row.state.level, since_s: row.state.since };
  if (isHost) return { level: host.worst, since_s: host.view.received_s ?? overview.now_s };
  const { level, since } = findItemOf(host, item);
  return { level, since_s: since };
}

function ackOf({ view }: HostStatus, item: string, { overview }: Visit) {
  return overview.acks.find((ack) => ack.host === view.host && ack.item === item);
}
