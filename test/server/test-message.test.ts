import { expect, test } from "bun:test";
import { TestMessages } from "../../src/server/test-message.ts";
import { Ways } from "../../src/server/ways.ts";
import { receiver } from "../notify/receiver.ts";
import { works } from "../work/fixture.ts";

const HOST = "mars.example.org";

function world(url: string, limit_ms?: number) {
  const work = works(`host ${HOST} mars
get mars uptime
user anna anna@example.org
channel hook webhook ${url}
alert anna * * >=sick via hook
`).server;
  const said: string[] = [];
  const ways = new Ways({
    version: "1",
    from: () => "dmon@example.org",
    smtp: () => "smtp://127.0.0.1:1",
    graph: () => Promise.resolve(undefined),
    run: () => Promise.reject(new Error("not in this test")),
    log: { quiet: () => {}, verbose: () => {} },
  });
  ways.setWork(work);
  const tests = new TestMessages(
    {
      hostname: HOST,
      clock: { now_s: () => 1_800_000_000, mono_ms: () => 0 },
      way: (name) => ways.find(name),
      pages: () => undefined,
      log: { terse: (text) => void said.push(text) },
    },
    limit_ms,
  );
  return { work, tests, said };
}

test("the other end is sent a message that says that it is a test, once, and its answer is shown and logged", async () => {
  using hook = await receiver({ status: 200, body: "thanks" });
  const { work, tests, said } = world(hook.url("/x"));
  const tried = await tests.send(work, "anna");
  expect(tried).toEqual([{ channel: "hook", outcome: "taken", answer: expect.stringContaining("200") }]);
  expect(hook.received).toHaveLength(1);
  expect(JSON.parse(hook.received[0]?.body ?? "")).toMatchObject({
    title: "test: sick mars dmon",
    notices: [{ kind: "test", rule: "dmon alert --send" }],
  });
  expect(said).toEqual([expect.stringMatching(/^a test message for anna by hook: taken: /)]);
});

test("what is refused is not tried again, and by whom it was is said", async () => {
  using hook = await receiver({ status: 404, body: "no such hook" });
  const { work, tests } = world(hook.url("/x"));
  expect(await tests.send(work, "anna")).toEqual([
    { channel: "hook", outcome: "refused", answer: expect.stringMatching(/404 .*no such hook/) },
  ]);
  expect(hook.received).toHaveLength(1);
  expect(await tests.send(work, "anna", "mail")).toEqual([
    { channel: "mail", outcome: "refused", answer: expect.stringMatching(/^127\.0\.0\.1 port 1: /) },
  ]);
});

test("one that does not answer in time may have it", async () => {
  using hook = await receiver(() => {});
  const { work, tests } = world(hook.url("/x"), 200);
  expect(await tests.send(work, "anna")).toEqual([
    { channel: "hook", outcome: "unsure", answer: "no answer within 0.2 s" },
  ]);
});

test("who is told by no line is not sent anything", async () => {
  const { work, tests } = world("http://127.0.0.1:1/");
  expect(await tests.send(work, "nobody")).toEqual({ fault: expect.stringContaining("they tell anna") });
  expect(await tests.send({ ...work, users: {} }, "anna")).toEqual({
    fault: 'no alert line of the work tells "anna"; there is none',
  });
});
