// All statements of work.conf, in the order in which they are documented.

import type { StatementDeclaration } from "../statement.ts";
import alert from "./alert.ts";
import channel from "./channel.ts";
import downtime from "./downtime.ts";
import fit from "./fit.ts";
import fitLevel from "./fit_level.ts";
import flap from "./flap.ts";
import get from "./get.ts";
import host from "./host.ts";
import hosts from "./hosts.ts";
import include from "./include.ts";
import item from "./item.ts";
import items from "./items.ts";
import needs from "./needs.ts";
import pmaker from "./pmaker.ts";
import user from "./user.ts";
import users from "./users.ts";

export const statements: readonly StatementDeclaration[] = [
  host,
  hosts,
  pmaker,
  item,
  items,
  get,
  fitLevel,
  fit,
  flap,
  user,
  users,
  alert,
  channel,
  needs,
  downtime,
  include,
];
