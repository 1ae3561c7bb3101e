// STATE: what the daemon is and does, for a person [seed].

import { text } from "../wire/command.ts";
import type { ClientCommand } from "./client/declare.ts";
import type { CommonDesk } from "./desk.ts";

export const state: ClientCommand<CommonDesk> = {
  name: "STATE",
  from: ["localhost", "server", "client"],
  relayed: true,
  args: [],
  doc: "What the daemon is and does.",
  handle: (desk) => text(desk.stateLines().map((line) => `-- ${line}`)),
};
