import { describe, expect, test } from "bun:test";
import { Reporter, type Waiting } from "../../src/client/reporter.ts";
import type { Event } from "../../src/core/event.ts";
import { EVENTS_PER_REQUEST_MAX, REQUEST_JSON_BYTES_MAX } from "../../src/core/limits.ts";
import { HOST, START } from "./fixture.ts";

const eventOf = (n: number, text = ""): Event => ({
  id: `event-${n}`,
  time: START,
  host: HOST,
  item: "a",
  level: "sick",
  prev: "fine",
  value: n,
  ...(text ? { text } : {}),
});

/** An outbox in memory. */
function outbox(count: number, text = ""): Waiting & { left: () => number; later: string[] } {
  const later: string[] = [];
  let events = Array.from({ length: count }, (_, n) => eventOf(n, text));
  return {
    first: (most) => events.slice(0, most),
    confirm: (ids) => {
      const gone = new Set(ids);
      events = events.filter(({ id }) => !gone.has(id));
    },
    postpone: (hosts) => void later.push(...hosts),
    later,
    left: () => events.length,
  };
}

function setUp(answer: (events: Event[]) => unknown) {
  const lines: string[] = [];
  const said: string[] = [];
  const ask = async (line: string) => {
    lines.push(line);
    const events = JSON.parse(line.slice(line.indexOf(" ") + 1)) as Event[];
    return (await answer(events)) as Record<string, unknown>;
  };
  const say = (text: string) => void said.push(text);
  const log = { quiet: say, terse: say, verbose: () => {} };
  return { reporter: new Reporter(ask, "server", (host) => host === HOST, log), lines, said };
}
const all = (events: Event[]) => ({ stored: events.map(({ id }) => id) });

describe("events", () => {
  test("are sent in order until none is left, no request too long", async () => {
    for (const text of ["", "主".repeat(200)]) {
      const sent: string[] = [];
      const { reporter, lines } = setUp((events) => {
        sent.push(...events.map(({ id }) => id));
        return all(events);
      });
      const waiting = outbox(5000, text);
      await reporter.sendEvents(waiting);
      expect(waiting.left()).toBe(0);
      expect(sent).toEqual(Array.from({ length: 5000 }, (_, n) => `event-${n}`));
      for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(REQUEST_JSON_BYTES_MAX);
    }
  });

  test("what is not confirmed waits, without an endless loop", async () => {
    for (const answer of [
      () => ({}),
      () => ({ stored: 5 }),
      () => ({ stored: [7, null] }),
      () => ({ stored: ["other"] }),
    ]) {
      const { reporter, lines } = setUp(answer);
      const waiting = outbox(3);
      await reporter.sendEvents(waiting);
      expect([waiting.left(), lines.length]).toEqual([3, 1]);
    }
  });

  test("a server that takes one at a time gets them all", async () => {
    const { reporter, lines } = setUp((events) => all(events.slice(0, 1)));
    const waiting = outbox(5);
    await reporter.sendEvents(waiting);
    expect([waiting.left(), lines.length]).toEqual([0, 5]);
  });

  test("one request at a time", async () => {
    const gate = Promise.withResolvers<void>();
    const { reporter, lines } = setUp(async (events) => {
      await gate.promise;
      return all(events);
    });
    const waiting = outbox(3);
    const first = reporter.sendEvents(waiting);
    await reporter.sendEvents(waiting);
    expect(lines).toHaveLength(1);
    gate.resolve();
    await first;
    expect(waiting.left()).toBe(0);
  });

  test("a server that is away is said once, and its return once", async () => {
    let away = true;
    const { reporter, said } = setUp((events) => {
      if (away) throw new Error("refused");
      return all(events);
    });
    const waiting = outbox(3);
    for (let i = 0; i < 3; i++) await reporter.sendEvents(waiting);
    expect(waiting.left()).toBe(3);
    away = false;
    for (let i = 0; i < 3; i++) await reporter.sendEvents(waiting);
    expect(waiting.left()).toBe(0);
    expect(said).toEqual([
      "the server server does not take our words: refused; going on alone",
      "the server server answers again",
    ]);
  });
});

test("a server that does not know us: what to do there is said", async () => {
  const { reporter, said } = setUp(() => {
    throw new Error("127.0.0.2 is not known here");
  });
  await reporter.sendEvents(outbox(1));
  expect(said).toEqual([
    "the server server does not take our words: 127.0.0.2 is not known here; write there in work.conf: host NAME TAG addr=127.0.0.2, then: dmon mk-work -f; going on alone",
  ]);
});

test("a server that answers for some only gets the rest again at once, whichever they are", async () => {
  const { reporter, lines } = setUp((events) => all(events.slice(-2)));
  const waiting = outbox(5);
  await reporter.sendEvents(waiting);
  expect([waiting.left(), lines.length]).toEqual([0, 3]);
});

