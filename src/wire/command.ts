// What a command of the wire declares, and what it may answer. HELP, the manual and the access rules derive from it.

/** Who speaks: this host itself, the server (to a client), a client of the work or the pagemaker (to the server). */
export type Who = "localhost" | "server" | "client" | "pagemaker";

/** The other end of a connection, as far as its address tells. */
export interface Peer {
  address: string;
  /** In what roles it may speak. Never empty. */
  who: readonly Who[];
  /** Canonical names of the hosts that it may speak for. */
  hosts: readonly string[];
}

export interface Argument {
  name: string;
  optional?: boolean;
  /** All words from here on. */
  many?: boolean;
  /** The rest of the line as it is: a command for somebody else, or JSON. */
  rest?: "text" | "json";
}

export interface Command<Desk> {
  name: string;
  from: readonly Who[];
  args: readonly Argument[];
  doc: string;
  /**
   * `args` are the words of the line; the last one is the whole rest where the declaration says so. Throws
   * Refusal for what the peer did wrong or may not do.
   */
  handle(desk: Desk, args: readonly string[], peer: Peer): Answer | Later | Promise<Answer | Later>;
}

export function defineCommand<Desk>(command: Command<Desk>): Command<Desk> {
  return command;
}

type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * A body is made piece by piece, no faster than the peer takes it; an empty piece lets others have their turn. `whole`: it
 * already has its COMMAND lines (a relayed answer).
 */
export interface Answer {
  body: Chunks;
  whole?: boolean;
}

/** An answer that waits for something to happen, maybe for long: meanwhile its peer counts as a watcher, and holds nothing. */
export interface Later {
  later: Promise<Answer>;
  /** The peer wants what there is by now; or it has gone, and nobody waits any more. Once or more. */
  end(isGone: boolean): void;
}

/** Plain lines. What would end the answer early is made harmless. */
export function text(lines: readonly string[]): Answer {
  return { body: lines.map((line) => `${line.replace(/^COMMAND /, " COMMAND ")}\n`) };
}

/** A JSON body: one line. */
export function json(value: unknown): Answer {
  return { body: [`${JSON.stringify(value)}\n`] };
}

/** The peer did something wrong; the message goes to it as `error: …`. */
export class Refusal extends Error {
  override name = "Refusal";
}

/** `NAME ARG [OPTIONAL] [MANY…]` */
export function usage(command: Pick<Command<never>, "name" | "args">): string {
  const words = command.args.map((arg) => {
    const name = arg.many || arg.rest === "text" ? `${arg.name}…` : arg.name;
    return arg.optional ? `[${name}]` : name;
  });
  return [command.name, ...words].join(" ");
}
