// The ways by which messages leave: mail, and the channels of the work. What each of them needs beside the message is brought here.

import type { Message, Notice } from "../core/alert/message.ts";
import type { Finished, Program } from "../core/host.ts";
import { SEND_MS_MAX } from "../core/limits.ts";
import type { ChannelType } from "../notify/channel.ts";
import { channelTypes } from "../notify/index.ts";
import { locate } from "../notify/location.ts";
import mail from "../notify/mail.ts";
import type { ServerWork } from "../work/works.ts";
import type { Way } from "./way.ts";

export interface WaysOptions {
  version: string;
  /** The sender's mail address, and the mail server's URL as dmon.conf has it: none is the local sendmail. */
  from(): string;
  smtp(): string | undefined;
  /** Rejects where there is none now: the message goes without. */
  graph(notice: Notice): Promise<Uint8Array | undefined>;
  run: (program: Program) => Promise<Finished>;
  log: { quiet(text: string): void; verbose(text: string): void };
}

/** What alerts go by when they name nothing else; no channel is called so. */
const MAIL = "mail";

export class Ways {
  private readonly options: WaysOptions;
  private channels: ServerWork["channels"] = {};
  private warned = new Set<string>();

  constructor(options: WaysOptions) {
    this.options = options;
  }

  setWork({ channels }: Pick<ServerWork, "channels">): void {
    this.channels = channels;
    this.warned = new Set();
  }

  /** Undefined when there is none of that name, or of its type: a work of a newer dmon. */
  find(name: string): Way | undefined {
    if (name === MAIL) return this.way(mail, () => this.options.smtp() ?? "");
    const own = Object.hasOwn(this.channels, name) ? this.channels[name] : undefined;
    const type = channelTypes.find((each) => each.name === own?.type);
    return own && type ? this.way(type, () => own.url) : undefined;
  }

  private way(type: ChannelType, url: () => string): Way {
    const { wantsAll, again_s } = type;
    return {
      ...(wantsAll ? { wantsAll } : {}),
      ...(again_s === undefined ? {} : { again_s }),
      send: (message, signal) => this.send(type, url(), message, signal),
    };
  }

  private send(type: ChannelType, where: string, message: Message, stopped: AbortSignal): Promise<string> {
    const { version, run } = this.options;
    const { url, warning } = locate(where, type);
    if (warning !== undefined && !this.warned.has(warning)) {
      this.warned.add(warning);
      this.options.log.quiet(`warning: ${warning}`);
    }
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(SEND_MS_MAX)]);
    const graph = (notice: Notice) => this.graph(notice);
    return type.send(message, { url, version, from: this.options.from(), graph, signal, run });
  }

  private async graph(notice: Notice): Promise<Uint8Array | undefined> {
    try {
      return await this.options.graph(notice);
    } catch (error) {
      this.options.log.verbose(`a message has no picture of ${notice.tag}:${notice.item}: ${(error as Error).message}`);
      return undefined;
    }
  }
}
