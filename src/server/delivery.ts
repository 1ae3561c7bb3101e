// Messages on their way: each user and channel has a lane of its own, in which one is tried at a time, so that a recovery never
// comes before its problem. What is not taken is tried again, ever later, for a week. One that is refused for what it is stands
// aside: what comes later has nothing of the same items, and goes on.

import type { Message, Notice } from "../core/alert/message.ts";
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
import type { Listener, Queued } from "../store/alert-state.ts";
import { listenerKey } from "./alert-book.ts";
import { worstFirst } from "./composer.ts";
import { extended, overtaken } from "./joining.ts";
import type { SteadyClock } from "./steady.ts";
import type { Way } from "./way.ts";

export interface DeliveryOptions {
  clock: Clock;
  steady: SteadyClock;
  /** The way that a name of a channel stands for; undefined when the work has none of that name any more. */
  way(name: string): Way | undefined;
  /** As the work has the user now; undefined when it has none of that name any more. */
  user(name: string): Pick<Message["user"], "mail" | "options"> | undefined;
  /** What became of a message is to be stored. */
  postponed(queued: Queued): void;
  sent(queued: Queued, answer: string): void;
  /** `isGone`: the work has no such user or channel any more, which is no trouble. */
  gaveUp(queued: Queued, isGone: boolean): void;
  /** These notices of a message that waits are not told as they were, for newer ones came. One without any is not sent. */
  superseded(queued: Queued, notices: readonly Notice[]): void;
  /** What the first told is told by the second: the first is not sent. */
  merged(from: Queued, into: Queued): void;
  log: { quiet(text: string): void; terse(text: string): void; verbose(text: string): void };
  /** From 0 to 1; by chance. */
  random: () => number;
}

interface Waiting extends Queued {
  /** When it is tried again, and when it was made; steady. */
  due_s: number;
  made_s: number;
  isTried: boolean;
  /** Attempts since somebody may have mended what was in the way: by these it is tried ever later. */
  tries: number;
  /** That was so while an attempt was under way: the next one follows at once. */
  isHurried: boolean;
}

/** `aside` are those that were refused for what they are, not for when or how they came. */
interface Lane {
  line: Waiting[];
  aside: Waiting[];
}

export class Delivery {
  private readonly options: DeliveryOptions;
  private readonly lanes = new Map<string, Lane>();
  private readonly stopping = new AbortController();
  /** Attempts under way, by channel: one that hangs holds up no other. */
  private readonly trying = new Map<string, number>();

  constructor(options: DeliveryOptions, queue: readonly Queued[]) {
    this.options = options;
    for (const queued of queue) this.add(queued);
  }

  /** A message at the end of its lane. */
  add(queued: Queued): void {
    const { steady } = this.options;
    const made_s = Math.min(steady.of(queued.message.made_s), steady.now_s());
    const due_s = Math.min(steady.of(queued.next_s), steady.now_s() + SEND_AGAIN_S_MAX);
    this.lane(queued).line.push({ ...queued, due_s, made_s, isTried: false, tries: 0, isHurried: false });
  }

  private lane(listener: Listener): Lane {
    const key = listenerKey(listener);
    const lane = this.lanes.get(key) ?? { line: [], aside: [] };
    this.lanes.set(key, lane);
    return lane;
  }

  /** The last message of a lane, while it stands behind one that is not taken and was never tried: what is new is told in it. */
  open(listener: Listener): Queued | undefined {
    const { line = [] } = this.lanes.get(listenerKey(listener)) ?? {};
    const last = line.at(-1);
    return last && line.length > 1 && last.attempts === 0 && !last.isTried ? last : undefined;
  }

  /** Something waits for this user and channel, or is on its way. */
  isBusy(listener: Listener): boolean {
    return this.lanes.has(listenerKey(listener));
  }

