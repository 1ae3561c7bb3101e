// CLIENT HOST CMD: ask a client, and hand its answer on as it comes [seed].

import { defineCommand, Refusal } from "../../wire/command.ts";
import { clientCommands } from "../client/index.ts";
import type { ServerDesk } from "./desk.ts";
import { knownHost } from "./known-host.ts";

/** What may be asked of a client through the server. */
const RELAYED = clientCommands.filter(({ relayed }) => relayed).map(({ name }) => name);

export default defineCommand<ServerDesk>({
  name: "CLIENT",
  from: ["localhost", "client"],
  args: [{ name: "HOST" }, { name: "CMD", rest: "text" }],
  doc: `Ask the client of a host and hand on its answer. CMD: ${RELAYED.join(", ")}.`,
  handle(desk, [name = "", command = ""]) {
    const host = knownHost(desk, name);
    const [word = "", ...args] = command.split(/\s+/).filter(Boolean);
    const upper = word.toUpperCase();
    if (!RELAYED.includes(upper)) throw new Refusal(`${upper} is not handed on; only ${RELAYED.join(", ")}`);
    return {
      body: unreachableIsRefusal(desk.relay(host, [upper, ...ofHost(upper, args, host)].join(" "))),
      whole: true,
    };
  },
});

/** A client that asks for dumb hosts too means itself when it is told no host: HIST names the one that is meant. */
function ofHost(word: string, args: readonly string[], host: string): readonly string[] {
  if (word !== "HIST" || args.length > 2) return args;
  const [ival = "day", points = "0"] = args;
  return [ival, points, host];
}

// Before the first byte an unreachable client is an error of ours to tell; later the answer just breaks off.
async function* unreachableIsRefusal(answer: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let started = false;
  try {
    for await (const chunk of answer) {
      started = true;
      yield chunk;
    }
  } catch (error) {
    throw started ? error : new Refusal((error as Error).message);
  }
  if (!started) throw new Refusal("the client closed without an answer");
}
