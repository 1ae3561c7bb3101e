// The law of alerts, put so that it needs nothing of how dmon decides: what somebody was told last is what is so, whenever nothing has
// held it up for a while; nothing is told that is not so, or that is held up; and what was not told has a reason that was recorded.

import { afterOf, asTold, type Belief, beliefAt, viewOf, WELL } from "./week-belief.ts";
import { blockedLanes } from "./week-lanes.ts";
import { type Span, WEEK_S } from "./week-plan.ts";
import { type Lane, laneKey, noticeKey, type Record, type Said } from "./week-record.ts";
import { covering, narrowed, union, without } from "./week-spans.ts";
import type { Stretch, Truth } from "./week-truth.ts";
import { type Department, type Host, LEVELS, type Line } from "./week-work.ts";

/** What the server tells of itself. */
export const OWN_ITEMS = /^dmon_(alerts|silence)$/;
const MIN = 60;
const DIGEST_S = 30;
/** What comes by the server's own looks, or by hours, is so much late; and messages take some seconds. */
const SLACK_S = 15;
const LOOK_S = 60 + SLACK_S;
/** What needs something else waits for news of that, longer while its own client is not heard. */
const GRACE_S = 90;
const GRACE_SILENT_S = 300;

interface Case {
  lane: Lane;
  host: Host;
  item: string;
  lines: readonly Line[];
  /** While these lines were in force. */
  span: Span;
  said: Said[];
  /** What they were told last before. */
  known: Said | undefined;
}

export class Law {
  readonly faults: string[] = [];
  private readonly truth: Truth;
  private readonly record: Record;
  private readonly departments: readonly [Department, Department];
  private readonly saidBy: Map<string, Said[]>;
  private readonly takenBack: Map<string, Said[]>;
  /** What somebody asked for, by lines. */
  private readonly asked = new Set<Said>();
  private readonly blocked: Map<string, Span[]>;
  private readonly unsaid: Map<string, { level: string; whens: number[] }[]>;

  constructor(truth: Truth, departments: readonly [Department, Department]) {
    this.truth = truth;
    this.record = truth.record;
    this.departments = departments;
    const delivered = new Set(
      this.record.attempts
        .filter(({ isTaken }) => isTaken)
        .flatMap(({ id, notices }) => notices.map((n) => noticeKey(id, n))),
    );
    // What was put into a message and taken out of it again, before anybody had it, was not told.
    const isTold = ({ id, notice }: Said) => this.record.queued.has(id) || delivered.has(noticeKey(id, notice));
    const keyOf = (each: Said) => caseKey(each, each.notice.host, each.notice.item);
    this.saidBy = Map.groupBy(this.record.said.filter(isTold), keyOf);
    this.takenBack = Map.groupBy(
      this.record.said.filter((each) => !isTold(each)),
      keyOf,
    );
    this.blocked = blockedLanes(this.record);
    const unsaid = this.record.tellings.filter(({ kind, why }) => kind === "unsaid" && why !== "");
    this.unsaid = Map.groupBy(
      unsaid.map((each) => ({ ...each, whens: truth.whens(each.at_s) })),
      (each) => caseKey(each, each.host, each.item),
    );
  }

  judge(): string[] {
    const reload = this.truth.plan.reload_s;
    const [before, after] = this.departments;
    for (const host of before.hosts) {
      const stays = after.hosts.some(({ name }) => name === host.name);
      for (const item of host.name === host.client ? [...host.items, "dmon"] : host.items) {
        const old = listening(before, host, item);
        const now = stays ? listening(after, host, item) : new Map<string, Line[]>();
        for (const lane of new Set([...old.keys(), ...now.keys()])) {
          const [first = [], second = []] = [old.get(lane), now.get(lane)];
          if (texts(first) === texts(second)) this.about(lane, host, item, first, [0, WEEK_S], 0);
          else {
            this.about(lane, host, item, first, [0, reload], 0);
            this.about(lane, host, item, second, [this.settledAfter(host, item, reload), WEEK_S], reload);
          }
        }
      }
    }
    for (const each of [...this.saidBy.values()].flat())
      if (!this.asked.has(each) && !OWN_ITEMS.test(each.notice.item)) this.fault(each, each.t, "nobody asked for that");
    return this.faults;
  }

