import { afterEach, describe, expect, test } from "bun:test";
import type { TCPSocketListener } from "bun";
import { GRAPH_BYTES_MAX, GRAPH_ROWS_MAX } from "../../src/core/limits.ts";
import { handle } from "../../src/page/handle.ts";
import { FilterRefused, type PageSource, SourceRefused, SourceUnavailable } from "../../src/page/model.ts";
import { wireSource } from "../../src/page/wire-source.ts";
import { troubled } from "./fixture.ts";
import { seen } from "./source.ts";

const CLIENTS = `{"resp":"ok clients","now":1000,"cdmp":{"mars.example.org":{}},"clients":{"mars.example.org":{"tag":"mars"}},"events":[]}`;

let server: TCPSocketListener<undefined> | undefined;
afterEach(() => server?.stop(true));

/** A source whose server answers every line with `answer`, after a moment; and the lines it was asked. */
function fake(answer: string) {
  const asked: string[] = [];
  server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      async data(socket, data) {
        asked.push(data.toString().trim());
        await Bun.sleep(5);
        socket.end(`COMMAND X\n${answer}\nCOMMAND DONE\n`);
      },
    },
  });
  const target = { host: "127.0.0.1", port: server.port };
  const source = wireSource({
    target: () => target,
    server: () => "mars",
    version: "1",
    levels: () => [],
    groups: () => ({ hosts: {}, items: {} }),
  });
  return { source, asked };
}

describe("the pages' source", () => {
  test("history is asked up to now by the client's clock, or of the past from when to when", async () => {
    const { source, asked } = fake(`{"resp":"ok rows 0","data":{"rows":[]}}`);
    await source.history("mars", "load1", { span_s: 3600 }, 60);
    await source.history("mars", "load1", { span_s: 3600, to_s: 1_793_491_200 }, 60);
    expect(asked).toEqual([
      "CLIENT mars HIST 3600s 60 mars load1 +minmax",
      "CLIENT mars HIST 2026-10-31T23:00:00.000Z..2026-11-01T00:00:00.000Z 60 mars load1 +minmax",
    ]);
  });

  test("several items of a host are asked for at once, and found by the names of the columns", async () => {
    const cols = ["TIME", ...["a", "b"].flatMap((item) => [item, `${item}:min`, `${item}:max`, `${item}:count`])];
    const rows = [[60, 1, 0, 2, 3, 5, 4, 6, 3]];
    const { source, asked } = fake(JSON.stringify({ resp: "ok rows 1", data: { bucket: 60, cols, rows } }));
    const found = await source.histories("mars", ["b", "a"], { span_s: 3600 }, 60);
    expect(asked).toEqual(["CLIENT mars HIST 3600s 60 mars b a +minmax"]);
    expect(found.get("b")?.rows).toEqual([{ time_s: 60, avg: 5, min: 4, max: 6, count: 3 }]);
    expect(found.get("a")?.rows).toEqual([{ time_s: 60, avg: 1, min: 0, max: 2, count: 3 }]);
  });

  test("where a client does not know one of them, each is asked for alone", async () => {
    const { source, asked } = fake(`{"resp":"error mars has no item \\"b\\""}`);
    const failed = await source.histories("mars", ["a", "b"], { span_s: 3600 }, 60).catch((error: Error) => error);
    expect(failed).toBeInstanceOf(SourceUnavailable);
    expect(asked.toSorted()).toEqual([
      "CLIENT mars HIST 3600s 60 mars a +minmax",
      "CLIENT mars HIST 3600s 60 mars a b +minmax",
      "CLIENT mars HIST 3600s 60 mars b +minmax",
    ]);
  });

  test("events are asked by host and item", async () => {
    const { source, asked } = fake(CLIENTS);
    expect(await source.events({ host: "mars.example.org", count: 30 })).toEqual([]);
    await source.events({ host: "mars.example.org", item: "root_usage", count: 5 });
    await source.events({ item: "root_usage", count: 5 });
    expect(asked).toEqual([
      "CLIENTS mars.example.org 30",
      "CLIENTS mars.example.org root_usage 5",
      "CLIENTS * root_usage 5",
    ]);
  });

  test("an item that there never was is the person's mistake, a busy server is not", async () => {
    const { source } = fake(`{"resp":"error no host has an item nope; did you mean \\"note\\"?"}`);
    const failure = (asked: Promise<unknown>) =>
      asked.then(
        () => undefined,
        (error) => error as Error,
      );
    const refused = await failure(source.events({ item: "nope", count: 5 }));
    expect(refused).toBeInstanceOf(SourceRefused);
    expect(refused?.message).toBe('no host has an item nope; did you mean "note"?');
    expect(await failure(source.events({ host: "mars.example.org", count: 5 }))).toBeInstanceOf(SourceUnavailable);
  });

  test("events that a filter leaves: newest first, and the field that is wrong", async () => {
    const [first, second] = [{ id: "aaaaaaaa" }, { id: "bbbbbbbb" }];
    const events = JSON.stringify([first, second]);
    const { source, asked } = fake(
      `{"resp":"ok eventlog","events":${events},"looked":9,"goOn":"7~bbbbbbbb","reached":7}`,
    );
    const log = { goOn: "7~bbbbbbbb", reached_s: 7 };
    const wish = { hosts: "a\nSTOP 1", count: 2 };
    expect(await source.eventLog(wish)).toMatchObject({ ...log, events: [first, second] });
    expect(await source.eventLog({ after: "1~cccccccc", count: 2 })).toMatchObject({ ...log, events: [second, first] });
    expect(asked).toEqual(['EVENTLOG {"hosts":"a\\nSTOP 1","count":2}', 'EVENTLOG {"after":"1~cccccccc","count":2}']);
    server?.stop(true);
    const wrong = fake(`{"resp":"error no host is called x","field":"hosts"}`);
    const refused = await wrong.source.eventLog({ hosts: "x", count: 2 }).catch((error) => error);
    expect([refused instanceof FilterRefused, refused.field, refused.message]).toEqual([
      true,
      "hosts",
      "no host is called x",
    ]);
  });

  test("words of a person never become a command", async () => {
    const { source, asked } = fake(CLIENTS);
    for (const item of ["a b", "x\nSTOP 1", "\r\nZAP", "x".repeat(5000)]) {
      expect(await source.events({ item, count: 5 })).toEqual([]);
    }
    expect(asked).toEqual([]);
  });
});

