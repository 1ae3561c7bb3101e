// What of a message is told in full, and in which order: by host, the worst first; what is too much is counted.

import { MESSAGE_NOTICES_SHOWN_MAX, MESSAGE_OTHERS_SHOWN_MAX, MESSAGE_SHOWN_CHARS_MAX } from "../limits.ts";
import type { Message, Notice, OtherTrouble } from "./message.ts";
import { oneLine } from "./short.ts";

export interface Digest {
  hosts: HostDigest[];
  /** Those that are only counted. */
  left: Notice[];
  /** So many more that the message does not even list. */
  more: number;
}

export interface HostDigest {
  tag: string;
  /** The canonical name, where it tells more. */
  host?: string;
  notices: Notice[];
  others: OtherTrouble["items"];
  /** Other troubles that are not listed. */
  more: number;
}

/** Hosts in the order of their worst notice: notices come worst first, recoveries last. */
export function digestOf(message: Message): Digest {
  const { shown, left } = parted(message.notices);
  const byHost = Map.groupBy(shown, ({ host }) => host);
  const hosts = [...byHost].map(([host, notices]): HostDigest => {
    const { items = [], more = 0 } = message.others.find((each) => each.host === host) ?? {};
    const tag = notices[0]?.tag ?? host;
    const others = items.slice(0, MESSAGE_OTHERS_SHOWN_MAX);
    return {
      tag: oneLine(tag),
      ...(tag === host ? {} : { host: oneLine(host, 253) }),
      notices,
      others,
      more: more + items.length - others.length,
    };
  });
  return { hosts, left, more: message.more };
}

/** Those that are shown in full: so many, and no more than fit into a mail that a phone shows. */
function parted(notices: readonly Notice[]): { shown: Notice[]; left: Notice[] } {
  let chars = 0;
  let count = 0;
  for (const notice of notices.slice(0, MESSAGE_NOTICES_SHOWN_MAX)) {
    chars += sizeOf(notice);
    if (count > 0 && chars > MESSAGE_SHOWN_CHARS_MAX) break;
    count++;
  }
  return { shown: notices.slice(0, count), left: notices.slice(count) };
}

function sizeOf({ tag, host, item, text = "", reason = "", links = {} }: Notice): number {
  const { page = "", ack = "", downtime = "" } = links;
  // About 100 for the words around them.
  return [tag, host, item, text, reason, page, ack, downtime].reduce((sum, each) => sum + each.length, 100);
}
