// Events that the server itself makes: of hosts that are silent, of most of them at once, of messages that nobody takes.

import { levelOf, type Problem } from "../core/alert/problem.ts";
import { badLevel, isServerItem, type ServerItem } from "../core/alert/server-items.ts";
import {
  DEAD_INTERVALS,
  type Died,
  Silence,
  STALE_INTERVALS,
  type Trust,
  type Voice,
  WITNESSED_INTERVALS,
} from "../core/alert/silence.ts";
import { formatAge, formatInterval } from "../core/interval.ts";
import type { About } from "../core/report.ts";
import type { ItemKey, Queued } from "../store/alert-state.ts";
import type { AlertBook } from "./alert-book.ts";
import type { Known } from "./composer.ts";
import { DMON_ITEM } from "./suppressions.ts";

/** An event that the server itself makes of an item. */
export interface OwnEvent extends ItemKey {
  level: string;
  /** Of what a client's report tells and no event did: it began to flap, or stopped. */
  flapping?: "start" | "stop";
  text: string;
  reason: string;
}

export interface OwnEventsOptions {
  hostname: string;
  book(): AlertBook;
  known(host: string): Known | undefined;
  problem(host: string, item: string): Problem | undefined;
  /** A client is heard again, or is not any more. */
  voiced(client: string): void;
}

/** A message that was not taken for so long is a problem of its own. */
const QUEUE_LATE_S = 600;
/** Of what is longer nobody wants to read seconds. */
const EXACT_S_MAX = 300;
/** By which the server tells of itself. */
const SILENCE_ITEM: ServerItem = "dmon_silence";
export const QUEUE_ITEM: ServerItem = "dmon_alerts";

export class OwnEvents {
  private readonly options: OwnEventsOptions;
  private readonly silence: Silence;
  /** Channels by which a message was given up, and none was taken since. */
  private readonly failing = new Set<string>();

  constructor(options: OwnEventsOptions, now_s: number) {
    this.options = options;
    this.silence = new Silence(options.hostname, now_s, (client) => options.voiced(client));
  }

  /** Whether an item is the server's own, so that no report has it. */
  isOwn({ host, item }: ItemKey): boolean {
    return item === DMON_ITEM || (host === this.options.hostname && isServerItem(item));
  }

  /** Clients of which the server knew when it stopped, or whom another work has now. */
  expectClients(now_s: number): void {
    const clients = Object.entries(this.options.book().work.hosts).flatMap(([host, { via }]) => {
      const known = via === undefined ? this.options.known(host) : undefined;
      return known ? [{ host, ival_s: known.about.ival, heard_s: known.received_s }] : [];
    });
    const last_s = clients.reduce((last, { heard_s }) => Math.max(last, heard_s), Number.NEGATIVE_INFINITY);
    for (const { host, ival_s, heard_s } of clients) {
      const own = this.options.problem(host, DMON_ITEM);
      const isDead = own !== undefined && levelOf(own).level === this.worst;
      const before = isDead ? "dead" : last_s - heard_s >= STALE_INTERVALS * ival_s ? "stale" : "well";
      this.silence.expect(host, { ival_s, before }, now_s);
    }
  }

  /** Others than the clients of the work are not waited for any more. */
  retainClients(): void {
    const { hosts } = this.options.book().work;
    this.silence.retain((client) => hosts[client] !== undefined && hosts[client].via === undefined);
  }

  /** After how many seconds it is to be listened again. */
  get look_s(): number {
    return this.silence.look_s;
  }

  voice(client: string): Voice | undefined {
    return this.silence.voice(client);
  }

  sign(host: string, now_s: number): void {
    this.silence.sign(this.options.book().clientOf(host), now_s);
  }

  reported({ host, ival }: About, now_s: number): void {
    this.silence.heard(host, ival, now_s);
  }

