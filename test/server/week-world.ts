// A server and its department through a simulated week: the clock goes from one thing that is due to the next.

import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Notice } from "../../src/core/alert/message.ts";
import type { Event } from "../../src/core/event.ts";
import { wallClockAt } from "../../src/process/wall-clock.ts";
import { Server } from "../../src/server/server.ts";
import type { ServerWork } from "../../src/work/works.ts";
import { works } from "../work/fixture.ts";
import { WeekAgenda } from "./week-agenda.ts";
import { REPORT_S, START_S, WeekClient } from "./week-client.ts";
import { type Plan, type Random, WEEK_S } from "./week-plan.ts";
import { WeekPost } from "./week-post.ts";
import { emptyRecord, itemKey, noticeKey, type Record, tellingKey } from "./week-record.ts";
import { type Department, LEAVES, nameOf, SERVER_TAG } from "./week-work.ts";

/** Reports come at these moments, and the server looks for who is silent. */
const GRID_S = 5;
/** More looks at one moment than there is ever reason for. */
const LOOKS_MAX = 50;
/** The data are gone after the test: it needs no disk that keeps them. */
const ROOM = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export class WeekWorld {
  readonly record: Record = emptyRecord();
  private readonly dir = mkdtempSync(`${ROOM}/dmon-week-`);
  private readonly plan: Plan;
  private readonly random: Random;
  private readonly after: ServerWork;
  private readonly clients = new Map<string, WeekClient>();
  private readonly clientOf = new Map<string, WeekClient>();
  private readonly agenda = new WeekAgenda();
  private work: ServerWork;
  private server: Server | undefined;
  private runs = 0;
  private t = 0;
  private wrong_s = 0;
  private wake_t = 0;
  private readonly seen = new WeakSet<Notice>();
  private readonly keys = new Set<string>();
  private isNewServer = true;
  private readonly post: WeekPost;
  private readonly trueRandom = Math.random;

  constructor(plan: Plan, before: Department, after: Department, random: Random) {
    this.plan = plan;
    this.random = random;
    this.work = works(before.text).server;
    const { record, agenda } = this;
    this.post = new WeekPost({ plan, record, random, agenda, now_t: () => this.t });
    this.after = works(after.text).server;
    const byClient = Map.groupBy(before.hosts, ({ client }) => client);
    for (const [name, hosts] of byClient) {
      const client = new WeekClient(name, hosts, GRID_S * Math.floor(random() * (REPORT_S / GRID_S)));
      this.clients.set(name, client);
      for (const host of hosts) this.clientOf.set(host.name, client);
    }
    this.schedule();
    Math.random = random;
    this.server = this.begin();
  }

  private get file(): string {
    return `${this.dir}/server${this.runs}.lite`;
  }

  private begin(): Server {
    this.isNewServer = true;
    const started_t = this.t;
    const server = new Server({
      hostname: nameOf(SERVER_TAG),
      file: this.file,
      clientPort: 22_008,
      ownAddress: "127.0.0.1",
      listen: [],
      ival_keep_events_s: 28 * 86_400,
      clock: { now_s: () => START_S + this.t + this.wrong_s, mono_ms: () => (this.t - started_t) * 1000 },
      log: { quiet: () => {}, terse: () => {}, verbose: () => {} },
      alerts: {
        wallClockAt: (time_s, zone = "UTC") => wallClockAt(time_s, zone),
        digest_s: () => 30,
        way: (name) => this.post.way(name),
        pages: () => undefined,
        ticketKey: new Uint8Array(32),
      },
    });
    server.setWork(this.work);
    return server;
  }

  // What happens.

  private schedule(): void {
    const { changes, outages, server, reload_s, clock, acks, works: planned } = this.plan;
    for (const change of changes.toReversed()) this.agenda.at(change.t, () => this.change(change));
    for (const { client, span, isOff } of outages) {
      this.agenda.at(span[0], () => this.leave(client, isOff));
      this.agenda.at(span[1], () => this.comeBack(client, isOff));
    }
    for (const { span, isKilled } of server) {
      this.agenda.at(span[0] - 20, () => (this.server as unknown as { flush(): void } | undefined)?.flush()); // it does so once a minute
      this.agenda.at(span[0], () => this.end(isKilled));
      this.agenda.at(span[1], () => this.start());
    }
    this.agenda.at(reload_s, () => this.reload());
    this.agenda.at(clock.t, () => (this.wrong_s = clock.by_s));
    for (const ack of acks) this.agenda.at(ack.t, () => this.acknowledge(ack));
    for (const each of planned) this.agenda.at(each.t, () => this.planWork(each));
  }

  private change(change: Plan["changes"][number]): void {
    const client = this.clientOf.get(change.host);
    if (!client) return;
    client.take(change);
    this.send(client);
  }

  private leave(name: string, isOff: boolean): void {
    const client = this.clients.get(name);
    if (!client) return;
    if (isOff) client.off++;
    else client.cut++;
  }

  private comeBack(name: string, isOff: boolean): void {
    const client = this.clients.get(name);
    if (!client) return;
    if (isOff) client.off--;
    else client.cut--;
    if (client.off === 0) client.wake(this.t);
    this.report(client);
  }

  private end(isKilled: boolean): void {
    const { server } = this;
    if (!server) return;
    const from = this.file;
    this.runs++;
    if (isKilled)
      for (const more of ["", "-wal"]) if (existsSync(from + more)) copyFileSync(from + more, this.file + more);
    server.stop();
    if (!isKilled) copyFileSync(from, this.file);
    this.server = undefined;
    this.post.interrupt();
    this.record.down.push([this.t, Number.POSITIVE_INFINITY]);
  }

  private start(): void {
    const last = this.record.down.at(-1);
    if (last) this.record.down[this.record.down.length - 1] = [last[0], this.t];
    this.server = this.begin();
    this.look();
    for (const client of this.clients.values())
      this.agenda.at(this.t + 1 + Math.floor(this.random() * 60), () => this.send(client));
  }

  private reload(): void {
    this.work = this.after;
    this.clients.delete(nameOf(LEAVES));
    this.clientOf.delete(nameOf(LEAVES));
    this.server?.setWork(this.work);
  }

  // What the server hears.

  private send(client: WeekClient): void {
    if (!this.server || client.isAway || client.outbox.length === 0) return;
    const events = [...client.outbox];
    const confirmed = new Set(this.server.takeEvents(events));
    if (this.random() < 0.03) this.server.takeEvents(events); // its answer was lost
    this.heard(client);
    client.outbox.splice(0, events.length, ...events.filter(({ id }) => !confirmed.has(id)));
    for (const event of events) this.know(event);
  }

  private know({ host, item, time, level, flapping }: Event): void {
    const list = this.record.known.get(itemKey(host, item)) ?? [];
    this.record.known.set(itemKey(host, item), list);
    list.push({ t: this.t, since: time - START_S, level, isFlapping: flapping === "start" });
  }

  private report(client: WeekClient): void {
    if (!this.server || client.isAway) return;
    this.send(client);
    this.server.takeReport(client.report(this.t));
    this.heard(client);
  }

  private heard({ name }: WeekClient): void {
    const list = this.record.heard.get(name);
    if (list) list.push(this.t);
    else this.record.heard.set(name, [this.t]);
  }

  // What people do.

  private acknowledge({ pick, for_s }: Plan["acks"][number]): void {
    const bad = [...this.record.known].filter(([, list]) => list.at(-1)?.level !== "fine");
    const [key] = bad[Math.floor(pick * bad.length)] ?? [];
    if (!this.server || key === undefined) return;
    const [host = "", item = ""] = key.split(" ");
    const until_s = for_s === undefined ? undefined : START_S + this.t + this.wrong_s + for_s;
    const [ack] = this.server.alerts?.acks.give([{ host, item }], "bert", "on it", until_s) ?? [];
    if (ack)
      this.record.acks.push({ t: this.t, host, item, level: ack.level, until_s: until_s ?? Number.POSITIVE_INFINITY });
  }

  private planWork({ tag, items, span, isEndedEarly }: Plan["works"][number]): void {
    const alerts = this.server?.alerts;
    if (!alerts) return;
    const text = (t: number) => new Date((START_S + t) * 1000).toISOString().slice(0, 16);
    const when = { from: text(span[0]), to: text(span[1]), zone: "UTC" };
    const made_s = START_S + this.t;
    const { id } = alerts.downtimes.plan({ hosts: tag, items, when, user: "anna", text: "new disks", made_s });
    const planned: Record["works"][number] = { t: this.t, tag, items, span: [START_S + span[0], START_S + span[1]] };
    this.record.works.push(planned);
    if (isEndedEarly)
      this.agenda.at(Math.floor((span[0] + span[1]) / 2), () => {
        if (this.server?.alerts?.downtimes.end(id)) planned.ended = this.t;
      });
  }

  /** Writes down which notices are new in the queue. */
  private observe(): void {
    this.noteQueue();
    this.isNewServer = false;
  }

  private noteQueue(): void {
    for (const { message, user, channel } of this.server?.alerts?.queue() ?? []) {
      for (const notice of message.notices) {
        if (this.seen.has(notice)) continue;
        this.seen.add(notice);
        const key = noticeKey({ user, channel }, notice);
        const isKnown = this.keys.has(key) && this.isNewServer; // it was read from the disk
        this.keys.add(key);
        if (isKnown) continue;
        this.record.said.push({ t: this.t, id: message.id, user, channel, notice });
      }
    }
  }

  // How time goes on.

  private look(): void {
    const alerts = this.server?.alerts;
    if (!alerts) return;
    let wait_s = 0;
    for (let i = 0; wait_s <= 0; i++) {
      wait_s = alerts.tick();
      if (i < LOOKS_MAX) continue;
      this.record.faults.push(`at ${this.t} the server looks again and again`);
      wait_s = 1;
    }
    this.wake_t = this.t + wait_s;
    this.observe();
  }

  async run(): Promise<Record> {
    let grid_t = 0;
    while (this.t < WEEK_S) {
      const wake_t = this.server ? this.wake_t : Number.POSITIVE_INFINITY;
      this.t = Math.min(grid_t, this.agenda.next_t, Math.max(wake_t, this.t + 0.001));
      this.agenda.run(this.t);
      if (this.t === grid_t) {
        for (const client of this.clients.values()) if (grid_t % REPORT_S === client.slot_s) this.report(client);
        grid_t += GRID_S;
      }
      this.look();
      await settled();
    }
    const alerts = this.server?.alerts;
    this.record.tellings = alerts?.tellings({ count: 10_000_000 }) ?? [];
    this.record.pending = alerts?.pending() ?? [];
    const queue = alerts?.queue() ?? [];
    this.record.queued = new Set(
      queue.flatMap((each) =>
        each.message.notices.map((notice) => tellingKey({ ...each, id: each.message.id }, notice)),
      ),
    );
    return this.record;
  }

  [Symbol.dispose](): void {
    Math.random = this.trueRandom;
    this.server?.stop();
    rmSync(this.dir, { recursive: true });
  }
}

/** Lets promises go on that nothing holds up. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}
