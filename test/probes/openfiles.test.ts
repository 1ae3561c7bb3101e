import { expect, test } from "bun:test";
import openfiles, { parseFileNr } from "../../probes/openfiles.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

test.each<[string, object]>([
  ["250\t0\t1000\n", { count: 250, usage: 25 }],
  ["250\t50\t1000\n", { count: 200, usage: 20 }], // before Linux 2.6 some were free
  ["594\t0\t9223372036854775807\n", { count: 594, usage: expect.closeTo(0, 10) }],
])("openfiles: %p", async (text, wanted) => {
  expect(await openfiles.read(fakeHost({ "/proc/sys/fs/file-nr": text }), given())).toEqual(wanted);
});

test.each([...GARBAGE, "1\t0\t0\n", "1\t0\n", "1\t0\t100", "1 0 100\n"])("openfiles refuses %p", async (text) => {
  expect(await probeErrorOf(() => parseFileNr(text))).toContain("/proc/sys/fs/file-nr: expected");
});
