// One line to a peer and its whole answer.

import { ANSWER_BYTES_MAX } from "../core/limits.ts";
import { call, DialError, type DialOptions, show, type Target } from "./dial.ts";

export interface AskOptions extends DialOptions {
  /** The largest answer that is collected; default ANSWER_BYTES_MAX. */
  bytes?: number;
}

/** The peer answered COMMAND ERROR, or an `error …` resp. The message is the peer's. */
export class PeerError extends Error {
  override name = "PeerError";
  /** The rest of an answer that is JSON. */
  readonly answer: Readonly<Record<string, unknown>>;

  constructor(message: string, answer: Record<string, unknown> = {}) {
    super(message);
    this.answer = answer;
  }
}

export interface Reply {
  /** The name behind COMMAND. */
  name: string;
  /** What stands between the COMMAND lines. */
  body: string;
}

/** Sends a line and returns the whole answer. Throws DialError, or PeerError when the peer refused. */
export async function ask(target: Target, line: string, options: AskOptions = {}): Promise<Reply> {
  const { bytes: bytesMax = ANSWER_BYTES_MAX } = options;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of call(target, line, options)) {
    size += chunk.length;
    if (size > bytesMax) throw new DialError(`${show(target)}: an answer of more than ${bytesMax} bytes`);
    chunks.push(new Uint8Array(chunk));
  }
  const reply = parseReply(Buffer.concat(chunks).toString("utf8"));
  if (!reply) throw new DialError(`${show(target)}: the answer broke off`);
  if (reply.name === "ERROR") throw new PeerError(reply.body.trim().replace(/^error: /, ""));
  return reply;
}

/** The same for an answer that is JSON; checks only that it is an object whose resp is no error. */
export async function askJson(
  target: Target,
  line: string,
  options: AskOptions = {},
): Promise<Record<string, unknown>> {
  const { body } = await ask(target, line, options);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new DialError(`${show(target)}: the answer is no JSON`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DialError(`${show(target)}: the answer is no JSON object`);
  }
  const record = value as Record<string, unknown>;
  if (typeof record.resp === "string" && record.resp.startsWith("error"))
    throw new PeerError(record.resp.slice(6), record);
  return record;
}

const END_CHARS_MAX = "COMMAND DONE\r\n".length;

/** Takes an answer apart; undefined when it is not whole. */
export function parseReply(text: string): Reply | undefined {
  const head = /^COMMAND (\S+)\r?\n/.exec(text);
  // Sought at the end only: an answer may have many megabytes.
  const end = /COMMAND DONE\r?\n?$/.exec(text.slice(-END_CHARS_MAX));
  if (!head || !end) return undefined;
  const [from, to] = [head[0].length, text.length - end[0].length];
  return from <= to ? { name: head[1] ?? "", body: text.slice(from, to) } : undefined;
}
