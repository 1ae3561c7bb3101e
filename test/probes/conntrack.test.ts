import { expect, test } from "bun:test";
import conntrack, { parseNumber } from "../../probes/conntrack.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

const files = (count: string, max: string) => ({
  "/proc/sys/net/netfilter/nf_conntrack_count": count,
  "/proc/sys/net/netfilter/nf_conntrack_max": max,
});

test.each<[string, Record<string, string>, object]>([
  ["a share of the table", files("65536\n", "262144\n"), { count: 65_536, usage: 25 }],
  ["no share without a limit", files("7\n", "0\n"), { count: 7, usage: null }],
  ["nothing without the module", {}, {}],
])("conntrack: %s", async (_, given_, wanted) => {
  expect(await conntrack.read(fakeHost(given_), given())).toEqual(wanted);
});

test.each([...GARBAGE, "12", "-1\n", "1.5\n"])("conntrack refuses %p", async (text) => {
  expect(await probeErrorOf(() => parseNumber(text, "/proc/x"))).toContain("/proc/x: expected a number");
});