  /**
   * Puts more notices into a message that was never tried. Of an item one stays, which says what is new to who knows nothing of the
   * others; none, where that is nothing. A message of which nothing is left is not sent.
   */
  extend(queued: Queued, notices: readonly Notice[]): void {
    const { waiting, superseded } = extended(queued.message.notices, notices);
    this.rewrite(queued, waiting, superseded);
  }

  /** What is new of these to who is still to hear of other messages that stand aside; those messages lose what is told by it. */
  overtake(listener: Listener, notices: readonly Notice[]): Notice[] {
    let rest = [...notices];
    for (const aside of this.lanes.get(listenerKey(listener))?.aside ?? []) {
      if (aside.isTried) continue;
      const { waiting, fresh, superseded } = overtaken(aside.message.notices, rest);
      if (superseded.length === 0) continue;
      rest = fresh;
      this.rewrite(aside, waiting, superseded);
    }
    return rest;
  }

  private rewrite(queued: Queued, notices: readonly Notice[], superseded: readonly Notice[]): void {
    const { message } = queued;
    message.notices = worstFirst(notices).slice(0, MESSAGE_NOTICES_MAX);
    message.more += notices.length - message.notices.length;
    if (notices.length === 0) this.leave(queued);
    this.options.superseded(queued, superseded);
  }

  /** Somebody may have mended what was in the way: what waits is tried at once. */
  hurry(): void {
    const now_s = this.options.steady.now_s();
    for (const waiting of this.all()) {
      waiting.due_s = Math.min(waiting.due_s, now_s);
      waiting.tries = 0;
      waiting.isHurried = waiting.isTried;
    }
  }

  private all(): Waiting[] {
    return [...this.lanes.values()].flatMap(({ line, aside }) => [...aside, ...line]);
  }

  /** Everything that waits; of each lane what stands aside, then the first in line first. */
  queue(): (Queued & { state: "waits" | "behind" | "tried" })[] {
    return this.all().map((each) => ({
      ...each,
      state: each.isTried ? "tried" : this.isBehind(each) ? "behind" : "waits",
    }));
  }

  /** Whether a message waits for the one before it. */
  private isBehind(queued: Queued): boolean {
    return (
      (this.lanes.get(listenerKey(queued))?.line.findIndex((each) => each.message.id === queued.message.id) ?? 0) > 0
    );
  }

  /** Those of which one may be tried, the one that is due first first. */
  private next(): Waiting[] {
    return [...this.lanes.values()]
      .flatMap(({ line, aside }) => [...line.slice(0, 1), ...aside])
      .filter(({ isTried, channel }) => !isTried && (this.trying.get(channel) ?? 0) < SENDS_AT_ONCE_MAX)
      .toSorted((a, b) => a.due_s - b.due_s);
  }

  /** Begins what is due. */
  tick(): void {
    const now_s = this.options.steady.now_s();
    for (const waiting of this.next())
      if (waiting.due_s <= now_s && (this.trying.get(waiting.channel) ?? 0) < SENDS_AT_ONCE_MAX)
        void this.attempt(waiting);
  }

  /** Steady; infinite when nothing waits, or only for an attempt to end. */
  get nextDue_s(): number {
    return this.next()[0]?.due_s ?? Number.POSITIVE_INFINITY;
  }

  /** Ends attempts; what waits is stored already. */
  stop(): void {
    this.stopping.abort();
  }

  private async attempt(waiting: Waiting): Promise<void> {
    const { channel } = waiting;
    waiting.isTried = true;
    this.trying.set(channel, (this.trying.get(channel) ?? 0) + 1);
    try {
      const answer = await this.send(waiting);
      this.options.log.terse(`${waiting.user} is told by ${channel}: ${headOf(waiting)}`);
      this.options.log.verbose(`${channel} answered: ${answer}`);
      this.leave(waiting);
      this.options.sent(waiting, oneLine(answer));
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.failed(waiting, asSendError(error));
    } finally {
      waiting.isTried = false;
      this.trying.set(channel, (this.trying.get(channel) ?? 1) - 1);
    }
    this.tick();
  }