  /** What was bad when the lines changed is known or not, as its old lines had it: it is judged from when it was well. */
  private settledAfter(host: Host, item: string, t: number): number {
    const well = this.truth.stretchesOf(host.name, item).find(({ to, level }) => level === "fine" && to > t + MIN);
    return well ? Math.max(t, well.from) : WEEK_S;
  }

  private about(lane: string, host: Host, item: string, lines: readonly Line[], span: Span, begun: number): void {
    const [user = "", channel = ""] = lane.split(" ");
    const key = caseKey({ user, channel }, host.name, item);
    if (lines.length === 0) return;
    const all = this.saidBy.get(key) ?? [];
    const said = all.filter(({ t }) => span[0] <= t && t < span[1]);
    for (const each of all) if (begun <= each.t && each.t < span[1]) this.asked.add(each);
    const known = all.findLast(({ t }) => t < span[0]);
    const judged: Case = { lane: { user, channel }, host, item, lines, span, said, known };
    const beliefs = this.chain(judged);
    for (const each of said) this.justified(judged, each);
    this.told(judged, beliefs);
    this.reasons(judged, beliefs);
  }

  /** Nobody hears of a recovery without its problem, nor of the same twice. Returns from when they believed what. */
  private chain(judged: Case): Belief[] {
    const { said, host, item, lines, span } = judged;
    const { known } = judged;
    const beliefs: Belief[] = [
      { from: span[0], ...asTold(lines, known?.notice.level ?? LEVELS[0] ?? ""), told_t: span[0] },
    ];
    const isSilent = lines.every((line) => line.silent);
    // Who does not want to hear that it is over knows by himself.
    const silently = isSilent
      ? this.truth.stretchesOf(host.name, item).filter((each) => viewOf(lines, each.level) === WELL)
      : [];
    for (const { t, notice } of said) {
      const well = silently.find(({ from }) => from <= t && from > (beliefs.at(-1)?.from ?? 0));
      if (well) beliefs.push({ from: well.from, ...asTold(lines, well.level), told_t: well.from });
      const before = beliefs.at(-1)?.view ?? WELL;
      const view = viewOf(lines, notice.level);
      const { kind } = notice;
      if (kind === "reminder" ? view !== before || view === WELL : view === before)
        this.fault(judged, t, `${kind} ${notice.level} to who believes ${before}`);
      if ((kind === "recovery") !== (view === WELL)) this.fault(judged, t, `${notice.level} is told as a ${kind}`);
      if (kind === "recovery" && isSilent) this.fault(judged, t, "a recovery that nobody wants");
      beliefs.push({ from: t, view, level: notice.level, told_t: t });
    }
    const last = silently.find(({ from }) => from > (beliefs.at(-1)?.from ?? 0));
    if (last) beliefs.push({ from: last.from, ...asTold(lines, last.level), told_t: last.from });
    return beliefs;
  }

  /** It was so when it was told, and nothing held it up. */
  private justified(judged: Case, { t, notice }: Said): void {
    const { host, item, lines } = judged;
    const { kind, level } = notice;
    const looks = item === "dmon" ? [t - SLACK_S, t, t + SLACK_S] : [t];
    if (!looks.some((at) => this.truth.levelAt(host.name, item, at) === level))
      this.fault(judged, t, `told ${level}, and it was ${this.truth.levelAt(host.name, item, t)}`);
    for (const [why, spans] of this.holds(judged, -SLACK_S, [-SLACK_S, -SLACK_S]))
      if (covering(spans, t)) this.fault(judged, t, `${kind} ${level} although ${why}`);
    const rank = LEVELS.indexOf(level);
    for (const ack of this.truth.acknowledged(host.name, item))
      if (covering([ack.span], t) && level !== "fine" && (rank <= ack.rank || kind === "reminder"))
        this.fault(judged, t, `${kind} ${level} although it is acknowledged`);
    const begun = this.truth.stretchesOf(host.name, item).findLast(({ from }) => from <= t)?.since ?? t;
    for (const [from, to] of this.truth.lacking(host, [0, 0]))
      if (kind !== "recovery" && begun <= from && begun > from - GRACE_S + SLACK_S && t < to)
        this.fault(judged, t, `${kind} ${level} before the news of what it needs came`);
    if (!lines.some((line) => !line.hours || covering(this.truth.open(line.hours), t)))
      this.fault(judged, t, `${kind} ${level} out of hours`);
    if (kind !== "recovery" && kind !== "reminder" && !lines.some((line) => this.lasted(judged, line, t)))
      this.fault(judged, t, `${kind} ${level} too early`);
  }

