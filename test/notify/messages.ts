// Messages and deliveries for the tests of channels.

import { runProgram } from "../../src/client/program.ts";
import type { Message, Notice } from "../../src/core/alert/message.ts";
import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";
import type { Delivery } from "../../src/notify/channel.ts";
import { SendError } from "../../src/notify/channel.ts";

export const MADE_S = 1_795_424_400; // 2026-11-23T09:00:00Z

export function notice(fields: Partial<Notice> = {}): Notice {
  const level = fields.level ?? "crit";
  return {
    kind: "problem",
    host: "mars.example.org",
    tag: "mars",
    item: "root_usage",
    level,
    prev: "fine",
    rank: DEFAULT_LEVELS.findIndex(({ name }) => name === level),
    since_s: MADE_S - 600,
    time_s: MADE_S - 2,
    value: 97.2,
    unit: "%",
    reason: ">90% (work.conf:41)",
    rule: "work.conf:52",
    problem: "p-1",
    links: {
      page: "https://mon.example.org/host/mars/root_usage",
      ack: "https://mon.example.org/ack?t=a1&s=b2",
      downtime: "https://mon.example.org/downtime?t=a1",
    },
    ...fields,
  };
}

export function message(notices: Notice[] = [notice()], fields: Partial<Message> = {}): Message {
  return {
    id: "0f8fad5b-d9cb-469f-a165-70867728950e",
    server: "mon.example.org",
    user: { name: "anna", mail: "anna@example.org", options: { phone: "+49301234" } },
    made_s: MADE_S,
    notices,
    more: 0,
    others: [],
    levels: DEFAULT_LEVELS,
    ...fields,
  };
}

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