  /** Who fell silent, or is heard again. */
  listen(now_s: number): OwnEvent[] {
    const { died, returned, suspects, trusts } = this.silence.judge(now_s);
    const { hostname } = this.options;
    const events: OwnEvent[] = [
      ...died.map((each) => ({
        host: each.client,
        item: DMON_ITEM,
        level: this.worst,
        ...this.deathWords(each, now_s),
      })),
      ...returned.map((host) => {
        return { host, item: DMON_ITEM, level: this.levelNow(host), text: "reports again", reason: "it is heard" };
      }),
    ];
    const own = { host: hostname, item: SILENCE_ITEM };
    if (suspects) {
      const text = `${suspects.silent} of ${suspects.of} hosts are silent: is it the network of this server?`;
      events.push({ ...own, level: this.bad, text, reason: "more than half are silent" });
    }
    // A restart in the middle of it forgets the suspicion, not its event.
    const before = this.options.problem(hostname, SILENCE_ITEM);
    const isOver = trusts ?? (before && levelOf(before).level !== this.best && this.silence.isSettled && "heard");
    if (isOver) events.push({ ...own, level: this.best, ...trustWords(isOver, died.length) });
    return events;
  }

  /** Nobody took a message for a week: that is told by other ways, and until something is taken again. */
  gaveUp({ user, channel, answer = "" }: Queued): OwnEvent {
    this.failing.add(channel);
    const text = `a message for ${user} by ${channel} is given up: ${answer}`;
    return { host: this.options.hostname, item: QUEUE_ITEM, level: this.bad, text, reason: "the server's queue" };
  }

  /** Of others nobody hears any more. */
  retainChannels(channels: readonly string[]): void {
    for (const channel of this.failing) if (!channels.includes(channel)) this.failing.delete(channel);
  }

  /** A message was taken. */
  sent({ channel }: Queued): void {
    this.failing.delete(channel);
  }

  /** That messages wait is itself something that somebody should know, by another channel or the pages. */
  ofQueue(queue: readonly Queued[], now_s: number): OwnEvent[] {
    const { hostname } = this.options;
    const late = queue.filter(({ message, attempts }) => attempts > 0 && message.made_s < now_s - QUEUE_LATE_S);
    const level = late.length > 0 || this.failing.size > 0 ? this.bad : this.best;
    const before = this.options.problem(hostname, QUEUE_ITEM);
    if (level === (before ? levelOf(before).level : this.best)) return [];
    const [first] = late;
    const text = first
      ? `${queue.length} messages wait: ${first.channel}: ${first.answer ?? ""}`
      : "messages are taken again";
    return [{ host: hostname, item: QUEUE_ITEM, level, text, reason: "the server's queue" }];
  }

  private deathWords({ client, silent_s, ival_s }: Died, now_s: number): Pick<OwnEvent, "text" | "reason"> {
    const reported_s = this.options.known(client)?.received_s ?? now_s;
    const age_s = Math.max(silent_s, now_s - reported_s); // from before the server started, or slept
    const text = `no report for ${formatAge(age_s < EXACT_S_MAX ? age_s : age_s - (age_s % 60))}`;
    return { text, reason: `${DEAD_INTERVALS} report intervals of ${formatInterval(ival_s)}` };
  }

  /** What a client says of itself, once it is heard again. */
  private levelNow(host: string): string {
    const level = this.options.known(host)?.state[DMON_ITEM]?.level;
    return level === undefined || level === this.worst ? this.best : level;
  }

  private get best(): string {
    return this.options.book().best;
  }

  private get worst(): string {
    return this.options.book().work.levels.at(-1)?.name ?? "dead";
  }

  private get bad(): string {
    return badLevel(this.options.book().work.levels)?.name ?? "dead";
  }
}

function trustWords(trust: Trust, died: number): Pick<OwnEvent, "text" | "reason"> {
  if (trust === "heard") return { text: "most hosts are heard again", reason: "no more than half are silent" };
  const dead = died === 1 ? "1 host counts as dead" : `${died} hosts count as dead`;
  return trust === "witnessed"
    ? { text: `it is not the network, others report: ${dead}`, reason: `others for ${WITNESSED_INTERVALS} intervals` }
    : { text: `it lasts for an hour: ${dead}`, reason: "an hour" };
}
