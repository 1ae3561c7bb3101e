// Messages on their way: each user and channel has a lane of its own, in which one is tried at a time, so that a recovery never
// comes before its problem. What is not taken is tried again, ever later, for a week.

import type { Notice } from "../core/alert/message.ts";
import { oneLine } from "../core/alert/short.ts";
import type { Clock } from "../core/clock.ts";
import {
  MESSAGE_NOTICES_MAX,
  SEND_AGAIN_S_MAX,
  SEND_AGAIN_S_MIN,
  SEND_GIVE_UP_S,
  SENDS_AT_ONCE_MAX,
  TEXT_CHARS_MAX,
} from "../core/limits.ts";
import { SendError } from "../notify/channel.ts";
import type { Listener, Queued } from "../store/alert-store.ts";
import { listenerKey } from "./alert-book.ts";
import { worstFirst } from "./composer.ts";
import type { SteadyClock } from "./steady.ts";
import type { Way } from "./way.ts";

export interface DeliveryOptions {
  clock: Clock;
  steady: SteadyClock;
  /** The way that a name of a channel stands for; undefined when the work has none of that name any more. */
  way(name: string): Way | undefined;
  /** What became of a message is to be stored. */
  postponed(queued: Queued): void;
  sent(queued: Queued, answer: string): void;
  gaveUp(queued: Queued): void;
  /** What waits has changed: a message waits longer, or not any more. */
  changed(): void;
  log: { quiet(text: string): void; verbose(text: string): void };
  /** From 0 to 1; by chance. */
  random: () => number;
}

interface Waiting extends Queued {
  /** Steady. */
  due_s: number;
  isTried: boolean;
}

export class Delivery {
  private readonly options: DeliveryOptions;
  private readonly lanes = new Map<string, Waiting[]>();
  private readonly stopping = new AbortController();
  private trying = 0;

  constructor(options: DeliveryOptions, queue: readonly Queued[]) {
    this.options = options;
    for (const queued of queue) this.put({ ...queued, due_s: this.options.steady.of(queued.next_s), isTried: false });
  }

  /** A new message at the end of its lane. */
  add(queued: Queued): void {
    this.put({ ...queued, due_s: this.options.steady.now_s(), isTried: false });
  }

  private put(waiting: Waiting): void {
    const key = listenerKey(waiting);
    const lane = this.lanes.get(key);
    if (lane) lane.push(waiting);
    else this.lanes.set(key, [waiting]);
  }

  /** The last message of a lane, while it stands behind one that is not taken and was never tried: what is new is told in it. */
  open(listener: Listener): Queued | undefined {
    const lane = this.lanes.get(listenerKey(listener)) ?? [];
    const last = lane.at(-1);
    return last && lane.length > 1 && last.attempts === 0 && !last.isTried ? last : undefined;
  }

  /** Something waits for this user and channel, or is on its way. */
  isBusy(listener: Listener): boolean {
    return this.lanes.has(listenerKey(listener));
  }

  /**
   * Puts more notices into a message that was never tried. Of an item one stays, which says what is new to who knows nothing of the
   * others; none, where that is nothing. A message of which nothing is left is not sent. Returns what is not told any more.
   */
  extend(queued: Queued, notices: readonly Notice[]): Notice[] {
    const { message } = queued;
    const old = new Map(message.notices.map((notice) => [`${notice.host}\0${notice.item}`, notice]));
    const superseded: Notice[] = [];
    for (const notice of notices) {
      const key = `${notice.host}\0${notice.item}`;
      const before = old.get(key);
      const both = before ? joined(before, notice) : notice;
      if (both) old.set(key, both);
      else old.delete(key);
      if (before && (before.level !== both?.level || before.problem !== both.problem)) superseded.push(before);
    }
    const all = worstFirst([...old.values()]);
    message.notices = all.slice(0, MESSAGE_NOTICES_MAX);
    message.more += all.length - message.notices.length;
    if (all.length === 0) this.leave(queued);
    return superseded;
  }

  /** Somebody may have mended what was in the way: what waits is tried at once. */
  hurry(): void {
    const now_s = this.options.steady.now_s();
    for (const lane of this.lanes.values()) for (const waiting of lane) waiting.due_s = Math.min(waiting.due_s, now_s);
  }

