// STATE: what the daemon is and does, for a person [seed].

import { type Command, text } from "../wire/command.ts";

export interface StateDesk {
  /** One fact a line. */
  stateLines(): string[];
}

export const state: Command<StateDesk> = {
  name: "STATE",
  from: ["localhost", "server", "client"],
  args: [],
  doc: "What the daemon is and does.",
  handle: (desk) => text(desk.stateLines().map((line) => `-- ${line}`)),
};
