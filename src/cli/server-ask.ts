// The server, as commands for people ask it: through this host's own daemon, which knows where it is.

import type { Conf } from "../config/keys.ts";
import { type Shape, ShapeError } from "../core/shape.ts";
import { askJson, PeerError } from "../wire/ask.ts";
import { callOwn } from "./own-daemon.ts";

/** How a daemon says that it did not reach another: `192.0.2.7:22007: connection refused`. */
const UNREACHED = /^\S+:\d+: /;
const NOT_HERE = /^[A-Z]+ is for localhost and pagemaker only/;

/** Asks, and checks the answer. Throws PeerError for what the server refuses, an Error that says what to do for all else. */
export async function askServer<T>(conf: Conf, line: string, shape: Shape<T>): Promise<T> {
  try {
    return shape(await callOwn(conf, (target) => askJson(target, `SERVER ${line}`)), "");
  } catch (error) {
    if (error instanceof ShapeError)
      throw new Error(`the server answered what is not understood: ${error.message}`, { cause: error });
    throw explained(error, conf.server ?? "this host");
  }
}

/** The same for a command that takes JSON. */
export function tellServer<T>(conf: Conf, command: string, wish: object, shape: Shape<T>): Promise<T> {
  return askServer(conf, `${command} ${JSON.stringify(wish)}`, shape);
}

/** The same for a person: what the server refused, or why it could not be asked. */
export function explained(error: unknown, server: string): unknown {
  if (!(error instanceof PeerError)) return error;
  const { message } = error;
  if (NOT_HERE.test(message)) {
    const who = `${server}, the server, takes this from its own host and the pagemaker's only`;
    return new Error(`${who}; run it on ${server}`, { cause: error });
  }
  if (UNREACHED.test(message)) return new Error(`the server cannot be asked: ${message}`, { cause: error });
  const [, command] = /^unknown command "([A-Z]+)"/.exec(message) ?? [];
  if (command !== undefined)
    return new Error(`${server} does not know ${command}; its dmon is older than this one`, { cause: error });
  return error;
}
