// A way by which messages leave: what a name of a channel stands for, ready to be used.

import type { Message } from "../core/alert/message.ts";
import type { ChannelType } from "../notify/channel.ts";

export interface Way extends Pick<ChannelType, "wantsAll" | "again_s"> {
  /** Resolves to what the other end answered. Throws SendError. */
  send(message: Message, signal: AbortSignal): Promise<string>;
}
