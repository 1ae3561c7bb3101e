import { expect, test } from "bun:test";
import mdraid, { evaluate, parseMdstat } from "../../probes/mdraid.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

const HEAD = "Personalities : [raid1] [raid6] [raid5] [raid4] [raid0]\n";
const FINE = `md0 : active raid1 sdb1[1] sda1[0]
      1046528 blocks super 1.2 [2/2] [UU]
      bitmap: 0/1 pages [0KB], 65536KB chunk

`;
const DEGRADED = `md1 : active raid5 sdd1[3] sdc1[1](F) sdb2[0]
      20953088 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/2] [U_U]
      [==>..................]  recovery = 12.6% (1321216/10476544) finish=2.7min speed=55050K/sec

`;
const STRIPE = `md2 : active raid0 sdf[1] sde[0]
      4194304 blocks super 1.2 512k chunks

`;
const DEAD = `md127 : inactive sdg1[2](S)
      1046528 blocks super 1.2

`;
const TAIL = "unused devices: <none>\n";

test.each([
  ["none", "", {}],
  ["a good one", FINE, { degraded: 0, failed: 0, sync: null }],
  [
    "one that is rebuilt after a disk was lost",
    FINE + DEGRADED,
    {
      degraded: { value: 1, text: "md1 (2 of 3)" },
      failed: { value: 1, text: "sdc1 of md1" },
      sync: { value: 12.6, text: "md1" },
    },
  ],
  ["one without redundancy cannot lack any", STRIPE, { degraded: 0, failed: 0, sync: null }],
  [
    "one that is not running",
    FINE + DEAD,
    { degraded: { value: 1, text: "md127 (not running)" }, failed: 0, sync: null },
  ],
])("arrays: %s", (_, text, readings) => {
  expect(evaluate(parseMdstat(HEAD + text + TAIL))).toEqual(readings);
});

test("a resync that has not begun, and a check", () => {
  const check = FINE.replace("bitmap", "[>....]  check =  0.1% (1/2) finish=9min speed=1K/sec\n      bitmap");
  expect(parseMdstat(HEAD + check)[0]?.sync).toBe(0.1);
  expect(parseMdstat(HEAD + FINE.replace("bitmap", "resync=DELAYED\n      bitmap"))[0]?.sync).toBeUndefined();
});

test("no data on a kernel without md; what is no mdstat is an error", async () => {
  expect(await mdraid.read(fakeHost({}), given())).toEqual({});
  for (const text of [...GARBAGE, `${HEAD}md0 : broken\n`])
    expect(await probeErrorOf(() => parseMdstat(text))).toContain("/proc/mdstat");
});
