// A message by which somebody tries whether alerts arrive: sent at once and outside the queue, so that what the other end answers
// is known to who asked.

import type { Message } from "../core/alert/message.ts";
import { badLevel } from "../core/alert/server-items.ts";
import { oneLine } from "../core/alert/short.ts";
import type { Clock } from "../core/clock.ts";
import { didYouMean } from "../core/diagnostic.ts";
import { TEST_MESSAGE_MS_MAX, TEXT_CHARS_MAX } from "../core/limits.ts";
import { SendError } from "../notify/channel.ts";
import type { ServerWork } from "../work/works.ts";
import { DMON_ITEM } from "./suppressions.ts";
import type { Way } from "./way.ts";

/** What came of it by one channel. */
export interface Tried {
  channel: string;
  /** `unsure`: it may have been taken, but the other end did not say so. */
  outcome: "taken" | "refused" | "unsure";
  answer: string;
}

export interface TestMessagesOptions {
  hostname: string;
  clock: Clock;
  way(name: string): Way | undefined;
  pages(): string | undefined;
  log: { terse(text: string): void };
}

const MAIL = "mail";
/** Names in a message. */
const SHOWN_MAX = 10;

export class TestMessages {
  private readonly options: TestMessagesOptions;
  private readonly limit_ms: number;

  constructor(options: TestMessagesOptions, limit_ms = TEST_MESSAGE_MS_MAX) {
    this.options = options;
    this.limit_ms = limit_ms;
  }

  /** By one channel, or by all by which a line of the work tells this user. Resolves to why not where there is no such. */
  async send(work: ServerWork, user: string, channel?: string): Promise<Tried[] | { fault: string }> {
    const found = channelsOf(work, user, channel);
    if ("fault" in found) return found;
    return await Promise.all(found.channels.map((name) => this.tried(this.message(work, user), name)));
  }

  private async tried(message: Message, channel: string): Promise<Tried> {
    const tried = await this.attempt(message, channel);
    const answer = oneLine(tried.answer, 2 * TEXT_CHARS_MAX);
    this.options.log.terse(`a test message for ${message.user.name} by ${channel}: ${tried.outcome}: ${answer}`);
    return { channel, ...tried, answer };
  }

  private async attempt(message: Message, channel: string): Promise<Omit<Tried, "channel">> {
    const way = this.options.way(channel);
    if (!way) return { outcome: "refused", answer: `this dmon knows no way of the type of channel ${channel}` };
    const late = AbortSignal.timeout(this.limit_ms);
    try {
      return { outcome: "taken", answer: await Promise.race([way.send(message, late), aborted(late)]) };
    } catch (error) {
      if (late.aborted) return { outcome: "unsure", answer: `no answer within ${this.limit_ms / 1000} s` };
      const isUnsure = error instanceof SendError && error.isUnsure;
      return { outcome: isUnsure ? "unsure" : "refused", answer: (error as Error).message };
    }
  }

  private message(work: ServerWork, user: string): Message {
    const { hostname, clock } = this.options;
    const { levels, users, hosts } = work;
    const { mail = "", options = {} } = users[user] ?? {};
    const now_s = clock.now_s();
    const tag = hosts[hostname]?.tag ?? hostname;
    // As bad as what people are told of: where a phone rings by the level, it is this that is tried.
    const bad = badLevel(levels);
    const level = bad?.name ?? "";
    const pages = this.options.pages();
    return {
      id: Bun.randomUUIDv7(),
      server: hostname,
      user: { name: user, mail, options },
      made_s: now_s,
      notices: [
        {
          kind: "test",
          host: hostname,
          tag,
          item: DMON_ITEM,
          level,
          prev: level,
          rank: bad ? levels.indexOf(bad) : 0,
          since_s: now_s,
          time_s: now_s,
          value: null,
          unit: "",
          rule: "dmon alert --send",
          problem: Bun.randomUUIDv7(),
          ...(pages === undefined ? {} : { links: { page: pages } }),
        },
      ],
      more: 0,
      others: [],
      levels,
    };
  }
}

/** By which channels a user is tried. */
function channelsOf(work: ServerWork, user: string, channel?: string): { channels: string[] } | { fault: string } {
  const { users, channels, alerts } = work;
  if (!Object.hasOwn(users, user)) {
    const told = Object.keys(users); // the server's work has no others
    const some = `they tell ${told.slice(0, SHOWN_MAX).join(", ")}${told.length > SHOWN_MAX ? " and others" : ""}`;
    const hint = didYouMean(user, told) ?? (told.length > 0 ? some : "there is none");
    return { fault: `no alert line of the work tells ${JSON.stringify(user)}; ${hint}` };
  }
  if (channel !== undefined) {
    if (channel === MAIL || Object.hasOwn(channels, channel)) return { channels: [channel] };
    const used = [MAIL, ...Object.keys(channels)]; // nor other channels
    const hint = didYouMean(channel, used) ?? `there is ${used.join(", ")}`;
    return { fault: `no alert line goes by a channel ${JSON.stringify(channel)}; ${hint}` };
  }
  return { channels: [...new Set(alerts.filter((alert) => alert.users.includes(user)).flatMap(({ via }) => via))] };
}

/** Ways end by themselves when they are told to; this is for one that does not. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("no answer")), { once: true });
  });
}
