// Where the history of a host is: in this host's daemon for itself and the dumb hosts behind it, else in that host's own, which
// is asked through the server.

import type { Conf } from "../config/keys.ts";
import { formatAge } from "../core/interval.ts";
import { type CoarserPart, coarserParts, withoutFillers } from "../core/kept-range.ts";
import {
  HIST_ROWS_MAX,
  HOST_BYTES_MAX,
  HOSTNAME_CHARS_MAX,
  SERIES_PER_HOST_MAX,
  TEXT_CHARS_MAX,
} from "../core/limits.ts";
import { parseStretch } from "../core/range.ts";
import { list, nullable, number, object, record, type Shape, ShapeError, text } from "../core/shape.ts";
import { type AskOptions, askJson, PeerError } from "../wire/ask.ts";
import { callOwn, NotRunning } from "./own-daemon.ts";

/** The data of an answer of HIST. */
export interface Hist {
  cols: string[];
  /** Of each column; null where it is not known. */
  units: (string | null)[];
  kinds: (string | null)[];
  rows: (number | null)[][];
  /** How long a row is, in seconds; where other ones are kept, for it is long ago, how long these are. */
  bucket: number;
  coarser: CoarserPart[];
  /** Oldest first; `of` level or text. */
  changes: { time: number; item: string; level: string; text?: string; of: string }[];
  changes_cut: boolean;
}

export interface Found extends Hist {
  host: string;
  /** All items, for none was named. */
  all: boolean;
}

/** Columns of an answer: the time, and four of each item. */
const COLUMNS_MAX = 1 + 4 * SERIES_PER_HOST_MAX;
const word = text(TEXT_CHARS_MAX);
const flag: Shape<boolean> = (value) => value === true;
const histShape = object({
  data: object(
    { cols: list(word, COLUMNS_MAX), rows: list(list(nullable(number), COLUMNS_MAX), HIST_ROWS_MAX) },
    {
      bucket: number,
      coarser: coarserParts,
      units: list(nullable(word), COLUMNS_MAX),
      kinds: list(nullable(word), COLUMNS_MAX),
      changes: list(object({ time: number, item: word, level: word, of: word }, { text: word }), HIST_ROWS_MAX),
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
  const ask: Ask = (line, options) =>
    callOwn(conf, (target) => askJson(target, line, options)).catch((error) => {
      if (!(error instanceof NotRunning)) throw error;
      throw new Error(`${error.message}; without it the past can be read by: dmon db export`, { cause: error });
    });
  const way = await wayTo(ask, hostname, words, host);
  const items = [...way.items, ...query.more].join(" ");
  const through = way.server ? `SERVER CLIENT ${way.host} ` : "";
  try {
    const answer = await ask(`${through}HIST ${query.ival} ${query.points} ${way.host} ${items}`.trimEnd());
    return { host: way.host, all: way.items.length === 0, ...take(way.host, answer) };
  } catch (error) {
    throw error instanceof PeerError ? new Error(explained(error.message, way), { cause: error }) : error;
  }
}

/** Whom to ask, and for what. */
interface Way {
  host: string;
  items: readonly string[];
  /** Only the server can ask it; and whether that host was silent lately. */
  server?: { silence?: string };
  /** Why the first item is no host. */
  noHost?: string;
}

async function wayTo(ask: Ask, hostname: string, words: readonly string[], host: string | undefined): Promise<Way> {
  const [first, ...rest] = words;
  const named = host ?? first;
  if (named === undefined) return { host: hostname, items: words };
  const own = await ask("REPORT");
  const items = host === undefined ? rest : words;
  const isOwn = named === hostname || (!named.startsWith("-") && Object.hasOwn(own, named));
  if (isOwn) return { host: named, items };
  const here = Object.hasOwn(own, hostname) ? own[hostname] : undefined;
  const isItem = /[*?,!]/.test(named) || Object.hasOwn(here ?? {}, named);
  if (host === undefined && isItem) return { host: hostname, items: words };
  try {
    return { ...(await seenByServer(ask, named)), items };
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    if (host !== undefined) throw new Error(error.message, { cause: error });
    // An item that is measured no more, or a mistake.
    return { host: hostname, items: words, noHost: error.message };
  }
}

/** What the server knows of a host: its name in full, and whether it has been silent. Throws PeerError when it knows none. */
async function seenByServer(ask: Ask, name: string): Promise<Pick<Way, "host" | "server">> {
  const answer = await ask(`SERVER CLIENTS ${name} 1`, { bytes: HOST_BYTES_MAX });
  const { now, clients } = clientsShape(answer, "");
  const [[host, { received, about }] = [name, {}]] = Object.entries(clients);
  if (received === undefined) return { host, server: { silence: "it has never reported" } };
  const age_s = now - received;
  const isSilent = age_s > 2 * (about?.ival ?? 0);
  return { host, server: isSilent ? { silence: `its last report came ${formatAge(age_s)} ago` } : {} };
}

/** A refusal, with what else is known. */
function explained(message: string, { host, items, server, noHost }: Way): string {
  if (server && UNREACHED.test(message)) {
    const why = [message, server.silence].filter(Boolean).join("; ");
    return `${host}, which keeps its own history, cannot be asked: ${why}`;
  }
  const [problem, unknown = ""] = /^.* has no item "([^"]*)"/.exec(message) ?? [];
  if (problem && isStretch(unknown)) return `${problem}; for a stretch of time write --ival ${unknown}`;
  // Where the first word is an item, none is meant for a host.
  const isHostMeant = noHost !== undefined && unknown === items[0] && !message.includes("did you mean");
  return isHostMeant ? `${message}; and as a host: ${noHost}` : message;
}

/** What people type for an item who mean --ival: `2h`, `yesterday`, `week`. */
function isStretch(typed: string): boolean {
  return /^(hour|day|week|month|year)$/.test(typed) || !("error" in parseStretch(typed, 0, () => 0));
}

/** Of rows that do not tell how long they are. */
function distance([first, second]: readonly (number | null)[][]): number {
  return (second?.[0] ?? 60) - (second ? (first?.[0] ?? 0) : 0);
}

function take(host: string, answer: Record<string, unknown>): Hist {
  try {
    const { data } = histShape(answer, "");
    const { cols, units = [], kinds = [], coarser = [], changes = [], changes_cut = false } = data;
    const bucket = data.bucket ?? distance(data.rows);
    return {
      cols,
      units,
      kinds,
      rows: withoutFillers(data.rows, bucket, coarser),
      bucket,
      coarser,
      changes,
      changes_cut,
    };
  } catch (error) {
    throw error instanceof ShapeError ? new Error(`${host} answered what is no history: ${error.message}`) : error;
  }
}
