// What a way to tell people declares: the work's `channel` statement, the docs and the delivery derive from it.

import type { Message, Notice } from "../core/alert/message.ts";
import type { Finished, Program } from "../core/host.ts";

export interface ChannelType {
  name: string;
  /** What its URL is, for errors: `URL of a webhook`; and what one looks like. */
  is: string;
  form: string;
  doc: string;
  /** A line of a work.conf. */
  example: string;
  /** Whether a text looks like its URL at all. */
  accepts(url: string): boolean;
  /** What is wrong with a URL that looks right, and what would be right, without its secrets. Undefined: nothing. */
  fault?(url: string): { message: string; hint: string } | undefined;
  /** The file of this host without which it cannot work: a command's program. */
  file?(url: string): string | undefined;
  /** The other end is a program that wants all notices: they are not left out (Message.more) as for people. */
  wantsAll?: true;
  /** The other end forgets: what lasts must be sent again after so long, as a reminder that costs nobody anything. */
  again_s?: number;
  /** Resolves to what the other end answered. Throws SendError. */
  send(message: Message, delivery: Delivery): Promise<string>;
}

/** What a channel needs beside the message. */
export interface Delivery {
  /** As the work has it, or what is in the file that it named (location.ts); it may hold secrets. */
  url: string;
  /** The version of dmon, and the sender's mail address. */
  version: string;
  from: string;
  /** An image (PNG) of the last day of an item; undefined where none can be had now. Never throws. */
  graph(notice: Notice): Promise<Uint8Array | undefined>;
  /** Ends an attempt that takes too long, or when dmon stops. */
  signal: AbortSignal;
  /** Runs a program as those of probes are run (Host.run); absent: none can be run here. */
  run?: (program: Program) => Promise<Finished>;
  /** Milliseconds since the epoch; default the clock. */
  now_ms?: () => number;
}

/** A message that was not taken. */
export class SendError extends Error {
  override name = "SendError";
  /** It will not be taken the next time either: a 5xx of a mail server, a 4xx of a web server. */
  readonly isPermanent: boolean;
  /** It may have been taken all the same: the other end died before it said so. */
  readonly isUnsure: boolean;
  /** The other end asks not to be tried again sooner. */
  readonly retry_after_s: number | undefined;

  /** The message says who answered what: `mail.example.org: 451 greylisted`. */
  constructor(message: string, options: { isPermanent?: boolean; isUnsure?: boolean; retry_after_s?: number } = {}) {
    super(message);
    this.isPermanent = options.isPermanent ?? false;
    this.isUnsure = options.isUnsure ?? false;
    this.retry_after_s = options.retry_after_s;
  }
}

export function defineChannel(type: ChannelType): ChannelType {
  return type;
}
