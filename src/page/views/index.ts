// All pages. The order is that of the navigation.

import type { AnyView } from "../view.ts";
import alerts from "./alerts.ts";
import events from "./events.ts";
import graph from "./graph.ts";
import host from "./host.ts";
import hosts from "./hosts.ts";
import item from "./item.ts";
import items from "./items.ts";
import system from "./system.ts";

export const views: readonly AnyView[] = [alerts, hosts, items, events, system, host, item, graph];
