// Bad input on both ports and on HTTP: each gets an error or its connection closed within its bound, while a PING from
// another peer is answered in time and memory stays bounded.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { canonical, endAll, isAlive, parts, TEST_MS_MAX, TestDmon, until, Watcher } from "./harness.ts";
import { dial, hear, speak } from "./speak.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const MIB = 2 ** 20;
const PING_MS_MAX = 100;
const GROWTH_MIB_MAX = 64;
const OTHER = canonical("beta");
const ERROR = /^COMMAND ERROR\nerror: [^\n]+\nCOMMAND DONE\n$/;

let dmon: TestDmon;
let pid: number;
let watcher: Watcher;
beforeAll(async () => {
  dmon = await TestDmon.make();
  dmon.writeWork(dmon.workText(`host ${OTHER} be addr=127.0.0.9 port=1\nget * cpu_load uptime`));
  await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"));
  await dmon.start();
  pid = dmon.pid();
  await until("a report", async () => (await dmon.clients()).cdmp[dmon.name]?.cpu_load);
  await dmon.page("/");
  watcher = new Watcher(dmon);
});
afterAll(async () => {
  watcher?.[Symbol.dispose]();
  await dmon?.[Symbol.asyncDispose]();
});

/** What attacks must not change. A test of its own between two groups, so that they do not run at once. */
function unharmed(): void {
  test("meanwhile every PING was answered in time, and memory stayed bounded", async () => {
    const { count, slowest_ms, growth_mib } = await watcher.stop();
    expect(count).toBeGreaterThan(5);
    expect(slowest_ms).toBeLessThan(PING_MS_MAX);
    expect(growth_mib).toBeLessThan(GROWTH_MIB_MAX);
    expect(isAlive(pid)).toBe(true);
    expect(dmon.log()).not.toMatch(/internal error|a command failed|was not caught|a promise failed/);
    expect((await dmon.item("cpu_load"))?.value).toBeNumber();
    watcher = new Watcher(dmon);
  });
}

/** Writes as fast as the peer takes it, until all is written or it hangs up; returns the bytes that were written. */
async function pour(socket: Socket, piece: Uint8Array, times: number): Promise<number> {
  let written = 0;
  for (let i = 0; i < times && !socket.destroyed && socket.writable; i++) {
    const more = socket.write(piece);
    written += piece.length;
    if (!more) {
      await new Promise<void>((resolve) => {
        const done = () => {
          socket.off("drain", done).off("close", done).off("end", done);
          resolve();
        };
        socket.once("drain", done).once("close", done).once("end", done);
      });
    }
  }
  return written;
}

/** The milliseconds until a peer hangs up, and what it said. */
async function timed(answer: Promise<string>): Promise<{ ms: number; text: string }> {
  const start = performance.now();
  const text = await answer;
  return { ms: performance.now() - start, text };
}

for (const [role, offset] of [
  ["server", 0],
  ["client", 1],
] as const) {
  describe.concurrent(`the ${role}'s port`, () => {
    const say = (words: string | Uint8Array, end = false) => speak({ port: dmon.port + offset, end }, words);

    test("random bytes", async () => {
      for (let round = 0; round < 10; round++) {
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, i) => say(randomBytes(1 + ((i * 7919) % 70_000)), true)),
        );
        for (const answer of answers) if (answer !== "") expect(answer).toMatch(ERROR);
      }
    }, 30_000);

    test("NUL, control characters and broken UTF-8", async () => {
      for (const words of ["PING\0\n", "\0\n", "PING \x1b[2J\n", "HIST \xff\n", Buffer.from([0x48, 0xc3, 0x28, 10])]) {
        const answer = await say(typeof words === "string" ? Buffer.from(words, "latin1") : words);
        expect(answer).toMatch(ERROR);
      }
      expect(await say("HIST day 10 \u202ealpha\n")).toMatch(ERROR);
    });

    test("half a line and then silence, or nothing at all", async () => {
      const heard = await Promise.all(["HIST da", "P", ""].map((words) => timed(say(words))));
      for (const { ms, text } of heard) {
        expect(text).toBe("COMMAND ERROR\nerror: no whole line within 10 s\nCOMMAND DONE\n");
        expect(ms).toBeWithin(9500, 12_000);
      }
    }, 20_000);

    test("one byte a second", async () => {
      const socket = await dial({ port: dmon.port + offset });
      const drip = setInterval(() => socket.write("P"), 1000);
      const { ms, text } = await timed(hear(socket, 20_000));
      clearInterval(drip);
      expect(text).toMatch(ERROR);
      expect(ms).toBeWithin(9500, 12_000);
    }, 30_000);

    test("a line of 100 MB", async () => {
      for (const word of ["PING ", "", "REPORT ", "HIST "]) {
        const socket = await dial({ port: dmon.port + offset });
        const answer = timed(hear(socket, 20_000));
        socket.write(word);
        await pour(socket, Buffer.alloc(MIB, "x"), 100);
        const { ms, text } = await answer;
        // A reset may overtake the answer of one who goes on sending.
        if (text !== "") expect(text).toMatch(ERROR);
        expect(ms).toBeLessThan(10_000);
      }
      const modest = await say(`PING ${"x".repeat(20_000)}\n`);
      expect(modest).toMatch(ERROR);
    }, 60_000);

    test("a line in single bytes", async () => {
      const socket = await dial({ port: dmon.port + offset });
      socket.setNoDelay(true);
      const answer = hear(socket, 30_000);
      const byte = Buffer.from("x");
      const line = [...Buffer.from("REPORT ")].map((each) => Buffer.of(each));
      for (const each of line) socket.write(each);
      for (let i = 0; i < 300_000 && !socket.destroyed && socket.writable; i++) {
        socket.write(byte);
        if (i % 500 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      }
      socket.write("\n");
      expect(await answer).toMatch(ERROR);
    }, 60_000);

    test("a peer that hangs up at once, or in the middle", async () => {
      for (let i = 0; i < 50; i++) {
        const socket = await dial({ port: dmon.port + offset });
        if (i % 3 > 0) socket.write(i % 3 === 1 ? "STATE\n" : "STA");
        if (i % 2 > 0) socket.resetAndDestroy();
        else socket.destroy();
      }
      expect(await say("PING\n")).toContain("PONG");
    });
  });
}

