// Updates that are not installed, as apt-get(8) and dnf(8) know them from the lists that they last fetched: nothing is fetched.

import type { Finished, Host } from "../src/core/host.ts";
import { defineProbe } from "../src/core/probe.ts";
import { counted, ProbeError } from "../src/core/reading.ts";

const TIMEOUT_S = 120;

export default defineProbe({
  name: "updates",
  doc: "Updates of packages that are known and not installed.",
  example: "get * updates updates_security",
  values: {
    pending: {
      item: "updates",
      unit: "packages",
      kind: "gauge",
      doc: "All that an upgrade would install. Without a default fitness: what is new every day is no illness.",
    },
    security: {
      item: "updates_security",
      unit: "packages",
      kind: "gauge",
      fit: "soso >0 for 7d",
      doc: "Of these, how many mend a hole; the text names them. Graded only after a week: unattended upgrades, or a person, need a few days.",
    },
    age: {
      item: "updates_age",
      unit: "s",
      kind: "time",
      fit: "soso >14d",
      doc: "Age of the lists of packages. When they are old, that there is no update means nothing.",
    },
  },
  needs: "apt-get, or dnf and root.",
  nodata: "hosts with another package manager.",
  timeout_s: TIMEOUT_S,
  every_s: 6 * 3600,
  lane: "program",
  read: async (host) => {
    if (host.stat("/usr/bin/apt-get")) return { ...(await byApt(host)), age: ageOf(host, "/var/lib/apt/lists") };
    if (host.stat("/usr/bin/dnf")) return { ...(await byDnf(host)), age: ageOf(host, "/var/cache/dnf") };
    return {};
  },
});

async function byApt(host: Host) {
  const argv = [
    "apt-get",
    "-s",
    "-q",
    "-o",
    "Debug::NoLocking=true",
    "-o",
    "APT::Get::Show-User-Simulation-Note=false",
    "dist-upgrade",
  ];
  return parseApt(whole("apt-get", await host.run({ argv, timeout_s: TIMEOUT_S - 5 }), [0]));
}

async function byDnf(host: Host) {
  const argv = (more: string[]) => ["dnf", "-q", "--cacheonly", "check-update", ...more];
  // 100: there are updates.
  const all = parseDnf(whole("dnf", await host.run({ argv: argv([]), timeout_s: TIMEOUT_S / 2 - 5 }), [0, 100]));
  const security = parseDnf(
    whole("dnf", await host.run({ argv: argv(["--security"]), timeout_s: TIMEOUT_S / 2 - 5 }), [0, 100]),
  );
  return { pending: all.length, security: counted(security.toSorted()) };
}

function whole(name: string, { code, stdout, stderr, ended }: Finished, good: readonly number[]): string {
  if (ended) throw new ProbeError(`${name} did not end in time and was killed`);
  if (code === null || !good.includes(code))
    throw new ProbeError(`${name} failed (exit status ${code}): ${stderr.trim().split("\n")[0] ?? ""}`);
  return stdout;
}

function ageOf(host: Host, dir: string): number | null {
  const changed_s = host.stat(dir)?.changed_s;
  return changed_s === undefined ? null : Math.max(0, host.now() - changed_s);
}

/** Lines `Inst openssl [3.0.1] (3.0.2 Debian-Security:12/stable-security [amd64])` of a simulated upgrade. */
export function parseApt(text: string) {
  const lines = [...text.matchAll(/^Inst (\S+) (\[[^\]]+\] )?\((\S+) ([^)]*)\)/gm)];
  const updates = lines.filter(([, , old]) => old !== undefined); // without an old version it is only drawn in
  const security = updates.filter(([, , , , origin = ""]) => /-security|Debian-Security|\bUbuntuESM/i.test(origin));
  return { pending: updates.length, security: counted(security.map(([, name = ""]) => name).sort()) };
}

/** Lines `openssl.x86_64  1:3.0.7-2.el9  baseos`; what follows "Obsoleting Packages" is no update. */
export function parseDnf(text: string): string[] {
  const [updates = ""] = text.split(/^Obsoleting Packages/m);
  return [...updates.matchAll(/^(\S+)\.\w+ +\S+ +\S+ *$/gm)].map(([, name = ""]) => name);
}
