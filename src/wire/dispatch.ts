// From a request line to an answer: which command, may this peer call it, are its arguments there.

import { didYouMean } from "../core/diagnostic.ts";
import {
  COMMAND_CHARS_MAX,
  REQUEST_JSON_BYTES_MAX,
  REQUEST_JSON_MS_MAX,
  REQUEST_LINE_BYTES_MAX,
  REQUEST_LINE_MS_MAX,
} from "../core/limits.ts";
import { type Answer, type Command, type Later, type Peer, Refusal, usage } from "./command.ts";

/** All commands of one port, bound to the role that answers them. */
export interface Switchboard {
  /** How long a line that begins with this word may be, and how long it may take. */
  bounds(word: string): { bytes: number; ms: number };
  /** Throws Refusal. */
  answer(line: string, peer: Peer): Promise<{ name: string; answer: Answer | Later }>;
}

/** Another port of this daemon: who mistook the one for the other is told. */
export interface OtherPort {
  /** `the server's port` */
  name: string;
  commands: readonly Pick<Command<never>, "name">[];
}

export function switchboard<Desk>(commands: readonly Command<Desk>[], desk: Desk, elsewhere?: OtherPort): Switchboard {
  const byName = new Map(commands.map((command) => [command.name, command]));
  const find = (word: string) => byName.get(word.toUpperCase());
  return {
    bounds(word) {
      const large = find(word)?.args.some((arg) => arg.rest === "json");
      return large
        ? { bytes: REQUEST_JSON_BYTES_MAX, ms: REQUEST_JSON_MS_MAX }
        : { bytes: REQUEST_LINE_BYTES_MAX, ms: REQUEST_LINE_MS_MAX };
    },
    async answer(request, peer) {
      const line = request.trimStart();
      const word = /^\S*/.exec(line)?.[0] ?? "";
      const command = find(word);
      if (!command) {
        const upper = word.toUpperCase();
        if (elsewhere?.commands.some(({ name }) => name === upper))
          throw new Refusal(`${upper} is a command of ${elsewhere.name}; HELP lists those of this one`);
        const shown = JSON.stringify(word.slice(0, COMMAND_CHARS_MAX));
        throw new Refusal(`unknown command ${shown}; ${didYouMean(word, byName.keys()) ?? "HELP lists all"}`);
      }
      if (!command.from.some((who) => peer.who.includes(who))) {
        throw new Refusal(`${command.name} is for ${command.from.join(" and ")} only, not for ${peer.address}`);
      }
      const args = splitArguments(command, line.slice(word.length));
      return { name: command.name, answer: await command.handle(desk, args, peer) };
    },
  };
}

/** The words behind a command as its declaration wants them. Throws Refusal with the usage. */
export function splitArguments(command: Pick<Command<never>, "name" | "args">, text: string): string[] {
  const words: string[] = [];
  let rest = text.trim();
  for (const arg of command.args) {
    if (rest === "") {
      if (!arg.optional) throw new Refusal(`${arg.name} is missing; usage: ${usage(command)}`);
      break;
    }
    if (arg.rest) {
      words.push(rest);
      rest = "";
    } else {
      do {
        const word = /^\S+/.exec(rest)?.[0] ?? "";
        words.push(word);
        rest = rest.slice(word.length).trimStart();
      } while (arg.many && rest !== "");
    }
  }
  if (rest !== "") throw new Refusal(`too many arguments; usage: ${usage(command)}`);
  return words;
}
