// PING: is it there, and which version?

import { text } from "../wire/command.ts";
import type { ClientCommand } from "./client/declare.ts";
import type { CommonDesk } from "./desk.ts";

export const ping: ClientCommand<CommonDesk> = {
  name: "PING",
  from: ["localhost", "server", "client"],
  relayed: true,
  args: [],
  doc: "Is it there, and which version?",
  handle: (desk) => text([`PONG from ${desk.role} dmon-${desk.version}`]),
};
