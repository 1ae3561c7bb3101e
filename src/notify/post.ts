// Calls a web server, mostly to bring it a message, and judges the answer. By reach/http.ts and not fetch, which obeys proxies of the environment
// even when it is told not to, does not know the organisation's own authorities, and cannot say whether the request went out.

import { oneLine } from "../core/alert/short.ts";
import {
  CHANNEL_ANSWER_BYTES_MAX,
  CHANNEL_BODY_MS_MAX,
  CHANNEL_MS_MAX,
  RETRY_AFTER_S_MAX,
  TEXT_CHARS_MAX,
} from "../core/limits.ts";
import { deadlineIn } from "../reach/deadline.ts";
import { bodyOf, type HttpAnswer, type HttpRequest, request } from "../reach/http.ts";
import type { Line } from "../reach/line.ts";
import { type Delivery, SendError } from "./channel.ts";
import { basicOf, hide, secretsOf } from "./web-url.ts";

export interface Post {
  /** Where it goes; without a fragment and credentials. */
  url: URL;
  /** JSON; without it the request is a GET. */
  body?: string;
  headers?: Readonly<Record<string, string>>;
}

/** What became of a request so far. */
interface Progress {
  sent: boolean;
  line?: Line;
}

/** Resolves to `200 OK: what it said`. Throws SendError, in which no part of the URL behind its host is shown. */
export async function post({ url, body, headers }: Post, delivery: Delivery): Promise<string> {
  const secrets = secretsOf(delivery.url);
  const progress: Progress = { sent: false };
  const deadline = deadlineIn(CHANNEL_MS_MAX);
  const basic = basicOf(delivery.url);
  const method = body === undefined ? "GET" : "POST";
  const wanted: HttpRequest = {
    url,
    method,
    headers: {
      "User-Agent": `dmon/${delivery.version}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(basic ? { Authorization: `Basic ${basic}` } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: Buffer.from(body, "utf8") }),
    deadline,
    body_bytes_max: CHANNEL_ANSWER_BYTES_MAX,
    sending: (line) => {
      if (delivery.signal.aborted) throw new Error("given up"); // nobody listens any more
      progress.sent = true;
      progress.line = line;
    },
  };
  const ask = async () => {
    const answer = await request(wanted, false);
    deadline.end_ms = Math.min(deadline.end_ms, performance.now() + CHANNEL_BODY_MS_MAX);
    const text = await textOf(answer, method, secrets);
    answer.line.close();
    return judged(answer, text, url, secrets, delivery.now_ms?.() ?? Date.now());
  };
  return unlessStopped(ask(), delivery.signal, url, progress).catch((error: unknown) => {
    if (error instanceof SendError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    // line.ts begins with the host, in which nothing is hidden.
    const [, host = "", rest = said] = /^(\S+: )(.*)$/s.exec(said) ?? [];
    throw new SendError(oneLine(host + hide(rest, secrets)), { isUnsure: progress.sent });
  });
}

async function unlessStopped<T>(doing: Promise<T>, signal: AbortSignal, url: URL, progress: Progress): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => {
    progress.line?.close();
    reject(new SendError(`${url.host}: given up before the answer came`, { isUnsure: progress.sent }));
  };
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  try {
    return await Promise.race([doing, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The beginning of what a server says, as one line. What breaks off or does not end says no less. */
async function textOf(answer: HttpAnswer, method: string, secrets: readonly string[]): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let isWhole = false;
  try {
    for await (const piece of bodyOf(answer, method)) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > CHANNEL_ANSWER_BYTES_MAX) break;
    }
    isWhole = bytes <= CHANNEL_ANSWER_BYTES_MAX;
  } catch {
    // The status was said, and that is what counts.
  }
  if (answer.headers.has("content-encoding")) return ""; // packed although we did not ask for that
  const text = Buffer.concat(pieces).toString("utf8").slice(0, CHANNEL_ANSWER_BYTES_MAX);
  return oneLine(hide(text, secrets, !isWhole));
}

/** 2xx is taken. What a later attempt may change is not permanent: 429, 5xx, and what leads elsewhere for now. */
function judged(answer: HttpAnswer, text: string, url: URL, secrets: readonly string[], now_ms: number): string {
  const { status, headers } = answer;
  const status_text = `${status} ${oneLine(hide(answer.reason, secrets), 40)}`.trim();
  const said = [status_text, text].filter(Boolean).join(": ");
  if (status >= 200 && status < 300) return oneLine(said);
  const why = status < 400 ? `${status_text}: ${leading(headers.get("location"), url, secrets)}` : said;
  const retry_after_s = retryAfter(headers.get("retry-after"), now_ms);
  const isPermanent = !LATER.has(status) && status < 500;
  throw new SendError(`${url.host}: ${oneLine(why, 2 * TEXT_CHARS_MAX)}`, {
    isPermanent,
    ...(retry_after_s === undefined || isPermanent ? {} : { retry_after_s }),
  });
}

/** Below 500, not for good: moved for now, too slow, too early, too much (RFC 9110, 8470, 6585). */
const LATER: ReadonlySet<number> = new Set([302, 303, 307, 408, 425, 429]);

/** Redirects are not followed: a message would go to whom nobody has named. */
function leading(location: string | undefined, url: URL, secrets: readonly string[]): string {
  const next = location === undefined ? null : URL.parse(location, url.href);
  if (!next) return "it leads elsewhere and does not say where";
  const place = next.origin === url.origin ? next.pathname : `${next.origin}${next.pathname}`;
  return `it leads to ${hide(place, secrets)}, and redirects are not followed; if that is right, write it as the URL`;
}

/** Seconds or a date (RFC 9110); undefined where it is neither. */
export function retryAfter(text: string | undefined, now_ms: number): number | undefined {
  if (text === undefined) return undefined;
  const isDate = /^[A-Z][a-z]+, /.test(text); // Date.parse takes almost anything
  const seconds = /^\d{1,15}$/.test(text) ? Number(text) : isDate ? Math.ceil((Date.parse(text) - now_ms) / 1000) : NaN;
  return Number.isFinite(seconds) ? Math.min(RETRY_AFTER_S_MAX, Math.max(0, seconds)) : undefined;
}
