// The channels of the simulated week: what becomes of a message, by the plan and by chance.

import type { Message } from "../../src/core/alert/message.ts";
import { SendError } from "../../src/notify/channel.ts";
import type { Way } from "../../src/server/way.ts";
import type { WeekAgenda } from "./week-agenda.ts";
import type { Plan, Random } from "./week-plan.ts";
import type { Record } from "./week-record.ts";

const HOUR = 3600;

export interface PostOptions {
  plan: Plan;
  record: Record;
  random: Random;
  agenda: WeekAgenda;
  now_t: () => number;
}

export class WeekPost {
  private readonly options: PostOptions;
  private readonly flying = new Map<string, { message: Message; channel: string }>();
  /** Which server it is that sends. */
  private run = 0;

  constructor(options: PostOptions) {
    this.options = options;
  }

  /** The server is no more: what was on its way may have arrived, and nobody was told. */
  interrupt(): void {
    this.run++;
    for (const { message, channel } of this.flying.values())
      this.attempted(message, channel, this.options.random() < 0.5, true, false);
    this.flying.clear();
  }

  way(name: string): Way {
    return { send: (message) => this.deliver(structuredClone(message), name) };
  }

  private deliver(message: Message, channel: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const { error, isTaken, after_s } = this.fate(message, channel);
    const { run } = this;
    const { agenda, now_t } = this.options;
    this.flying.set(message.id, { message, channel });
    agenda.at(now_t() + after_s, () => {
      if (run !== this.run) return; // the server that sent it is no more
      this.flying.delete(message.id);
      this.attempted(message, channel, isTaken, error?.isUnsure === true, error?.isPermanent === true);
      if (error) reject(error);
      else resolve("ok");
    });
    return promise;
  }

  /** A mail server that is down refuses for good, for now, or hangs; and now and then anything fails. */
  private fate({ user }: Message, channel: string): { error?: SendError; isTaken: boolean; after_s: number } {
    const { plan, random, now_t } = this.options;
    const t = now_t();
    const [from, to] = plan.mail;
    const isDown = channel === "mail" && from <= t && t < to;
    const chance = random();
    if (isDown && user.name === "bert")
      return { error: new SendError("550 no such user", { isPermanent: true }), isTaken: false, after_s: 1 };
    if (isDown && t < from + HOUR)
      return { error: new SendError("no answer", { isUnsure: true }), isTaken: chance < 0.2, after_s: 110 };
    if (isDown) return { error: new SendError("connection refused"), isTaken: false, after_s: 1 };
    if (chance < 0.005) return { error: new SendError("451 greylisted"), isTaken: false, after_s: 2 };
    if (chance < 0.015)
      return { error: new SendError("reset", { isUnsure: true }), isTaken: chance < 0.01, after_s: 2 };
    return { isTaken: true, after_s: 1 + Math.floor(random() * 2) };
  }

  private attempted(message: Message, channel: string, isTaken: boolean, isUnsure: boolean, isRefused: boolean): void {
    const { id, user, notices } = message;
    const { record, now_t } = this.options;
    record.attempts.push({ t: now_t(), user: user.name, channel, id, isTaken, isUnsure, isRefused, notices });
  }
}
