// Messages on their way out: notices become messages in the queue, and what becomes of each is recorded.

import type { Message, Notice } from "../core/alert/message.ts";
import type { Clock } from "../core/clock.ts";
import { MESSAGE_NOTICES_MAX } from "../core/limits.ts";
import type { TellingRow } from "../store/alert-records.ts";
import type { Listener, Queued } from "../store/alert-state.ts";
import type { AlertBook } from "./alert-book.ts";
import type { Composer } from "./composer.ts";
import { Delivery, type DeliveryOptions } from "./delivery.ts";
import type { OwnEvent, OwnEvents } from "./own-events.ts";
import type { Unsaved } from "./unsaved.ts";

export interface OutgoingOptions extends Pick<DeliveryOptions, "steady" | "way" | "log"> {
  clock: Clock;
  book: () => AlertBook;
  unsaved: Unsaved;
  composer: Composer;
  own: OwnEvents;
  /** Stores events of the server's own. */
  make(events: readonly OwnEvent[]): void;
}

/** Of what was in a message, and changed before that was taken. */
const SUPERSEDED = "it changed while its message waited";

export class Outgoing {
  private readonly options: OutgoingOptions;
  private readonly delivery: Delivery;

  constructor(options: OutgoingOptions, queue: readonly Queued[]) {
    this.options = options;
    this.delivery = this.makeDelivery(queue);
    this.delivery.hurry(); // a start is as good as a reload
  }

  private makeDelivery(queue: readonly Queued[]): Delivery {
    const { clock, unsaved, own } = this.options;
    const record = (queued: Queued, notices: readonly Notice[], kind: string, why: string) =>
      tellingsOf(queued, notices, kind, why, clock.now_s());
    return new Delivery(
      {
        ...this.options,
        postponed: (queued) => unsaved.save({ postponed: [{ ...queued }] }),
        sent: (queued, answer) => {
          const sent = { at_s: clock.now_s(), attempts: queued.attempts + 1, answer };
          unsaved.save({ done: [{ id: queued.message.id, sent }] });
          own.sent(queued);
        },
        gaveUp: (queued, isGone) => {
          const { message, answer = "" } = queued;
          unsaved.save({ done: [{ id: message.id }], tellings: record(queued, message.notices, "given up", answer) });
          if (!isGone) this.make([own.gaveUp(queued)]);
        },
        user: (name) => {
          const user = this.options.book().work.users[name];
          return user && { mail: user.mail, options: user.options ?? {} };
        },
        superseded: (queued, notices) => {
          const { message, channel } = queued;
          const tellings = record(queued, notices, "unsaid", SUPERSEDED);
          unsaved.save({ tellings, messages: [{ ...message, channel }] });
        },
        merged: ({ message: from }, { message: into }) =>
          unsaved.save({ done: [{ id: from.id }], moved: [{ from: from.id, to: into.id }] }),
        random: () => Math.random(),
      },
      queue,
    );
  }

  /** Puts notices into the queue: into a message there that was not tried yet, else in new ones. */
  send(listener: Listener, notices: readonly Notice[]): Message[] {
    const { book, composer } = this.options;
    if (!book().work.users[listener.user]) return [];
    const wantsAll = this.options.way(listener.channel)?.wantsAll ?? false;
    const fresh = this.delivery.overtake(listener, notices);
    if (fresh.length === 0) return [];
    const open = this.delivery.open(listener);
    if (open && (!wantsAll || open.message.notices.length + fresh.length <= MESSAGE_NOTICES_MAX)) {
      this.delivery.extend(open, composer.linked(listener.user, fresh, wantsAll));
      return [open.message];
    }
    const messages = composer.messages(listener, fresh, wantsAll);
    for (const message of messages) {
      const { user, channel } = listener;
      this.delivery.add({ user, channel, message, attempts: 0, next_s: message.made_s, isUnsure: false });
    }
    return messages;
  }

  /** Messages that come back from a database. */
  recall(queue: readonly Queued[]): void {
    for (const queued of queue) this.delivery.add(queued);
  }

  /** That messages wait for long is an event of its own. */
  tellOfQueue(): void {
    this.make(this.options.own.ofQueue(this.delivery.queue(), this.options.clock.now_s()));
  }

  private make(events: readonly OwnEvent[]): void {
    if (events.length > 0) this.options.make(events);
  }

  tick(): void {
    this.delivery.tick();
  }

  get nextDue_s(): number {
    return this.delivery.nextDue_s;
  }

  isBusy(listener: Listener): boolean {
    return this.delivery.isBusy(listener);
  }

  queue(): ReturnType<Delivery["queue"]> {
    return this.delivery.queue();
  }

  hurry(): void {
    this.delivery.hurry();
  }

  stop(): void {
    this.delivery.stop();
  }
}

function tellingsOf(
  { user, channel, message }: Queued,
  notices: readonly Notice[],
  kind: string,
  why: string,
  at_s: number,
): TellingRow[] {
  return notices.map(({ host, item, prev, level }) => ({
    at_s,
    users: [user],
    channel,
    host,
    item,
    prev,
    level,
    kind,
    why,
    message: message.id,
  }));
}
