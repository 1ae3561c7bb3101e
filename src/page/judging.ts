// Judges one overview after another: a host is judged again only when something of it is another, or when its time has come.

import { compareText } from "../core/text.ts";
import { Scale } from "../plot/scale.ts";
import { Cares } from "./care.ts";
import { changedCares } from "./care-changes.ts";
import type { Fleet } from "./fleet.ts";
import type { HostView, Overview } from "./model.ts";
import { dueOf, type HostStatus, hostWeight, isCaredFor, isMatter, isTroubled, judgeHost } from "./status.ts";

/** A host as it was judged, with what the fleet is summed up of. */
interface Judged {
  view: HostView;
  status: HostStatus;
  /** When it is to be judged again; seconds since the epoch. */
  due_s: number;
  /** Levels of what nobody sees to. */
  open: string[];
  isOpen: boolean;
  weight: number;
}

export class Judging {
  private scale = new Scale([]);
  private readonly clock = { now_s: 0, judged_s: 0 };
  private cares = new Cares({ acks: [], planned: [] }, this.scale, this.clock);
  private before: Pick<Overview, "acks" | "planned"> = { acks: [], planned: [] };
  private judged = new Map<string, Judged>();
  /** The order by tags, and where each name and tag is in it, as long as no host comes, leaves or is called otherwise. */
  private names: readonly string[] = [];
  private order: readonly number[] = [];
  private places: ReadonlyMap<string, number> = new Map();

  /** The same objects in an overview are judged the same: who changes one makes another. */
  judge(overview: Overview): Fleet {
    this.takeScale(overview);
    const touched = this.takeCares(overview);
    const { judged_s } = this.clock;
    const all = overview.hosts.map((view) => {
      const before = this.judged.get(view.host);
      const isSame = before?.view === view && before.due_s > judged_s && !touched.has(view.host);
      return isSame ? before : this.judgeOne(view);
    });
    if (this.judged.size !== all.length) this.judged = new Map(all.map((each) => [each.view.host, each]));
    this.takeOrder(all);
    return this.fleetOf(overview, all);
  }

  /** Other levels, or a clock that was set back, make all another. */
  private takeScale({ levels, now_s, stale_since_s }: Overview): void {
    const { clock } = this;
    clock.now_s = now_s;
    const isSetBack = now_s < clock.judged_s - CLOCK_SET_S;
    if (levels !== this.scale.levels) {
      this.scale = new Scale(levels);
      this.cares = new Cares(this.before, this.scale, clock);
    } else if (!isSetBack) {
      // While nothing can be heard nobody falls silent.
      if (stale_since_s === undefined) clock.judged_s = Math.max(clock.judged_s, now_s);
      return;
    }
    this.judged.clear();
    clock.judged_s = stale_since_s ?? now_s;
  }

  /** Returns the hosts of which somebody else sees to something now. */
  private takeCares({ acks, planned }: Overview): ReadonlySet<string> {
    const { before } = this;
    if (acks === before.acks && planned === before.planned) return NONE;
    this.before = { acks, planned };
    this.cares = new Cares(this.before, this.scale, this.clock);
    return changedCares(before, this.before);
  }

  private judgeOne(view: HostView): Judged {
    const { scale, clock, cares } = this;
    const status = judgeHost(view, scale, clock, cares);
    const due_s = dueOf(view, status, clock.judged_s);
    const open = status.problems.flatMap(({ state, stale, care }) => (stale || care ? [] : [state.level]));
    const own = { view, status, due_s, open, isOpen: !isCaredFor(status), weight: hostWeight(status, scale) };
    this.judged.set(view.host, own);
    return own;
  }

  private takeOrder(all: readonly Judged[]): void {
    const names = all.flatMap(({ view: { host, tag } }) => [host, tag]);
    if (names.length === this.names.length && names.every((name, i) => name === this.names[i])) return;
    this.names = names;
    const tagAt = (i: number) => all[i]?.view.tag ?? "";
    this.order = all.map((_, i) => i).sort((a, b) => compareText(tagAt(a), tagAt(b)));
    const places = new Map<string, number>();
    for (const [place, i] of this.order.entries()) places.set(all[i]?.view.host ?? "", place);
    for (const [place, i] of this.order.entries()) places.set(tagAt(i), place); // who types one means the tag
    this.places = places;
  }

  private fleetOf(overview: Overview, all: readonly Judged[]): Fleet {
    const hosts = this.order.flatMap((i) => all[i]?.status ?? []);
    const { places } = this;
    return {
      overview,
      scale: this.scale,
      hosts,
      troubled: all
        .filter(({ status }) => isTroubled(status))
        .sort(compareTrouble)
        .map(({ status }) => status),
      counts: summed(all, ({ status }) => status.counts),
      open: summed(all, ({ open }) => open.map((level): [string, number] => [level, 1])),
      silentHosts: all.filter(({ status }) => isMatter(status) && !status.care).length,
      items: all.reduce((n, { status }) => n + status.rows.length, 0),
      find: (name) => hosts[places.get(name) ?? -1],
    };
  }
}

/** By less the time of an answer may be behind what was reckoned from the one before. */
const CLOCK_SET_S = 5;
const NONE: ReadonlySet<string> = new Set();

function summed(all: readonly Judged[], parts: (judged: Judged) => Iterable<[string, number]>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const judged of all) for (const [level, n] of parts(judged)) sums.set(level, (sums.get(level) ?? 0) + n);
  return sums;
}

function compareTrouble(a: Judged, b: Judged): number {
  const latest = ({ status }: Judged) => status.problems[0]?.state.since ?? 0;
  return (
    Number(b.isOpen) - Number(a.isOpen) ||
    b.weight - a.weight ||
    latest(b) - latest(a) ||
    compareText(a.view.tag, b.view.tag)
  );
}
