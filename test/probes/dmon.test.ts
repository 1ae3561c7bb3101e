import { expect, test } from "bun:test";
import dmon from "../../probes/dmon.ts";
import { fakeHost, given } from "./fake-host.ts";

test("dmon gives what the client counts, the processor time in percent-seconds", async () => {
  const self = { version: "1.0.0", cycle_ms: 41.5, cpu_s: 12.5, rss_bytes: 1024, outbox: 3 };
  expect(await dmon.read(fakeHost({}, { self: () => self }), given())).toEqual({
    cycle: 41.5,
    rss: 1024,
    cpu: 1250,
    outbox: 3,
    history: 1,
    work: 1,
  });
});

test("work that was refused is 0, with the reason beside it", async () => {
  const self = { version: "1", cycle_ms: 1, cpu_s: 1, rss_bytes: 1, outbox: 0, workTrouble: "does not read" };
  const read = await dmon.read(fakeHost({}, { self: () => self }), given());
  expect([read.work, read.history]).toEqual([{ value: 0, text: "does not read" }, 1]);
});

test("a history that cannot be written is 0, with the reason beside it", () => {
  const self = {
    version: "1.0.0",
    cycle_ms: 1,
    cpu_s: 1,
    rss_bytes: 1,
    outbox: 0,
    trouble: "/var/dmon/data.lite: the disk is full",
  };
  expect(dmon.read(fakeHost({}, { self: () => self }), given())).toMatchObject({
    history: { value: 0, text: self.trouble },
  });
});
