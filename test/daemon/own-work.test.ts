// The work of a host that has no work-config, made of a fake root.

import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../../src/config/load.ts";
import { ownWork } from "../../src/daemon/own-work.ts";

test("plugins are not run because they are there; what forks for nothing is", async () => {
  const root = mkdtempSync(join(tmpdir(), "dmon-own-work-"));
  for (const file of ["proc/loadavg", "etc/munin/plugins/load", "var/lib/prometheus/node-exporter/a.prom"]) {
    mkdirSync(join(root, file, ".."), { recursive: true });
    writeFileSync(join(root, file), file === "proc/loadavg" ? "0.10 0.20 0.30 1/234 5678\n" : "");
  }
  const settings = { conf: { root }, hostname: "mars.example.org", server: "mars.example.org" } as Settings;
  const work = await ownWork(settings);
  expect(work).toContain("load1");
  expect(work).toContain("item textfile textfile /var/lib/prometheus/node-exporter");
  expect(work).not.toContain("munin");
  rmSync(root, { recursive: true });
});
