// The law of alerts, put so that it needs nothing of how dmon decides: what somebody was told last is what is so, whenever nothing has
// held it up for a while; nothing is told that is not so, or that is held up; and what was not told has a reason that was recorded.

import { asTold, type Belief, viewOf, WELL } from "./week-belief.ts";
import { type Case, caseKey } from "./week-case.ts";
import { judgeSaid } from "./week-justified.ts";
import { blockedLanes } from "./week-lanes.ts";
import { type Span, WEEK_S } from "./week-plan.ts";
import { judgeUntold } from "./week-reasons.ts";
import { type Lane, laneKey, type Record, type Said, tellingKey } from "./week-record.ts";
import { judgeTold } from "./week-told.ts";
import type { Truth } from "./week-truth.ts";
import { type Department, type Host, LEVELS, type Line } from "./week-work.ts";

/** What the server tells of itself. */
export const OWN_ITEMS = /^dmon_(alerts|silence)$/;
const MIN = 60;

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
        .flatMap((each) => each.notices.map((notice) => tellingKey(each, notice))),
    );
    // What was put into a message and taken out of it again, before anybody had it, was not told; it may come by another one.
    const last = new Map(this.record.said.map((each) => [tellingKey(each, each.notice), each]));
    const isTold = (each: Said) => {
      const key = tellingKey(each, each.notice);
      return last.get(key) === each && (this.record.queued.has(key) || delivered.has(key));
    };
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
      if (!this.asked.has(each) && !OWN_ITEMS.test(each.notice.item))
        this.fault(each, each.notice, each.t, "nobody asked for that");
    return this.faults;
  }

  /** What was bad when the lines changed is known or not, as its old lines had it: it is judged from when it was well. */
  private settledAfter(host: Host, item: string, t: number): number {
    const well = this.truth.stretchesOf(host.name, item).find(({ to, level }) => level === "fine" && to > t + MIN);
    return well ? Math.max(t, well.from) : WEEK_S;
  }

  private about(listener: string, host: Host, item: string, lines: readonly Line[], span: Span, begun: number): void {
    const [user = "", channel = ""] = listener.split(" ");
    const key = caseKey({ user, channel }, host.name, item);
    if (lines.length === 0) return;
    const all = this.saidBy.get(key) ?? [];
    const said = all.filter(({ t }) => span[0] <= t && t < span[1]);
    for (const each of all) if (begun <= each.t && each.t < span[1]) this.asked.add(each);
    const known = all.findLast(({ t }) => t < span[0]);
    const lane = { user, channel };
    const judged: Case = {
      truth: this.truth,
      lane,
      host,
      item,
      lines,
      span,
      said,
      known,
      takenBack: this.takenBack.get(key) ?? [],
      unsaid: this.unsaid.get(key) ?? [],
      blocked: this.blocked.get(laneKey(lane)) ?? [],
      fault: (t, what) => this.fault(lane, { host: host.name, item }, t, what),
    };
    const beliefs = this.chain(judged);
    for (const each of said) judgeSaid(judged, each);
    judgeTold(judged, beliefs);
    judgeUntold(judged, beliefs);
  }

  /** Nobody hears of a recovery without its problem, nor of the same twice. Returns from when they believed what. */
  private chain(judged: Case): Belief[] {
    const { said, host, item, lines, span } = judged;
    const { known, takenBack } = judged;
    const beliefs: Belief[] = [{ ...believedBefore(lines, known), from: span[0], told_t: span[0] }];
    const isSilent = lines.every((line) => line.silent);
    // Who does not want to hear that it is over knows by himself.
    const silently = isSilent
      ? this.truth.stretchesOf(host.name, item).filter((each) => viewOf(lines, each.level) === WELL)
      : [];
    for (const { t, id, notice } of said) {
      const well = silently.find(({ from }) => from <= t && from > (beliefs.at(-1)?.from ?? 0));
      if (well) beliefs.push({ from: well.from, ...asTold(lines, well.level), told_t: well.from });
      const believed = beliefs.at(-1)?.view ?? WELL;
      const view = viewOf(lines, notice.level);
      const { kind } = notice;
      // A message that waited may say of one problem that it is over, and of the next one: that is a change.
      const isNext = kind === "change" && takenBack.some((each) => each.id === id && each.notice.kind === "recovery");
      if (kind === "reminder" ? view !== believed || view === WELL : view === believed && !isNext)
        judged.fault(t, `${kind} ${notice.level} to who believes ${believed}`);
      if ((kind === "recovery") !== (view === WELL)) judged.fault(t, `${notice.level} is told as a ${kind}`);
      if (kind === "recovery" && isSilent) judged.fault(t, "a recovery that nobody wants");
      beliefs.push({ from: t, view, level: notice.level, told_t: t });
    }
    const last = silently.find(({ from }) => from > (beliefs.at(-1)?.from ?? 0));
    if (last) beliefs.push({ from: last.from, ...asTold(lines, last.level), told_t: last.from });
    return beliefs;
  }

  private fault(
    { user, channel }: Lane,
    { host, item }: { host: string; item: string },
    t: number,
    what: string,
  ): void {
    this.faults.push(`${user} by ${channel}, ${host}:${item} at ${Math.round(t)}: ${what}`);
  }
}

/** Who was told by lines that are no more that it is bad is to hear that it is over. */
function believedBefore(lines: readonly Line[], known: Said | undefined): Pick<Belief, "view" | "level"> {
  if (!known || known.notice.kind === "recovery") return asTold(lines, known?.notice.level ?? LEVELS[0] ?? "");
  return { view: known.notice.level, level: known.notice.level };
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
