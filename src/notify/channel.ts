// What a way to tell people declares: the work's `channel` statement, the docs and the delivery derive from it.

import type { Message, Notice } from "../core/alert/message.ts";

export interface ChannelType {
  name: string;
  /** What its URL is, for errors: `URL of a webhook`; and what one looks like. */
  is: string;
  form: string;
  doc: string;
  accepts(url: string): boolean;
  /** Resolves to what the other end answered. Throws SendError. */
  send(message: Message, delivery: Delivery): Promise<string>;
}

/** What a channel needs beside the message. */
export interface Delivery {
  /** As the work has it, or the file that it named; it may hold secrets. */
  url: string;
  /** The version of dmon, and the sender's mail address. */
  version: string;
  from: string;
  /** An image (PNG) of the last day of an item; undefined where none can be had now. Never throws. */
  graph(notice: Notice): Promise<Uint8Array | undefined>;
  /** Ends an attempt that takes too long, or when dmon stops. */
  signal: AbortSignal;
}

/** A message that was not taken. */
export class SendError extends Error {
  override name = "SendError";
  /** It will not be taken the next time either: a 5xx of a mail server, a 4xx of a web server. */
  readonly isPermanent: boolean;
  /** It may have been taken all the same: the other end died before it said so. */
  readonly isUnsure: boolean;
  /** The other end asked to be left alone for so long. */
  readonly retry_after_s?: number;

  /** The message says who answered what: `mail.example.org: 451 greylisted`. */
  constructor(message: string, more: { isPermanent?: boolean; isUnsure?: boolean; retry_after_s?: number } = {}) {
    super(message);
    this.isPermanent = more.isPermanent ?? false;
    this.isUnsure = more.isUnsure ?? false;
    if (more.retry_after_s !== undefined) this.retry_after_s = more.retry_after_s;
  }
}

export function defineChannel(type: ChannelType): ChannelType {
  return type;
}
