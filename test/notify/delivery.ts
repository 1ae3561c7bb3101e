// Deliveries for the tests of channels.

import { runProgram } from "../../src/client/program.ts";
import type { Delivery } from "../../src/notify/channel.ts";
import { SendError } from "../../src/notify/channel.ts";
import { MADE_S } from "../core/alert/messages.ts";

export function delivery(url: string, fields: Partial<Delivery> = {}): Delivery {
  return {
    url,
    version: "1.2.3",
    from: "dmon@mon.example.org",
    graph: async () => undefined,
    signal: new AbortController().signal,
    run: runProgram,
    now_ms: () => MADE_S * 1000,
    ...fields,
  };
}

/** The error with which a message was not taken. */
export async function refusal(sending: Promise<string>): Promise<SendError> {
  const answer = await sending.catch((error: unknown) => error);
  if (answer instanceof SendError) return answer;
  throw new Error(`it was taken: ${String(answer)}`);
}
