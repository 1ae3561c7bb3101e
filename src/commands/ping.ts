// PING: is it there, and which version?

import { type Command, text } from "../wire/command.ts";

export interface PingDesk {
  role: "Client" | "Server";
  version: string;
}

export const ping: Command<PingDesk> = {
  name: "PING",
  from: ["localhost", "server", "client"],
  args: [],
  doc: "Is it there, and which version?",
  handle: (desk) => text([`PONG from ${desk.role} dmon-${desk.version}`]),
};
