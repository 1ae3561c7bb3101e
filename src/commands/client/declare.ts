// What a command of the client's port declares beside what every command does.

import type { Command } from "../../wire/command.ts";
import type { ClientDesk } from "./desk.ts";

export interface ClientCommand<Desk = ClientDesk> extends Command<Desk> {
  /** Whether the server hands it on (CLIENT HOST CMD): never what acts with the authority of this host or the server. */
  relayed: boolean;
}

export function defineClientCommand(command: ClientCommand): ClientCommand {
  return command;
}
