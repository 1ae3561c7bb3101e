// Where the history of a host is: in this host's daemon for itself and the dumb hosts behind it, else in that host's own, which
// is asked through the server.

import type { Conf } from "../config/keys.ts";
import { formatAge } from "../core/interval.ts";
import {
  HIST_ROWS_MAX,
  HOST_BYTES_MAX,
  HOSTNAME_CHARS_MAX,
  ITEMS_PER_HOST_MAX,
  TEXT_CHARS_MAX,
} from "../core/limits.ts";
import { list, nullable, number, object, record, type Shape, ShapeError, text } from "../core/shape.ts";
import { type AskOptions, askJson, PeerError } from "../wire/ask.ts";
import { UsageError } from "./command.ts";
import { callOwn } from "./own-daemon.ts";

/** The data of an answer of HIST. */
export interface Hist {
  cols: string[];
  /** Of each column; null where it is not known. */
  units: (string | null)[];
  kinds: (string | null)[];
  rows: (number | null)[][];
  changes: { time: number; item: string; level: string; text?: string }[];
  changes_cut: boolean;
}

export interface Found extends Hist {
  host: string;
  /** All items, for none was named. */
  all: boolean;
}

/** Columns of an answer: the time, and four of each item. */
const COLUMNS_MAX = 1 + 4 * ITEMS_PER_HOST_MAX;
const word = text(TEXT_CHARS_MAX);
const flag: Shape<boolean> = (value) => value === true;
const histShape = object({
  data: object(
    { cols: list(word, COLUMNS_MAX), rows: list(list(nullable(number), COLUMNS_MAX), HIST_ROWS_MAX) },
    {
      units: list(nullable(word), COLUMNS_MAX),
      kinds: list(nullable(word), COLUMNS_MAX),
      changes: list(object({ time: number, item: word, level: word }, { text: word }), HIST_ROWS_MAX),
      changes_cut: flag,
    },
  ),
});
const isAny = (key: string) => key.length <= HOSTNAME_CHARS_MAX;
const clientsShape = object({
  now: number,
  clients: record(isAny, object({}, { received: number, about: object({ ival: number }) }), 1),
});

/** How the server says that it did not reach a client: `192.0.2.7:22008: connection refused`. */
const UNREACHED = /^\S+:\d+: /;

type Ask = (line: string, options?: AskOptions) => Promise<Record<string, unknown>>;

/** Asks for items of the host that is named by `host`, else by the first of the words, else of this host. */
export async function findHist(
  conf: Conf,
  hostname: string,
  words: readonly string[],
  host: string | undefined,
  query: { ival: string; points: number; more: readonly string[] },
): Promise<Found> {
  const ask: Ask = (line, options) => callOwn(conf, (target) => askJson(target, line, options));
  const hist = async (of: string, items: readonly string[], through = "") => {
    const line = `${through}HIST ${query.ival} ${query.points} ${of} ${[...items, ...query.more].join(" ")}`.trimEnd();
    return { host: of, all: items.length === 0, ...take(of, await ask(line)) };
  };
  const through = async (name: string, items: readonly string[]) => {
    const { canonical, silence } = await seenByServer(ask, name);
    try {
      return await hist(canonical, items, `SERVER CLIENT ${canonical} `);
    } catch (error) {
      if (!(error instanceof PeerError) || !UNREACHED.test(error.message)) throw error;
      const why = [error.message, silence].filter(Boolean).join("; ");
      throw new Error(`${canonical}, which keeps its own history, cannot be asked: ${why}`, { cause: error });
    }
  };
  const own = await ask("REPORT", { bytes: HOST_BYTES_MAX });
  const isOwn = (name: string) => name === hostname || (!name.startsWith("-") && Object.hasOwn(own, name));
  if (host !== undefined) return isOwn(host) ? hist(host, words) : through(host, words);
  const [first, ...rest] = words;
  if (first === undefined) return hist(hostname, words);
  if (isOwn(first)) return hist(first, rest);
  const items = Object.hasOwn(own, hostname) ? own[hostname] : undefined;
  if (/[*?,!]/.test(first) || Object.hasOwn(items ?? {}, first)) return hist(hostname, words);
  const asHost = await through(first, rest).catch((error: unknown) => {
    if (error instanceof UnknownHost) return error;
    throw error;
  });
  if (!(asHost instanceof UnknownHost)) return asHost;
  // No host: an item that is measured no more, or a mistake.
  return hist(hostname, words).catch((error: unknown) => {
    if (!(error instanceof PeerError) || error.message.includes("did you mean")) throw error;
    throw new Error(`${error.message}; and as a host: ${asHost.message}`, { cause: error });
  });
}

/** The server knows no host of that name, or cannot be asked; the message says which. */
class UnknownHost extends UsageError {
  override name = "UnknownHost";
}

/** What the server knows of a host: its name in full, and whether it has been silent. */
async function seenByServer(ask: Ask, name: string): Promise<{ canonical: string; silence?: string }> {
  let answer: Record<string, unknown>;
  try {
    answer = await ask(`SERVER CLIENTS ${name} 1`, { bytes: HOST_BYTES_MAX });
  } catch (error) {
    throw error instanceof PeerError ? new UnknownHost(error.message) : error;
  }
  const { now, clients } = clientsShape(answer, "");
  const [[canonical, { received, about }] = [name, {}]] = Object.entries(clients);
  if (received === undefined) return { canonical, silence: "it has never reported" };
  const age_s = now - received;
  const isSilent = age_s > 2 * (about?.ival ?? 0);
  return { canonical, ...(isSilent ? { silence: `its last report came ${formatAge(age_s)} ago` } : {}) };
}

function take(host: string, answer: Record<string, unknown>): Hist {
  try {
    const { cols, rows, units = [], kinds = [], changes = [], changes_cut = false } = histShape(answer, "").data;
    return { cols, units, kinds, rows, changes, changes_cut };
  } catch (error) {
    throw error instanceof ShapeError ? new Error(`${host} answered what is no history: ${error.message}`) : error;
  }
}
