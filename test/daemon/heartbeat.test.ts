// Called while all is well, silent when it is not; what is wrong with it is said once.

import { expect, test } from "bun:test";
import { Heartbeat } from "../../src/daemon/heartbeat.ts";
import { beat } from "../../src/notify/heartbeat.ts";
import { receiver } from "../notify/receiver.ts";

function world() {
  const said: string[] = [];
  const calls: string[] = [];
  const state = { now_ms: 0, trouble: undefined as string | undefined, answer: undefined as string | undefined };
  const heartbeat = new Heartbeat({
    wanted: () => ({ url: "https://hc.example.org/x", ival_s: 60 }),
    trouble: () => state.trouble,
    beat: (url) => {
      calls.push(url);
      return state.answer === undefined ? Promise.resolve({}) : Promise.reject(new Error(state.answer));
    },
    mono_ms: () => state.now_ms,
    log: { quiet: (text) => void said.push(text), verbose: () => {} },
  });
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i += 5) {
      state.now_ms += 5000;
      await heartbeat.look();
    }
  };
  return { heartbeat, state, said, calls, pass };
}

test("once an interval, as long as all is well", async () => {
  const { state, said, calls, pass, heartbeat } = world();
  await pass(300);
  expect(calls).toHaveLength(5);
  state.trouble = "the server mars does not take our words";
  await pass(300);
  expect(calls).toHaveLength(5);
  expect(heartbeat.trouble).toBe("no heartbeat: the server mars does not take our words");
  state.trouble = undefined;
  await pass(5);
  expect(calls).toHaveLength(6);
  expect(said).toEqual(["no heartbeat: the server mars does not take our words", "heartbeat again"]);
});

test("one that is not taken is tried again after half a minute", async () => {
  const { state, said, calls, pass } = world();
  state.answer = "hc.example.org: 500";
  await pass(60);
  expect(calls).toHaveLength(2);
  state.answer = undefined;
  await pass(65);
  expect(calls).toHaveLength(4);
  expect(said).toEqual(["the heartbeat was not taken: hc.example.org: 500", "heartbeat again"]);
});

test("it is a GET without a body, and its URL stays secret", async () => {
  const signal = new AbortController().signal;
  using web = await receiver({ status: 200, body: "OK" }, { status: 404, body: "no /ping/s3cret here" });
  expect(await beat(web.url("/ping/s3cret"), "1.2.3", signal)).toEqual({});
  expect(web.received).toMatchObject([{ method: "GET", path: "/ping/s3cret", body: "" }]);
  expect(web.received[0]?.headers).not.toHaveProperty("content-type");
  const failed = await beat(web.url("/ping/s3cret"), "1.2.3", signal).catch((error: Error) => error.message);
  expect(failed).toBe(`127.0.0.1:${web.port}: 404 Not Found: no /…/… here`);
  expect(beat("@/nowhere/url", "1.2.3", signal)).rejects.toThrow(
    "/nowhere/url: no such file; make it on this host, the server",
  );
});