test("a week's events go in full requests, one after the other", async () => {
  const { reporter, lines } = setUp(all);
  const waiting = outbox(50_000);
  await reporter.sendEvents(waiting);
  expect([waiting.left(), lines.length]).toEqual([0, 50_000 / EVENTS_PER_REQUEST_MAX]);
});

describe("events that the server refuses", () => {
  /** Of several hosts; what is put off is not given. */
  function hosts(first: Event[]) {
    let events = first;
    const later: string[] = [];
    const waiting: Waiting = {
      first: (most) => events.filter(({ host }) => !later.includes(host)).slice(0, most),
      confirm: (ids) => {
        events = events.filter(({ id }) => !ids.includes(id));
      },
      postpone: (names) => void later.push(...names),
    };
    return { waiting, later, left: () => events.map(({ id }) => id) };
  }
  const elsewhere = (n: number, host: string) => ({ ...eventOf(n), host });
  const server = (known: readonly string[]) => (sent: Event[]) => ({
    stored: sent.filter(({ host }) => known.includes(host)).map(({ id }) => id),
    refused: sent.filter(({ host }) => !known.includes(host)).map(({ id }) => id),
  });

  test("of a host that is ours wait, those of others go", async () => {
    const { waiting, later, left } = hosts([eventOf(0), elsewhere(1, "foreign"), elsewhere(2, "known"), eventOf(3)]);
    const { reporter, lines, said } = setUp(server(["known"]));
    await reporter.sendEvents(waiting);
    expect([left(), later, lines.length]).toEqual([["event-0", "event-3"], [HOST], 1]);
    expect(said).toEqual([
      "server refused 1 events of hosts that are not ours",
      "server refused 2 events of hosts that it does not know as ours yet",
    ]);
  });

  test("hold up nothing that waits behind them", async () => {
    const refused = Array.from({ length: EVENTS_PER_REQUEST_MAX }, (_, n) => eventOf(n));
    const { waiting, left } = hosts([...refused, elsewhere(9999, "known")]);
    const { reporter, lines } = setUp(server(["known"]));
    await reporter.sendEvents(waiting);
    expect([left().length, lines.length]).toEqual([refused.length, 2]);
  });

  test("are not sent over and over, though they are given again", async () => {
    const { reporter, lines } = setUp(server([]));
    await reporter.sendEvents(outbox(3));
    expect(lines.length).toBeLessThanOrEqual(2);
  });
});

test("a report is made when what went before it has arrived", async () => {
  const gate = Promise.withResolvers<void>();
  let level = "fine";
  const about = { host: HOST, version: "1", target: "t", time: 1, started: 1, ival: 300 };
  const { reporter, lines } = setUp(async (events) => {
    await gate.promise;
    return Array.isArray(events) ? all(events) : {};
  });
  const sent = reporter.sendEvents(outbox(1));
  const reported = reporter.sendReport(() => ({
    about,
    hosts: { [HOST]: { a: { value: 1, level, since: 1, time: 1, unit: "", kind: "gauge" } } },
  }));
  await Bun.sleep(1);
  expect(lines).toHaveLength(1);
  level = "sick"; // meanwhile
  gate.resolve();
  await Promise.all([sent, reported]);
  expect(lines[1]).toContain('"level":"sick"');
});

describe("a report", () => {
  const report = { about: { host: HOST, version: "1", target: "t", time: 1, started: 1, ival: 300 }, hosts: {} };
  test.each<[string, () => unknown, { work: number } | undefined]>([
    ["tells of the newest work", () => ({ resp: "ok", work: 7.5 }), { work: 7.5 }],
    ["a server without any", () => ({ resp: "ok" }), { work: 0 }],
    ["a server that is away", () => Promise.reject(new Error("no")), undefined],
  ])("%s", async (_, answer, wanted) => {
    const { reporter, lines } = setUp(answer);
    expect(await reporter.sendReport(() => report)).toEqual(wanted);
    expect(lines[0]).toStartWith('REPORT {"-client":{');
  });

  test("of a host that is not ours is refused, which is said once", async () => {
    let refused = ["ups1", "ups2"];
    const { reporter, said } = setUp(() => ({ resp: "ok", work: 1, refused }));
    for (let i = 0; i < 3; i++) await reporter.sendReport(() => report);
    refused = [];
    await reporter.sendReport(() => report);
    refused = ["ups1"];
    await reporter.sendReport(() => report);
    expect(said).toEqual(["server takes no report of us for ups1 ups2", "server takes no report of us for ups1"]);
  });

  test("of more hosts than one line takes goes in several", async () => {
    const { reporter, lines } = setUp(() => ({ resp: "ok", work: 7 }));
    const hosts = Object.fromEntries(Array.from({ length: 4100 }, (_, i) => [`ups${i}`, {}]));
    expect(await reporter.sendReport(() => ({ ...report, hosts }))).toEqual({ work: 7 });
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toStartWith('REPORT {"-client":{');
    expect(lines[2]).toContain('"ups4099":{}');
  });
});
