// HELP: the commands of this port, from their declarations.

import { didYouMean } from "../core/diagnostic.ts";
import { type Command, Refusal, text, usage } from "../wire/command.ts";
import type { ClientCommand } from "./client/declare.ts";

/** Makes the HELP of a list of commands, itself included. */
export function helpFor<Desk>(commands: readonly Command<Desk>[]): ClientCommand<Desk> {
  const help: ClientCommand<Desk> = {
    name: "HELP",
    from: ["localhost", "server", "client"],
    relayed: true,
    args: [{ name: "CMD", optional: true }],
    doc: "This list, or what it has of CMD.",
    handle: (_, [name]) => {
      const every = [...commands, help].sort((a, b) => (a.name < b.name ? -1 : 1));
      const all = every.filter((command) => name === undefined || command.name === name.toUpperCase());
      if (all.length === 0) {
        const names = every.map((command) => command.name);
        throw new Refusal(
          `there is no command ${name}; ${didYouMean(name?.toUpperCase() ?? "", names) ?? `there are ${names.join(", ")}`}`,
        );
      }
      return text(all.map((command) => `${usage(command)}\n    ${command.doc} For ${command.from.join(", ")}.`));
    },
  };
  return help;
}
