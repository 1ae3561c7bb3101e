import { expect, test } from "bun:test";
import zfs, { parseArcstats } from "../../probes/zfs.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

const ARC = `13 1 0x01 123 33456 4182131 913123123
name                            type data
hits                            4    918273
misses                          4    1213
size                            4    8589934592
c_max                           4    17179869184
`;

test("pools and the cache", async () => {
  const files = { "/proc/spl/kstat/zfs/arcstats": ARC, "/proc/spl/kstat/zfs/tank/state": "ONLINE\n" };
  const host = (more = {}) => fakeHost({ ...files, ...more });
  expect(await zfs.read(host(), given())).toEqual({ degraded: 0, arc: 8589934592, hits: 918273, misses: 1213 });
  expect(await zfs.read(host({ "/proc/spl/kstat/zfs/b/state": "DEGRADED\n" }), given())).toMatchObject({
    degraded: { value: 1, text: "b degraded" },
  });
});

test("without pools, and without ZFS", async () => {
  expect(await zfs.read(fakeHost({ "/proc/spl/kstat/zfs/arcstats": ARC }), given())).toMatchObject({ degraded: null });
  expect(await zfs.read(fakeHost({}), given())).toEqual({});
});

test("what is no arcstats", async () => {
  for (const text of GARBAGE) expect(await probeErrorOf(() => parseArcstats(text))).toContain("arcstats");
});