  private async send({ user, channel, message }: Waiting): Promise<string> {
    const way = this.options.way(channel);
    if (!way) throw new NoReceiver(`the work has no channel ${channel} any more`);
    const known = this.options.user(user);
    if (!known) throw new NoReceiver(`the work has no user ${user} any more`);
    message.user = { name: user, ...known };
    return await way.send(message, this.stopping.signal);
  }

  private failed(waiting: Waiting, error: SendError): void {
    const { clock, steady, log, random } = this.options;
    const said = waiting.answer;
    waiting.attempts++;
    waiting.tries++;
    waiting.answer = oneLine(error.message, 2 * TEXT_CHARS_MAX);
    waiting.isUnsure ||= error.isUnsure;
    const what = `a message for ${waiting.user} by ${waiting.channel}`;
    if (steady.now_s() - waiting.made_s >= SEND_GIVE_UP_S || error instanceof NoReceiver) {
      log.quiet(`${what} is given up: ${error.message}`);
      this.leave(waiting);
      this.options.gaveUp(waiting, error instanceof NoReceiver);
      return;
    }
    const wait_s = error.isPermanent
      ? SEND_AGAIN_S_MAX
      : Math.min(SEND_AGAIN_S_MAX, SEND_AGAIN_S_MIN * 2 ** (waiting.tries - 1));
    const later_s = Math.max(wait_s, error.retry_after_s ?? 0) * (0.8 + 0.4 * random());
    const soon_s = waiting.isHurried ? 0 : later_s;
    waiting.isHurried = false;
    waiting.due_s = steady.now_s() + soon_s;
    waiting.next_s = clock.now_s() + soon_s;
    if (waiting.answer === said) log.verbose(`attempt ${waiting.attempts} of ${what}: ${error.message}`);
    else log.quiet(`${what} waits: ${error.message}`);
    this.options.postponed(waiting);
    // One that may have come all the same stays before what follows it.
    if (error.isPermanent && !waiting.isUnsure) this.standAside(waiting);
  }

  /** It holds up nobody any more; of the items that later messages tell of it says nothing. */
  private standAside(waiting: Waiting): void {
    const lane = this.lane(waiting);
    if (!lane.line.includes(waiting)) return;
    lane.line = lane.line.filter((each) => each !== waiting);
    // Where all are refused, for the address is wrong, they become one.
    const refused = lane.aside.find(({ isTried }) => !isTried);
    if (refused) {
      this.options.merged(waiting, refused);
      this.extend(refused, waiting.message.notices);
      if (refused.message.notices.length === 0) return;
    } else lane.aside.push(waiting);
    const aside = refused ?? waiting;
    for (const next of lane.line) {
      if (next.isTried) continue;
      const { waiting: left, fresh, superseded } = overtaken(aside.message.notices, next.message.notices);
      if (superseded.length === 0) continue;
      this.rewrite(aside, left, superseded);
      this.rewrite(next, fresh, []);
    }
  }

  private leave(queued: Queued): void {
    const key = listenerKey(queued);
    const lane = this.lanes.get(key);
    if (!lane) return;
    const isOther = ({ message }: Queued) => message.id !== queued.message.id;
    lane.line = lane.line.filter(isOther);
    lane.aside = lane.aside.filter(isOther);
    if (lane.line.length + lane.aside.length === 0) this.lanes.delete(key);
  }
}

/** Nobody is there any more who could be told. */
class NoReceiver extends SendError {}

function asSendError(error: unknown): SendError {
  return error instanceof SendError ? error : new SendError(error instanceof Error ? error.message : String(error));
}

/** What a message is about, for the log. */
function headOf({ message: { notices, more } }: Queued): string {
  const [first] = notices;
  if (!first) return "nothing";
  const rest = notices.length - 1 + more;
  return `${first.tag}:${first.item} ${first.prev} -> ${first.level}${rest > 0 ? ` and ${rest} more` : ""}`;
}
