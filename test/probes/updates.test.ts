import { expect, test } from "bun:test";
import updates, { parseApt, parseDnf } from "../../probes/updates.ts";
import { localHost } from "../../src/client/host.ts";
import type { Finished, SelfStats } from "../../src/core/host.ts";
import { fakeHost, given, probeErrorOf } from "./fake-host.ts";

const APT = `Reading package lists...
Inst linux-image-6.1.0-28-amd64 (6.1.119-1 Debian-Security:12/stable-security [amd64])
Inst libc6 [2.36-9+deb12u8] (2.36-9+deb12u9 Debian:12.8/stable [amd64]) []
Inst openssl [3.0.14-1~deb12u2] (3.0.15-1~deb12u1 Debian-Security:12/stable-security [amd64])
Inst curl [7.81.0-1ubuntu1.18] (7.81.0-1ubuntu1.20 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])
Conf libc6 (2.36-9+deb12u9 Debian:12.8/stable [amd64])
`;
const DNF = `
openssl.x86_64                 1:3.0.7-28.el9_4            baseos
kernel-core.x86_64             5.14.0-427.el9              baseos
Obsoleting Packages
old.x86_64                     1-2                         baseos
`;

test("apt: what is only drawn in is no update, and where it comes from says whether it mends a hole", () => {
  expect(parseApt(APT)).toEqual({ pending: 3, security: { value: 2, text: "curl openssl" } });
  expect(parseApt("Reading package lists...\n")).toEqual({ pending: 0, security: 0 });
});

test("dnf: what obsoletes others is no update", () => {
  expect(parseDnf(DNF)).toEqual(["openssl", "kernel-core"]);
  expect(parseDnf("")).toEqual([]);
});

test("no data without either; what fails says what it said", async () => {
  expect(await updates.read(fakeHost({}), given())).toEqual({});
  const finished: Finished = { code: 100, signal: null, stdout: "", stderr: "E: broken packages\nmore" };
  const apt = fakeHost({ "/usr/bin/apt-get": "" }, { run: async () => finished });
  expect(await probeErrorOf(() => updates.read(apt, given()))).toBe(
    "apt-get failed (exit status 100): E: broken packages",
  );
  const late = fakeHost({ "/usr/bin/apt-get": "" }, { run: async () => ({ ...finished, ended: "late" as const }) });
  expect(await probeErrorOf(() => updates.read(late, given()))).toContain("did not end in time");
});

test("dnf's two questions, of which one answers by its exit status", async () => {
  const asked: string[] = [];
  const run = async ({ argv }: { argv: readonly string[] }): Promise<Finished> => {
    asked.push(argv.join(" "));
    const security = argv.includes("--security");
    return { code: security ? 0 : 100, signal: null, stdout: security ? "" : DNF, stderr: "" };
  };
  expect(await updates.read(fakeHost({ "/usr/bin/dnf": "" }, { run }), given())).toEqual({
    pending: 2,
    security: 0,
    age: null,
  });
  expect(asked).toHaveLength(2);
});

test("this host's own apt is taken as it is", async () => {
  const read = await updates.read(localHost({ root: "", self: () => ({}) as SelfStats }), given());
  const own = Bun.spawnSync(["apt-get", "-s", "-q", "-o", "Debug::NoLocking=true", "dist-upgrade"]).stdout.toString();
  const said = /^(\d+) upgraded/m.exec(own)?.[1];
  expect(read.pending).toBe(Number(said));
}, 60_000);
