// All endpoints, in the order of the documentation.

import type { Endpoint } from "./endpoint.ts";
import acks from "./endpoints/acks.ts";
import alerts from "./endpoints/alerts.ts";
import downtimes from "./endpoints/downtimes.ts";
import events from "./endpoints/events.ts";
import groups from "./endpoints/groups.ts";
import history from "./endpoints/history.ts";
import host from "./endpoints/host.ts";
import hosts from "./endpoints/hosts.ts";
import item from "./endpoints/item.ts";
import items from "./endpoints/items.ts";
import status from "./endpoints/status.ts";
import system from "./endpoints/system.ts";

export const endpoints: readonly Endpoint[] = [
  status,
  alerts,
  hosts,
  host,
  groups,
  items,
  item,
  events,
  history,
  acks,
  downtimes,
  system,
];
