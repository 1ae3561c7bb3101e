// The address of a host, kept for a while: a lookup costs a thread, and while a resolver is down the last good answer stands.

import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import { ProbeError } from "../core/reading.ts";

/** So long an answer stands without being asked for again. */
const FRESH_MS = 300_000;
/** Names that are remembered: the hosts behind one client, and room. */
const NAMES_MAX = 5000;

interface Known {
  address: string;
  asked_ms: number;
}

const known = new Map<string, Known>();
const asking = new Map<string, Promise<string>>();

/** The first address of a name; of an address itself. Throws ProbeError. */
export async function addressOf(host: string): Promise<string> {
  if (isIP(host.replace(/%.*/, "")) !== 0) return host;
  const before = known.get(host);
  if (before && performance.now() - before.asked_ms < FRESH_MS) return before.address;
  const answer = asking.get(host) ?? ask(host);
  // Stale, but an answer: whoever waits for a resolver waits for half a minute.
  if (!before) return answer;
  answer.catch(() => {});
  return before.address;
}

function ask(host: string): Promise<string> {
  const answer = lookUp(host).finally(() => asking.delete(host));
  asking.set(host, answer);
  return answer;
}

async function lookUp(host: string): Promise<string> {
  try {
    const { address } = await dns.lookup(host);
    if (known.size >= NAMES_MAX) known.clear();
    known.set(host, { address, asked_ms: performance.now() });
    return address;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new ProbeError(
      `the name ${host} could not be resolved (${code}): is it in DNS? addr= of its host statement would do`,
    );
  }
}
