// HELP: the commands of this port, from their declarations.

import { type Command, text, usage } from "../wire/command.ts";
import type { ClientCommand } from "./client/declare.ts";

/** Makes the HELP of a list of commands, itself included. */
export function helpFor<Desk>(commands: readonly Command<Desk>[]): ClientCommand<Desk> {
  const help: ClientCommand<Desk> = {
    name: "HELP",
    from: ["localhost", "server", "client"],
    relayed: true,
    args: [],
    doc: "This list.",
    handle: () => {
      const all = [...commands, help].sort((a, b) => (a.name < b.name ? -1 : 1));
      return text(all.map((command) => `${usage(command)}\n    ${command.doc} For ${command.from.join(", ")}.`));
    },
  };
  return help;
}