  /** Whether it had been as bad as a line says for as long as that says. A clock that was just set may mislead by what it was set. */
  private lasted({ host, item }: Case, { to, after_s = 0 }: Line, t: number): boolean {
    const { clock } = this.truth.plan;
    if (t >= clock.t && t < clock.t + 3 * 3600) return true;
    const stretches = this.truth.stretchesOf(host.name, item);
    const slack_s = item === "dmon" ? SLACK_S : 0;
    return [t - slack_s, t, t + slack_s].some((at) => {
      const now = stretches.findLastIndex(({ from }) => from <= at);
      const before = stretches.findLastIndex(({ level }, i) => i <= now && !to.includes(level));
      const since = stretches[before + 1]?.since;
      return before < now && since !== undefined && t - since >= after_s - slack_s - 1;
    });
  }

  /** What is so, and is held up by nothing, is what they were told last; and they are reminded of it. */
  private told(judged: Case, beliefs: readonly Belief[]): void {
    const { host, item, lines, span } = judged;
    const grace_s = this.truth.needs(host) ? GRACE_S + GRACE_SILENT_S : 0;
    const held = this.holds(judged, SLACK_S, [GRACE_SILENT_S * 3, SLACK_S]).flatMap(([, spans]) => spans);
    const blocked = this.blocked.get(laneKey(judged.lane)) ?? [];
    for (const stretch of this.truth.stretchesOf(host.name, item)) {
      const after_s = afterOf(lines, stretch.level);
      const wait_s = after_s + DIGEST_S + LOOK_S + grace_s + (item === "dmon" ? SLACK_S : 0);
      const view = viewOf(lines, stretch.level);
      const rank = LEVELS.indexOf(stretch.level);
      // What is worse than it was acknowledged, and than they know, is told all the same.
      const acks = this.truth
        .acknowledged(host.name, item)
        .filter((ack) => rank <= Math.max(ack.rank, LEVELS.indexOf(beliefAt(beliefs, stretch.from).level)))
        .map((ack) => ack.span);
      const closed = closedFor(this.truth, lines, stretch.level);
      const busy = union([...held, ...blocked, ...closed, ...(stretch.level === "fine" ? [] : acks)]);
      for (const [from, to] of without([Math.max(span[0], stretch.from), Math.min(span[1], stretch.to)], busy)) {
        if (to - from <= wait_s) continue;
        const belief = beliefAt(beliefs, from + wait_s);
        if (belief.view !== view)
          this.fault(
            judged,
            from + wait_s,
            `it is ${stretch.level} since ${stretch.from}, and they believe ${belief.view}`,
          );
        else this.reminded(judged, beliefs, stretch, [from, to]);
      }
    }
  }

  private reminded(judged: Case, beliefs: readonly Belief[], { level }: Stretch, [from, to]: Span): void {
    const every = judged.lines.filter((line) => line.to.includes(level)).map(({ every_s = WEEK_S }) => every_s);
    const bound_s = Math.min(WEEK_S, ...every) + DIGEST_S + 2 * LOOK_S;
    for (const [i, { told_t }] of beliefs.entries()) {
      const next_t = Math.min(beliefs[i + 1]?.told_t ?? WEEK_S, to);
      if (next_t > from && Math.max(told_t, from) + bound_s < next_t)
        this.fault(judged, told_t, `no reminder of ${level}`);
    }
  }