describe.concurrent("HTTP", () => {
  const raw = (words: string | Uint8Array, timeout_ms = 45_000) => speak({ port: dmon.http, timeout_ms }, words);

  test("random bytes and what is no HTTP", async () => {
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, (_, i) => raw(randomBytes(100 + i * 500))),
      raw("GET /\r\n\r\n"),
      raw("PING\r\n\r\n"),
      raw("GET / HTTP/9.9\r\n\r\n"),
      raw("GET / HTTP/1.1\r\nHost: a\0b\r\nConnection: close\r\n\r\n"),
      raw(`GET / HTTP/1.1\r\n${"X-Many: header\r\n".repeat(5000)}\r\n`),
      raw(`GET /${"x".repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    ]);
    for (const answer of answers) if (answer !== "") expect(answer).toMatch(/^HTTP\/1\.1 [45]\d\d /);
  }, 50_000);

  test("addresses that no page has", async () => {
    for (const path of [
      "/%",
      "/%zz",
      "/%00",
      "/host/%00",
      "/host/%ff%fe",
      "/..%2f..%2fetc%2fpasswd",
      "/host/../../etc/passwd",
      "//evil.example/",
      "/graph/al/cpu_load?ival=%ff",
      "/graph/al/cpu_load?ival=-5q",
      `/host/${"x".repeat(5000)}`,
      "/plot?host=al&item=cpu_load&ival=__proto__",
      "/plot?__proto__=1",
    ]) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`, 5000);
      expect(`${path} ${answer}`).toMatch(/ HTTP\/1\.1 (308|4\d\d) /);
      expect(answer).not.toContain("root:");
      expect(answer).not.toMatch(/\n {4}at /);
    }
  });

  test("a picture of any size is one of a size that can be drawn", async () => {
    await until("the item", async () => (await dmon.clients("al")).cdmp[dmon.name]?.cpu_load);
    const svg = await dmon.page("/plot?host=al&item=cpu_load&w=9999999999&h=1e999");
    expect(Number(/ width="(\d+)"/.exec(svg)?.[1])).toBeLessThan(10_000);
  });

  test("other methods and large bodies are refused", async () => {
    expect((await dmon.fetch("/", { method: "POST", body: "x" })).status).toBe(405);
    expect((await dmon.fetch("/", { method: "DELETE" })).status).toBe(405);
    const large = await dmon
      .fetch("/", { method: "POST", body: new Uint8Array(100 * MIB) })
      .then(({ status }) => status)
      .catch(() => 0); // hung up while we sent
    expect([0, 405, 413]).toContain(large);
  }, 20_000);

  test("a name that is not ours is refused", async () => {
    const answer = await raw("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 5000);
    expect(answer).toStartWith("HTTP/1.1 421 ");
  });

  test("half a request and then silence", async () => {
    const heard = await Promise.all(
      [raw("GET / HTT"), raw("GET / HTTP/1.1\r\nHost: localhost\r\n"), raw("")].map(timed),
    );
    for (const { ms } of heard) expect(ms).toBeLessThan(42_000);
  }, 60_000);
});

