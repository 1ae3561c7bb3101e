// One request of HTTP/1.1 (RFC 9112) over a line of its own. Not fetch: that tells nothing of the certificate, unpacks without
// bound, takes the proxies of the environment and says little of why it failed.

import { HTTP_HEAD_LINES_MAX, REACH_BYTES_MAX } from "../core/limits.ts";
import type { IpVersion } from "./address.ts";
import type { Deadline } from "./deadline.ts";
import { connect, type Line, type Peer } from "./line.ts";

export interface HttpRequest {
  url: URL;
  /** Where to connect, if not to the URL's host. */
  address?: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  version?: IpVersion;
  deadline: Deadline;
  /** What is sent behind the head. */
  body?: Uint8Array;
  /** Called when the request goes out: from then on the server may act on it. */
  sending?: (line: Line) => void;
  /** What is read of the body at most. */
  body_bytes_max: number;
}

export interface HttpAnswer {
  status: number;
  /** What the server says that the status means; may be empty. */
  reason: string;
  /** By name in lower case; of several of one name the last. */
  headers: ReadonlyMap<string, string>;
  /** Must be closed. */
  line: Line;
}

/**
 * Sends a request and reads the answer's head. A certificate that is not to be trusted is refused unless `insecure`; `shown` is
 * told of whatever one there is.
 */
export async function request(
  wanted: HttpRequest,
  insecure: boolean,
  shown: (peer: Peer) => void = () => {},
): Promise<HttpAnswer> {
  const { url, version, deadline } = wanted;
  const host = url.hostname.replace(/^\[(.+)\]$/, "$1");
  const secure = url.protocol === "https:";
  const line = await connect({
    host: wanted.address ?? host,
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    deadline,
    ...(version ? { version } : {}),
    bytes_max: 2 * wanted.body_bytes_max + REACH_BYTES_MAX, // chunks of one byte have six around them
  });
  try {
    const peer = secure ? await line.secure(host) : undefined;
    if (peer) shown(peer);
    if (peer?.fault && !insecure) throw line.error(`TLS: ${peer.fault}`);
    wanted.sending?.(line);
    line.write(head(wanted));
    if (wanted.body) line.write(wanted.body);
    const answer = await readHead(line);
    return { ...answer, line };
  } catch (error) {
    line.close();
    throw error;
  }
}

function head({ url, method, headers, body }: HttpRequest): string {
  const fields = { Host: url.host, "User-Agent": "dmon", Accept: "*/*", "Accept-Encoding": "identity", ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  if (/^(POST|PUT|PATCH)$/.test(method)) lines.push(`Content-Length: ${body?.length ?? 0}`);
  return `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`;
}

async function readHead(line: Line): Promise<Pick<HttpAnswer, "status" | "reason" | "headers">> {
  for (;;) {
    const first = await line.readLine();
    const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(first);
    if (!match) throw line.error(`what answers does not speak HTTP: ${JSON.stringify(first.slice(0, 40))}`);
    const headers = await readFields(line);
    const status = Number(match[1]);
    if (status >= 200) return { status, reason: (match[2] ?? "").trim(), headers };
  }
}

async function readFields(line: Line): Promise<Map<string, string>> {
  const fields = new Map<string, string>();
  for (let count = 0; ; count++) {
    const field = await line.readLine("rest of the answer's head");
    if (field === "") return fields;
    if (count >= HTTP_HEAD_LINES_MAX) throw line.error(`the answer's head has more than ${HTTP_HEAD_LINES_MAX} lines`);
    const match = /^([^\s:]+):/.exec(field);
    if (match) fields.set((match[1] ?? "").toLowerCase(), field.slice(match[0].length).trim());
  }
}

/** The body as it comes, unpacked from its chunks. Throws ProbeError when it breaks off. */
export async function* bodyOf(answer: HttpAnswer, method: string): AsyncGenerator<Uint8Array> {
  const { line, status, headers } = answer;
  if (method === "HEAD" || status === 204 || status === 304) return;
  if (/\bchunked$/i.test(headers.get("transfer-encoding") ?? "")) yield* chunks(line);
  else if (headers.has("content-length")) yield* counted(line, lengthOf(answer));
  else {
    for (let piece = await line.read(); piece; piece = await line.read()) yield piece;
  }
}

function lengthOf({ line, headers }: HttpAnswer): number {
  const length = headers.get("content-length") ?? "";
  if (/^\d{1,15}$/.test(length)) return Number(length);
  throw line.error(`Content-Length: ${length.slice(0, 20)} is no length`);
}

async function* chunks(line: Line): AsyncGenerator<Uint8Array> {
  for (;;) {
    const size = await line.readLine("next chunk of the answer");
    if (!/^[0-9a-f]{1,8}\s*(;|$)/i.test(size))
      throw line.error(`a chunk has no size but ${JSON.stringify(size.slice(0, 20))}`);
    const length = Number.parseInt(size, 16);
    if (length === 0) return;
    yield* counted(line, length);
    await line.readLine("next chunk of the answer");
  }
}

async function* counted(line: Line, length: number): AsyncGenerator<Uint8Array> {
  let missing = length;
  while (missing > 0) {
    const piece = await line.read("rest of the answer");
    if (!piece) throw line.error(`the answer broke off ${missing} bytes before its end`);
    line.unread(piece.subarray(missing));
    yield piece.subarray(0, missing);
    missing -= Math.min(missing, piece.length);
  }
}