  /** Everything that waits, the first of each lane first. */
  queue(): Queued[] {
    return [...this.lanes.values()].flat();
  }

  /** Begins what is due. */
  tick(): void {
    const now_s = this.options.steady.now_s();
    for (const lane of this.lanes.values()) {
      const [first] = lane;
      if (this.trying >= SENDS_AT_ONCE_MAX) return;
      if (first && !first.isTried && first.due_s <= now_s) void this.attempt(first);
    }
  }

  /** Steady; infinite when nothing waits, or only for an attempt to end. */
  get nextDue_s(): number {
    if (this.trying >= SENDS_AT_ONCE_MAX) return Number.POSITIVE_INFINITY;
    const firsts = [...this.lanes.values()].flatMap(([first]) => (first && !first.isTried ? [first.due_s] : []));
    return Math.min(Number.POSITIVE_INFINITY, ...firsts);
  }

  /** Ends attempts; what waits is stored already. */
  stop(): void {
    this.stopping.abort();
  }

  private async attempt(waiting: Waiting): Promise<void> {
    const { log } = this.options;
    waiting.isTried = true;
    this.trying++;
    try {
      const answer = await this.send(waiting);
      log.verbose(`${waiting.channel} took a message for ${waiting.user}: ${answer}`);
      this.leave(waiting);
      this.options.sent(waiting, oneLine(answer));
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.failed(waiting, asSendError(error));
    } finally {
      waiting.isTried = false;
      this.trying--;
    }
    this.options.changed();
    this.tick();
  }

  private async send({ channel, message }: Waiting): Promise<string> {
    const way = this.options.way(channel);
    if (!way) throw new NoChannel(`the work has no channel ${channel}`);
    return await way.send(message, this.stopping.signal);
  }

  private failed(waiting: Waiting, error: SendError): void {
    const { clock, steady, log, random } = this.options;
    const age_s = steady.now_s() - steady.of(waiting.message.made_s);
    waiting.attempts++;
    waiting.answer = oneLine(error.message, 2 * TEXT_CHARS_MAX);
    waiting.isUnsure = error.isUnsure;
    if (age_s >= SEND_GIVE_UP_S || error instanceof NoChannel) {
      log.quiet(`a message for ${waiting.user} by ${waiting.channel} is given up: ${error.message}`);
      this.leave(waiting);
      this.options.gaveUp(waiting);
      return;
    }
    const wait_s = error.isPermanent
      ? SEND_AGAIN_S_MAX
      : Math.min(SEND_AGAIN_S_MAX, SEND_AGAIN_S_MIN * 2 ** (waiting.attempts - 1));
    const later_s = Math.max(wait_s, error.retry_after_s ?? 0) * (0.8 + 0.4 * random());
    waiting.due_s = steady.now_s() + later_s;
    waiting.next_s = clock.now_s() + later_s;
    if (waiting.attempts === 1)
      log.quiet(`a message for ${waiting.user} by ${waiting.channel} waits: ${error.message}`);
    else log.verbose(`attempt ${waiting.attempts} for ${waiting.user} by ${waiting.channel}: ${error.message}`);
    this.options.postponed(waiting);
  }

  private leave(waiting: Queued): void {
    const key = listenerKey(waiting);
    const lane = (this.lanes.get(key) ?? []).filter((each) => each !== waiting);
    if (lane.length > 0) this.lanes.set(key, lane);
    else this.lanes.delete(key);
  }
}

class NoChannel extends SendError {}

function asSendError(error: unknown): SendError {
  return error instanceof SendError ? error : new SendError(error instanceof Error ? error.message : String(error));
}

/** Two notices of an item, of which the first was not sent, as one; undefined when all is as it was told before. */
function joined(before: Notice, notice: Notice): Notice | undefined {
  if (before.kind === "reminder") return notice;
  const { kind, prev } = before;
  if (notice.kind === "reminder") return { ...notice, kind, prev };
  if (notice.level === prev || (kind === "problem" && notice.kind === "recovery")) return undefined;
  if (notice.kind === "recovery") return { ...notice, prev };
  return { ...notice, kind: kind === "problem" ? "problem" : "change", prev };
}
