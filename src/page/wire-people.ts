// What people who have logged in ask of the server, over the wire: act, see how they are told, try it.

import { TEST_MESSAGE_MS_MAX, USER_ANSWER_BYTES_MAX } from "../core/limits.ts";
import { type AskOptions, PeerError } from "../wire/ask.ts";
import { type Deed, type PersonView, SourceRefused, type TicketUse, type TriedView } from "./model.ts";

/** Rejects with SourceUnavailable, whose cause is what the wire said. */
export type AskServer = (
  line: string,
  bounds: Pick<AskOptions, "bytes" | "total_ms" | "silence_ms" | "signal">,
) => Promise<Record<string, unknown>>;

export async function fetchPerson(ask: AskServer, user: string, signal?: AbortSignal): Promise<PersonView> {
  const bounds = { bytes: USER_ANSWER_BYTES_MAX, ...(signal ? { signal } : {}) };
  return (await refused(ask(`USER ${user}`, bounds))) as unknown as PersonView;
}

export async function sendTest(ask: AskServer, user: string): Promise<TriedView[]> {
  const ms = TEST_MESSAGE_MS_MAX + 2000;
  const bounds = { bytes: USER_ANSWER_BYTES_MAX, total_ms: ms, silence_ms: ms };
  const { tried } = await refused(ask(`TESTMESSAGE ${JSON.stringify({ user })}`, bounds));
  return tried as TriedView[];
}

/** By who has logged in, or by a link of a mail. */
export async function doDeed(ask: AskServer, deed: Deed | TicketUse): Promise<{ id?: number }> {
  const answer = await refused(ask(lineOf(deed), { bytes: USER_ANSWER_BYTES_MAX }));
  const { downtime } = answer as { downtime?: { id: number } };
  return downtime ? { id: downtime.id } : {};
}

function lineOf(deed: Deed | TicketUse): string {
  if ("ticket" in deed) {
    const { action: kind, ...wish } = deed;
    return `${kind === "ack" ? "ACK" : "DOWNTIME"} ${JSON.stringify(wish)}`;
  }
  const { user, action } = deed;
  if (action === "end") return `ENDDOWNTIME ${JSON.stringify({ user, id: deed.id })}`;
  const { host: hosts, item } = deed;
  if (action === "unack") return `UNACK ${JSON.stringify({ user, hosts, items: item })}`;
  const { text, until } = deed;
  if (action === "ack") return `ACK ${JSON.stringify({ user, hosts, items: item, until, text })}`;
  return `DOWNTIME ${JSON.stringify({ user, hosts, items: deed.items, until, text })}`;
}

async function refused<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const refusal = refusalOf(error);
    throw refusal ? new SourceRefused(refusal.message) : error;
  }
}

/** What the server said, where it refused. */
export function refusalOf(error: unknown): PeerError | undefined {
  return error instanceof Error && error.cause instanceof PeerError ? error.cause : undefined;
}
