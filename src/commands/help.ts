// HELP: the commands of this port, from their declarations.

import { type Command, text, usage } from "../wire/command.ts";

/** Makes the HELP of a list of commands, itself included. */
export function helpFor<Desk>(commands: readonly Command<Desk>[]): Command<Desk> {
  const help: Command<Desk> = {
    name: "HELP",
    from: ["localhost", "server", "client"],
    args: [],
    doc: "This list.",
    handle: () => {
      const all = [...commands, help].sort((a, b) => (a.name < b.name ? -1 : 1));
      return text(all.map((command) => `${usage(command)}\n    ${command.doc} For ${command.from.join(", ")}.`));
    },
  };
  return help;
}
