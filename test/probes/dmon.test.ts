import { expect, test } from "bun:test";
import dmon from "../../probes/dmon.ts";
import { fakeHost } from "./fake-host.ts";

test("dmon gives what the client counts, the processor time in percent-seconds", async () => {
  const self = { version: "1.0.0", cycle_ms: 41.5, cpu_s: 12.5, rss_bytes: 1024, outbox: 3 };
  expect(await dmon.read(fakeHost({}, { self: () => self }), [])).toEqual({
    cycle: 41.5,
    rss: 1024,
    cpu: 1250,
    outbox: 3,
  });
});