unharmed();

describe.concurrent("answers that nobody takes", () => {
  test("their connections are closed after 20 s, and cost little", async () => {
    const closings = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = await dial({ port: dmon.port + 1 });
        socket.pause();
        const closing = new Promise<string>((resolve) => {
          socket.once("close", () => resolve(""));
        });
        socket.write(`HIST -149000m..now 149000 ${dmon.name} +minmax\n`);
        return timed(Promise.race([closing, Bun.sleep(30_000).then(() => "still open")]));
      }),
    );
    for (const { ms, text } of closings) {
      expect(text).toBe("");
      expect(ms).toBeWithin(19_000, 25_000);
    }
  }, 40_000);
});

unharmed();

describe.concurrent("JSON", () => {
  const about = { version: "1", target: "x", time: 1, started: 1, ival: 300 };
  const item = { value: 1, level: "fine", since: 1, time: 1, unit: "", kind: "gauge" };
  const good = () => ({ "-client": { ...about, host: dmon.name }, [dmon.name]: { own: item } });
  const goodEvent = () => ({
    id: Bun.randomUUIDv7(),
    time: 5,
    host: dmon.name,
    item: "own",
    level: "sick",
    prev: "fine",
    value: 3,
  });
  const say = (line: string) => speak({ port: dmon.port }, `${line}\n`);

  test("nested 10,000 deep", async () => {
    for (const command of ["REPORT", "EVENTS"]) {
      for (const [open, close] of [
        ["[", "]"],
        ['{"a":', "}"],
      ] as const) {
        const answer = await say(`${command} ${open.repeat(10_000)}1${close.repeat(10_000)}`);
        expect(answer).toMatch(ERROR);
        expect(answer).toContain("nested deeper");
      }
    }
  });

  test("__proto__, constructor and their like", async () => {
    for (const name of ["__proto__", "constructor", "prototype", "toString"]) {
      const evil = `{"${name}":{"own":{"level":"dead","polluted":1}}}`;
      const inside = JSON.stringify(good()).replace(/}}$/, `,${evil.slice(1, -1)}}}`);
      const asHost = JSON.stringify(good()).replace(/}$/, `,${evil.slice(1)}`);
      const asKey = JSON.stringify(good()).replace('"unit"', `${evil.slice(1, -1)},"unit"`);
      expect(await say(`REPORT ${evil}`)).toMatch(ERROR);
      expect(await say(`REPORT ${inside}`)).toMatch(ERROR);
      expect(await say(`REPORT ${asHost}`)).toMatch(ERROR);
      expect(parts(await say(`REPORT ${asKey}`)).name).toBe("REPORT"); // unknown keys are ignored
      const event = JSON.stringify([goodEvent()]).replace('"time"', `${evil.slice(1, -1)},"time"`);
      expect(parts(await say(`EVENTS ${event}`)).name).toBe("EVENTS");
      expect(await say(`CLIENTS ${name}`)).toMatch(ERROR);
      expect(await say(`WORK client ${name}`)).toMatch(ERROR);
      expect(await say(`CLIENT ${name} PING`)).toMatch(ERROR);
      expect((await dmon.fetch(`/host/${name}`)).status).toBe(404);
      expect((await dmon.fetch(`/graph/al/${name}`)).status).toBe(404);
    }
    expect(JSON.stringify(await dmon.clients())).not.toContain("polluted");
  });

  test("wrong types and values", async () => {
    const reports: unknown[] = [null, 1, "x", [], {}, { "-client": null }, { "-client": 5, x: {} }];
    for (const [key, values] of Object.entries({
      value: ["1", true, {}, [1], undefined],
      level: [1, null, "", "a b", "<b>", "x".repeat(101)],
      since: ["1", null, {}],
      time: [null, "now"],
      unit: [1, null, "x".repeat(30)],
      kind: [1, null, "x".repeat(101)],
      text: [1, {}, "x".repeat(300)],
      error: [[], null],
    })) {
      for (const value of values) reports.push({ ...good(), [dmon.name]: { own: { ...item, [key]: value } } });
    }
    for (const name of ["", "a b", "../x", "<b>", "a\u0000b", "x".repeat(101)]) {
      reports.push({ ...good(), [dmon.name]: { [name]: item } });
    }
    for (const host of ["mars", "", "..", "a b", "-client2", "x".repeat(300)]) {
      if (host !== "mars") reports.push({ ...good(), [host]: { own: item } }); // a name, though not ours: left out
      reports.push({ ...good(), "-client": { ...about, host } });
    }
    for (const report of reports) {
      const answer = await say(`REPORT ${JSON.stringify(report)}`);
      expect(`${JSON.stringify(report)} ${answer}`).toMatch(/COMMAND ERROR\nerror: [^\n]+\nCOMMAND DONE\n$/);
    }
    const events: unknown[] = [null, {}, "x", [1], [null], [[]], Array.from({ length: 2001 }, goodEvent)];
    for (const id of [1, "", "x", "../../x", "x".repeat(300)]) events.push([{ ...goodEvent(), id }]);
    const unreadable: unknown[] = [];
    for (const [key, values] of Object.entries({
      time: ["1", null],
      host: [1, "", "__proto__", "a b", null],
      item: [1, "", "a b"],
      level: [null, "a b"],
      prev: [1],
      value: ["1", {}],
      text: [1, "x".repeat(300)],
    })) {
      for (const value of values) unreadable.push([{ ...goodEvent(), [key]: value }]);
    }
    for (const event of unreadable)
      expect(await say(`EVENTS ${JSON.stringify(event)}`)).toMatch(/"ok events 0, refused 1".*"unreadable":\[\{"id":/);
    for (const event of events) {
      const answer = await say(`EVENTS ${JSON.stringify(event)}`);
      expect(`${JSON.stringify(event).slice(0, 200)} ${answer}`).toMatch(
        /COMMAND ERROR\nerror: [^\n]+\nCOMMAND DONE\n$/,
      );
    }
    for (const text of ["", "{", '{"a":1', "{]", "NaN", '{"a":1}x', '{"value":1e999}']) {
      expect(await say(`REPORT ${text}`)).toMatch(ERROR);
      expect(await say(`EVENTS ${text}`)).toMatch(ERROR);
    }
    expect(Object.keys((await dmon.clients()).cdmp)).toEqual([dmon.name, OTHER]);
  }, 20_000);

  test("of a list with one event that is none, or a foreign one, all others are stored", async () => {
    const [ours, foreign] = [goodEvent(), { ...goodEvent(), host: "mars" }];
    const ids = async () => (await dmon.clients()).events.map(({ id }) => id);
    expect(await say(`EVENTS ${JSON.stringify([ours, { ...foreign, id: 5 }])}`)).toMatch(ERROR);
    expect(await ids()).not.toContain(ours.id);
    const other = { ...goodEvent(), level: 5 };
    expect(await say(`EVENTS ${JSON.stringify([foreign, other, ours])}`)).toMatch(
      new RegExp(`"ok events 1, refused 2".*"unreadable":\\[\\{"id":"${other.id}"`),
    );
    expect(await ids()).toContain(ours.id);
    expect(await ids()).not.toContain(foreign.id);
  });

  test("2 MB of JSON are read, more is refused", async () => {
    const long = { ...item, text: "é".repeat(100) };
    const items = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`item${i}`, long]));
    const report = { "-client": { ...about, host: OTHER }, [OTHER]: items };
    const from = "127.0.0.9";
    const answers = await Promise.all([
      speak({ port: dmon.port, from }, `REPORT ${JSON.stringify(report)}\n`),
      speak({ port: dmon.port, from }, `EVENTS ${JSON.stringify(Array.from({ length: 20_000 }, goodEvent))}\n`),
    ]);
    expect(answers[0]).toContain("ok report");
    expect(answers[1]).toMatch(/^(COMMAND ERROR\nerror: [^\n]+\nCOMMAND DONE\n)?$/);
  }, 20_000);
});

unharmed();

describe("many long lines that never end", () => {
  test("are refused together at 64 MiB, and what they took is given back", async () => {
    await using own = await TestDmon.started();
    const part = Buffer.alloc(19 * 2 ** 16, "x"); // 1.2 MiB, so that its buffer may have 2
    const sockets = await Promise.all(Array.from({ length: 60 }, () => dial({ port: own.port })));
    const answers = sockets.map((socket) => hear(socket, 60_000));
    for (const socket of sockets) socket.write("REPORT ");
    await Promise.all(sockets.map((socket) => pour(socket, part, 1)));
    const first = await Promise.race(answers);
    expect(first).toBe("COMMAND ERROR\nerror: too many requests are on their way; try again later\nCOMMAND DONE\n");
    expect(parts(await speak({ port: own.port }, "PING\n")).name).toBe("PING");
    for (const socket of sockets) socket.destroy();
    const again = await speak({ port: own.port }, Buffer.concat([Buffer.from("REPORT "), part, Buffer.from("\n")]));
    expect(again).toMatch(ERROR);
    expect(again).not.toContain("too many requests");
  });
});