/** A client of the work that answers HIST with rows without end, or drips one; and whether its connection was closed. */
function endless(row: string, pause_ms: number) {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const sent = { bytes: 0 };
  server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        socket.write('COMMAND HIST\n{"resp":"ok rows 1","data":{"cols":["TIME"],"rows":[');
        const timer = setInterval(() => {
          const taken = socket.write(row);
          if (taken < 0) clearInterval(timer);
          else sent.bytes += taken;
        }, pause_ms);
      },
      close: () => resolve(),
    },
  });
  const target = { host: "127.0.0.1", port: server.port };
  return {
    source: wireSource({
      target: () => target,
      server: () => "mars",
      version: "1",
      levels: () => [],
      groups: () => ({ hosts: {}, items: {} }),
    }),
    closed,
    sent,
  };
}

describe("a client that answers without end", () => {
  test("is read as far as a graph needs, and no further", async () => {
    const { source, closed, sent } = endless("[1,2,3,4,5],".repeat(5000), 1);
    const error = await source.history("mars", "load1", { span_s: 3600 }, 60).catch((failed: Error) => failed);
    expect(error).toBeInstanceOf(SourceUnavailable);
    expect((error as Error).message).toContain(`more than ${GRAPH_BYTES_MAX} bytes`);
    await closed;
    expect(sent.bytes).toBeLessThan(8 * 2 ** 20); // what the sockets hold
  });

  test("is given up with the page, not only not waited for", async () => {
    const { source, closed } = endless("[1,2,3,4,5],", 5);
    const asked: PageSource = { ...source, ...seen(troubled()) };
    const page = await handle(new Request("http://localhost/graph/mars/root_usage"), asked, { answer_ms_max: 100 });
    expect(page.status).toBe(503);
    await closed;
  });

  test("with more rows than a graph has is no history", async () => {
    const rows = Array.from({ length: GRAPH_ROWS_MAX + 1 }, (_, i) => [i, 1]);
    const { source } = fake(JSON.stringify({ resp: "ok", data: { cols: [], rows } }));
    const error = await source.history("mars", "load1", { span_s: 3600 }, 60).catch((failed: Error) => failed);
    expect((error as Error).message).toContain("no history");
  });
});
