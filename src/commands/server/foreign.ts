// JSON that a client sent: read under its bounds, and only about hosts that this client speaks for.

import { parseForeignJson } from "../../core/json.ts";
import { ShapeError } from "../../core/shape.ts";
import { type Peer, Refusal } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";

/** Parses and checks; throws Refusal with what is wrong and where. */
export function foreignJson<T>(text: string, check: (value: unknown) => T): T {
  try {
    return check(parseForeignJson(text));
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) throw new Refusal(`bad JSON: ${error.message}`);
    throw error;
  }
}

/** All hosts that a peer may report for: those at its address, and the dumb ones behind them. */
export function spokenFor(desk: ServerDesk, peer: Peer): Set<string> {
  return new Set(peer.hosts.flatMap((client) => desk.hostsOfClient(client)));
}
