import { expect, test } from "bun:test";
import time, { evaluate } from "../../probes/time.ts";
import { fakeHost, given } from "./fake-host.ts";

const UNKNOWN = { synced: { value: 0, text: "no time server was heard for hours, or ever" } };

test.each<[string, { offset_s: number; maxError_s: number }, object]>([
  ["chrony", { offset_s: 0, maxError_s: 0.0123 }, { synced: 1, error: 0.0123, offset: 0 }],
  ["timesyncd", { offset_s: -0.002, maxError_s: 0.512 }, { synced: 1, error: 0.512, offset: 0.002 }],
  ["a daemon that ended hours ago", { offset_s: 0, maxError_s: 15.9 }, { synced: 1, error: 15.9, offset: 0 }],
  ["nobody", { offset_s: 0, maxError_s: 16 }, UNKNOWN],
])("a clock kept by %s", (_, clock, wanted) => expect(evaluate(clock)).toEqual(wanted as never));

test("has no data in a container", async () => {
  const kernelClock = () => ({ offset_s: 0, maxError_s: 16 });
  expect(await time.read(fakeHost({ "/run/.containerenv": "" }, { kernelClock }), given())).toEqual({});
  expect(await time.read(fakeHost({}, { kernelClock }), given())).toEqual(UNKNOWN);
});
