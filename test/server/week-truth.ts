// What was so in the simulated week, as far as the server could know: the level of each item, who was silent, what held up alerts. It
// is made of what was written down beside the server, not of what the server says.

import { REPORT_S, START_S } from "./week-client.ts";
import { type Plan, type Span, WEEK_S } from "./week-plan.ts";
import { itemKey, type Record } from "./week-record.ts";
import { union } from "./week-spans.ts";
import { type Department, type Host, type Hours, isOpen, LEVELS, type Need, nameOf } from "./week-work.ts";

const MIN = 60;
const DAY = 86_400;
/** The server looks so often for who is silent. */
const LISTEN_S = 5;

/** A level, and what held it up, of one item, from when the server knew it. */
export interface Stretch {
  from: number;
  to: number;
  level: string;
  /** Since when the item really had it; one that was cut off tells it late. */
  since: number;
}

export class Truth {
  readonly plan: Plan;
  readonly record: Record;
  readonly down: Span[];
  private readonly department: Department;
  private readonly silences = new Map<string, Span[]>();
  private readonly stretches = new Map<string, Stretch[]>();
  private readonly hoursOf = new Map<string, Span[]>();

  constructor(plan: Plan, record: Record, department: Department) {
    this.plan = plan;
    this.record = record;
    this.department = department;
    this.down = record.down;
  }

  /** What the clock on the wall shows. */
  wall(t: number): number {
    return START_S + t + (t >= this.plan.clock.t ? this.plan.clock.by_s : 0);
  }

  /** When it may have shown that. */
  whens(wall_s: number): number[] {
    const t = wall_s - START_S;
    const { t: jump, by_s } = this.plan.clock;
    return [...(t <= jump ? [t] : []), ...(t - by_s >= jump ? [t - by_s] : [])];
  }

  /** When a client had not been heard for two of its intervals; one that was in time has another one when the server starts. */
  silent(client: string): Span[] {
    const known = this.silences.get(client);
    if (known) return known;
    const heard = this.record.heard.get(client) ?? [];
    const spans: Span[] = [];
    let last = 0;
    for (const t of [...heard, WEEK_S]) {
      let from = last + 2 * REPORT_S;
      for (const [stop, up] of this.down) if (from > stop && last < up && t >= up) from = up + REPORT_S;
      if (t > from) spans.push([from, t]);
      last = t;
    }
    const all = union(spans);
    this.silences.set(client, all);
    return all;
  }

  /** The item `dmon` of a client, which only the server knows. */
  private deaths(client: string): Stretch[] {
    const heard = this.record.heard.get(client) ?? [];
    const fine = (from: number): Stretch => ({ from, to: WEEK_S, level: "fine", since: from });
    const stretches = [fine(0)];
    let last = 0;
    for (const t of [...heard, WEEK_S]) {
      const dead = this.deathAfter(last, t);
      const before = stretches.at(-1);
      if (dead !== undefined && before) {
        before.to = dead;
        stretches.push({ from: dead, to: t, level: "dead", since: dead });
        if (t < WEEK_S) stretches.push(fine(t));
      }
      last = t;
    }
    return stretches;
  }

  /** One that just started gives everybody one more interval. */
  private deathAfter(last: number, next: number): number | undefined {
    let at = last + 3 * REPORT_S;
    for (const [from, up] of this.down) if (from < at + LISTEN_S && up > last) at = Math.max(at, up + REPORT_S);
    return at + LISTEN_S < next ? at : undefined;
  }

  stretchesOf(host: string, item: string): Stretch[] {
    const key = itemKey(host, item);
    const known = this.stretches.get(key);
    if (known) return known;
    const made = item === "dmon" ? this.deaths(host) : this.toldLevels(key);
    this.stretches.set(key, made);
    return made;
  }

