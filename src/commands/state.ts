// STATE: what the daemon is and does, for a person [seed].

import { text } from "../wire/command.ts";
import type { ClientCommand } from "./client/declare.ts";

export interface StateDesk {
  /** One fact a line. */
  stateLines(): string[];
}

export const state: ClientCommand<StateDesk> = {
  name: "STATE",
  from: ["localhost", "server", "client"],
  relayed: true,
  args: [],
  doc: "What the daemon is and does.",
  handle: (desk) => text(desk.stateLines().map((line) => `-- ${line}`)),
};