  /** Whatever they would have been told, and were not, is in the record with a reason. */
  private reasons(judged: Case, beliefs: readonly Belief[]): void {
    const { lane, host, item, lines, span, said } = judged;
    const unsaid = this.unsaid.get(caseKey(lane, host.name, item)) ?? [];
    const takenBack = this.takenBack.get(caseKey(lane, host.name, item)) ?? [];
    const isPending = this.record.pending.some(
      (each) =>
        each.user === lane.user &&
        each.channel === lane.channel &&
        each.host === host.name &&
        each.item === item &&
        each.why,
    );
    const slack_s = item === "dmon" ? SLACK_S : 2;
    const isSilent = lines.every((line) => line.silent);
    for (const { from, to, view, levels } of this.viewsOf(judged)) {
      if (from < span[0] || from === 0 || to > span[1] || from === to) continue;
      if (view === beliefAt(beliefs, from - 0.01).view || (view === WELL && isSilent)) continue;
      const isThen = (t: number) => t >= from - slack_s && t <= to + slack_s;
      const isSaid = said.some(({ t, notice }) => levels.has(notice.level) && isThen(t));
      const wasSaid = takenBack.some(({ t, notice }) => levels.has(notice.level) && t <= to + slack_s);
      // A message that waits says of an item what is so last.
      const isSaidAnew = said.some(
        ({ id, notice }) => levels.has(notice.level) && takenBack.some((each) => each.id === id && isThen(each.t)),
      );
      const isRecorded = unsaid.some(
        (each) => levels.has(each.level) && each.whens.some((t) => isThen(t) || (wasSaid && t > from)),
      );
      if (!isSaid && !isSaidAnew && !isRecorded && !(isPending && to === WEEK_S))
        this.fault(judged, from, `${[...levels].join(", ")} until ${to} was not told, and no reason is recorded`);
    }
  }

  /** The levels of an item, as far as they differ to those whom its lines tell of them. */
  private viewsOf({
    host,
    item,
    lines,
  }: Case): (Omit<Stretch, "level" | "since"> & { view: string; levels: Set<string> })[] {
    const views: ReturnType<Law["viewsOf"]> = [];
    for (const { from, to, level } of this.truth.stretchesOf(host.name, item)) {
      const view = viewOf(lines, level);
      const last = views.at(-1);
      if (last?.view === view) {
        last.to = to;
        last.levels.add(level);
      } else views.push({ from, to, view, levels: new Set([level]) });
    }
    return views;
  }

  /** What holds up all that would be told of an item, each stretch longer by `more_s` at its ends; and what it needs by its own. */
  private holds({ host, item }: Case, more_s: number, needs: Span): [why: string, spans: Span[]][] {
    const { truth } = this;
    const wider = (spans: readonly Span[]) =>
      more_s < 0 ? narrowed(spans, -more_s) : spans.map(([from, to]): Span => [from - more_s, to + more_s]);
    const isOwn = item === "dmon";
    return [
      ["it flaps", truth.flapping(host.name, item)],
      ["work is planned", truth.planned(host, item)],
      ["its client is silent", isOwn ? [] : wider(truth.silent(host.client))],
      ["what it needs is bad", truth.lacking(host, needs).filter(([from, to]) => from < to)],
      ["the server is down", more_s < 0 ? truth.down : truth.down.map(([from, to]): Span => [from, to + SLACK_S])],
    ];
  }

  private fault(judged: Case | Said, t: number, what: string): void {
    const { user, channel } = "lane" in judged ? judged.lane : judged;
    const [host, item] = "lane" in judged ? [judged.host.name, judged.item] : [judged.notice.host, judged.notice.item];
    this.faults.push(`${user} by ${channel}, ${host}:${item} at ${Math.round(t)}: ${what}`);
  }
}

function closedFor(truth: Truth, lines: readonly Line[], level: string): Span[] {
  const told = lines.filter(({ to }) => to.includes(level));
  const asked = told.length > 0 ? told : lines;
  if (asked.some(({ hours }) => !hours)) return [];
  return without(
    [0, WEEK_S],
    asked.flatMap(({ hours }) => (hours ? truth.open(hours) : [])),
  );
}

function listening({ lines }: Department, { tag }: Host, item: string): Map<string, Line[]> {
  const found = new Map<string, Line[]>();
  for (const line of lines) {
    if (!line.hosts.test(tag) || !line.items.test(item)) continue;
    for (const user of line.users)
      for (const channel of line.via)
        found.set(`${user} ${channel}`, [...(found.get(`${user} ${channel}`) ?? []), line]);
  }
  return found;
}

function texts(lines: readonly Line[]): string {
  return lines.map(({ text }) => text).join("\n");
}

function caseKey(lane: Lane, host: string, item: string): string {
  return `${laneKey(lane)} ${host} ${item}`;
}