  private toldLevels(key: string): Stretch[] {
    const stretches: Stretch[] = [{ from: 0, to: WEEK_S, level: "fine", since: 0 }];
    for (const { t, since, level } of this.record.known.get(key) ?? []) {
      const last = stretches.at(-1);
      if (!last || last.level === level) continue;
      last.to = t;
      stretches.push({ from: t, to: WEEK_S, level, since });
    }
    return stretches;
  }

  levelAt(host: string, item: string, t: number): string {
    return this.stretchesOf(host, item).findLast(({ from }) => from <= t)?.level ?? "fine";
  }

  flapping(host: string, item: string): Span[] {
    const spans: Span[] = [];
    let from: number | undefined;
    for (const { t, isFlapping } of this.record.known.get(itemKey(host, item)) ?? []) {
      if (isFlapping) from ??= t;
      else if (from !== undefined) {
        spans.push([from, t]);
        from = undefined;
      }
    }
    return from === undefined ? spans : [...spans, [from, WEEK_S]];
  }

  planned({ tag }: Host, item: string): Span[] {
    const lines = this.department.planned.filter(({ hosts, items }) => hosts.test(tag) && items.test(item));
    const commands = this.record.works.filter(
      (each) => each.tag === tag && (each.items === "*" || each.items === item),
    );
    return union([
      ...lines.flatMap(({ hours }) => this.open(hours)),
      ...commands.flatMap(({ t, span: [from, to], ended = WEEK_S }) =>
        this.spansOf((wall_s) => from <= wall_s && wall_s < to).map(
          ([a, b]): Span => [Math.max(a, t), Math.min(b, ended)],
        ),
      ),
    ]);
  }

  /** When hours are open, by the clock on the wall. */
  open(hours: Hours): Span[] {
    const key = JSON.stringify(hours);
    const known = this.hoursOf.get(key) ?? this.spansOf((wall_s) => isOpen(hours, wall_s));
    this.hoursOf.set(key, known);
    return known;
  }

  private spansOf(isSo: (wall_s: number) => boolean): Span[] {
    const spans: Span[] = [];
    for (let t = 0; t < WEEK_S; t += MIN) if (isSo(this.wall(t))) spans.push([t, t + MIN]);
    return union(spans);
  }

  /** When something that a host needs was bad or silent, so far as it was known. */
  lacking(host: Host, before: Span): Span[] {
    const silent = this.needsOf(host).flatMap(({ host: tag }) => {
      const needed = this.department.hosts.find((each) => each.tag === tag);
      return this.silent(needed?.client ?? "");
    });
    return [...silent, ...this.bad(host)].map(([from, to]): Span => [from - before[0], to + before[1]]);
  }

  /** When an item that a host needs was bad. */
  bad(host: Host): Span[] {
    return this.needsOf(host).flatMap(({ host: tag, item }) => {
      const all = item === undefined ? [] : this.stretchesOf(nameOf(tag), item);
      return all.filter(({ level }) => level !== "fine").map(({ from, to }): Span => [from, to]);
    });
  }

  private needsOf(host: Host): Need[] {
    return this.department.needs.filter(({ hosts }) => hosts.test(host.tag));
  }

  needs(host: Host): boolean {
    return this.needsOf(host).length > 0;
  }

  /** From when it was acknowledged until it was well, or its time was over; and up to which level. */
  acknowledged(host: string, item: string): { span: Span; rank: number }[] {
    const acks = this.record.acks.filter((ack) => ack.host === host && ack.item === item);
    return acks.map(({ t, level, until_s }, i) => {
      const well = this.stretchesOf(host, item).find((each) => each.level === "fine" && each.to > t && each.from >= t);
      const over = this.whens(until_s)[0] ?? WEEK_S + DAY;
      const end = Math.min(well?.from ?? WEEK_S, Number.isFinite(until_s) ? over : WEEK_S, acks[i + 1]?.t ?? WEEK_S);
      return { span: [t, Math.max(t, end)], rank: LEVELS.indexOf(level) };
    });
  }
}
