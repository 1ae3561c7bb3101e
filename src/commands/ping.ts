// PING: is it there, and which version?

import { text } from "../wire/command.ts";
import type { ClientCommand } from "./client/declare.ts";

export interface PingDesk {
  role: "Client" | "Server";
  version: string;
}

export const ping: ClientCommand<PingDesk> = {
  name: "PING",
  from: ["localhost", "server", "client"],
  relayed: true,
  args: [],
  doc: "Is it there, and which version?",
  handle: (desk) => text([`PONG from ${desk.role} dmon-${desk.version}`]),
};
