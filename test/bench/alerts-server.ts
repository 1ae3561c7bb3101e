// alerts-server DIR COUNT: a server of its own, whose routing is timed; then DIR/server.lite with COUNT events, of which a day is
// forgotten. Says what it took as JSON.

import { Database } from "bun:sqlite";
import { join } from "node:path";
import { wallClockAt } from "../../src/process/wall-clock.ts";
import { Server } from "../../src/server/server.ts";
import { ServerStore } from "../../src/store/server-store.ts";
import { makeWorks } from "../../src/work/compile.ts";

export interface Done {
  /** How many users and channels listen to an item, on average. */
  listeners: number;
  routing_ms: number[];
  clean_ms: number[];
}

const HOSTS = 100;
const USERS = 50;
const LINES = 200;
const EVENTS = 1000;
const ROUNDS = 21;
const DAY_S = 86_400;

const [dir = "", count = "0"] = process.argv.slice(2);
const done: Done = { ...route(), clean_ms: Number(count) > 0 ? clean(Number(count)) : [] };
process.stdout.write(JSON.stringify(done));

function workText(): string {
  const hosts = Array.from({ length: HOSTS }, (_, n) => `host h${n}.example.org h${n}`);
  const users = Array.from({ length: USERS }, (_, n) => `user u${n} u${n}@example.org`);
  const lines = Array.from({ length: LINES }, (_, n) => {
    const where = n % 20 === 0 ? "*" : Array.from({ length: 5 }, (__, i) => `h${(n * 7 + i * 13) % HOSTS}`).join(",");
    const hours = n % 5 === 0 ? " hours mon-fri 8-18 UTC" : "";
    return `alert u${n % USERS} ${where} ${n % 3 ? "*" : "item1*,!item15"} >=sick after 2m every 4h${hours}`;
  });
  return [...hosts, ...users, "get * cpu_load", "pmaker h0", ...lines, ""].join("\n");
}

/** Milliseconds of routing: what the alerts take beside the store. */
function route(): Pick<Done, "routing_ms" | "listeners"> {
  const now_s = Date.now() / 1000;
  const server = new Server({
    hostname: "h0.example.org",
    file: ":memory:",
    clientPort: 1,
    ownAddress: "127.0.0.1",
    listen: [],
    ival_keep_events_s: DAY_S,
    clock: { now_s: () => now_s, mono_ms: () => 0 },
    log: { quiet: () => {}, terse: () => {}, verbose: () => {} },
    alerts: {
      wallClockAt,
      digest_s: () => 30,
      way: () => undefined,
      pages: () => undefined,
      ticketKey: new Uint8Array(32),
    },
  });
  server.setWork(makeWorks("work.conf", workText(), "h0.example.org", () => []).server);
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [prev, level] = round % 2 === 0 ? ["fine", "sick"] : ["sick", "fine"];
    const problems = Array.from({ length: EVENTS }, (_, n) => {
      const step = (name: string) => ({ level: name, since_s: now_s });
      const steps = [step(prev ?? ""), step(level ?? "")];
      const problem = { steps, begun: `e${n}`, flapping: false, value: 1, event: `e${round}-${n}`, at_s: now_s };
      return { host: `h${n % HOSTS}.example.org`, item: `item${Math.floor(n / HOSTS)}`, problem };
    });
    const begin = performance.now();
    server.alerts?.changed(problems);
    took.push(performance.now() - begin);
  }
  return { routing_ms: took, listeners: (server.alerts?.pending().length ?? 0) / EVENTS };
}

/** Milliseconds of each step of the cleaning, as the server does it, until a day is gone. */
function clean(events: number): number[] {
  const file = join(dir, "server.lite");
  new ServerStore(file).close();
  const now_s = Math.floor(Date.now() / 1000);
  fill(file, events, now_s);
  const store = new ServerStore(file);
  const took: number[] = [];
  for (let gone = 1; gone > 0; ) {
    const begin = performance.now();
    gone = store.dropEvents(now_s - 27 * DAY_S, 250);
    took.push(performance.now() - begin);
  }
  store.close();
  return took;
}

/** Four weeks, evenly. */
function fill(file: string, events: number, now_s: number): void {
  const db = new Database(file);
  const insert = db.query(
    `INSERT INTO event (id, time, host, item, level, prev, value, text, reason, at, received)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 97.25, NULL, '>90% for 5m (work.conf:41)', ?2, ?2)`,
  );
  db.transaction(() => {
    for (let n = 0; n < events; n++) {
      const time = now_s - 28 * DAY_S + (n / events) * 28 * DAY_S;
      const [prev, level] = n % 2 === 0 ? ["fine", "sick"] : ["sick", "fine"];
      insert.run(`old-${n}`, time, `h${n % HOSTS}.example.org`, `item${n % 61}`, level ?? "", prev ?? "");
    }
  })();
  db.close(true);
}
