// The work-config of a real department: 200 hosts, groups, mains, printers, 12 users, in several files.

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeWorks } from "../../src/work/compile.ts";
import { includedFiles } from "../../src/work/include.ts";

const FILE = join(import.meta.dir, "../fixtures/department/work.conf");
const read = (file: string) => readFileSync(file, "utf8");
const made = makeWorks(FILE, read(FILE), "argon.chem.example.edu", includedFiles(read));
const host = (tag: string) => {
  const fqdn = `${tag}.chem.example.edu`;
  return made.clients.get(fqdn)?.hosts[fqdn]?.items ?? {};
};

test("is taken as it is; only what asks over the network is still missing", () => {
  const warnings = made.warnings.map(({ message }) => message);
  const idle = /^(ups|prn|sw)\d+ monitors nothing$|^router monitors nothing$/;
  expect(warnings.filter((message) => !idle.test(message))).toEqual([]);
});

test("has its hosts, clients and dumb hosts", () => {
  const all = Object.values(made.server.hosts);
  expect([all.length, all.filter(({ via }) => via).length, made.clients.size]).toEqual([200, 29, 171]);
  expect(Object.keys(made.clients.get("neon.chem.example.edu")?.hosts ?? {})).toHaveLength(14);
  expect(made.pmaker.pmaker).toBe("neon.chem.example.edu");
});

test("each host has its items under its own fitness", () => {
  expect(Object.keys(host("node07")).sort()).toEqual([
    "cpu_load_per_core",
    "dmon",
    "dmon_history",
    "dmon_work",
    "mem_usage",
    "procs_zombie",
    "root_inodes",
    "root_usage",
    "scratch",
    "swap_usage",
    "uptime",
  ]);
  const fit = (tag: string, item: string) => host(tag)[item]?.fit.map(({ level, text }) => `${level} ${text}`);
  expect(fit("file1", "export")).toEqual(["2 >95% until <93%", "3 >99%"]);
  expect(fit("file3", "export")).toEqual(["1 >80%", "2 >90% until <85%", "3 >97%"]);
  expect(fit("ws01", "root_usage")).toEqual(["1 >85%", "2 >92% for 10m until <88% for 30m", "3 >98%"]);
  expect(fit("db1", "mem_usage")).toEqual(["1 >97% for 10m", "2 >99% for 10m"]);
  expect(host("file1").export).toMatchObject({ every_s: 300, label: "what people store" });
});

test("the server knows who is told, and by what", () => {
  const { users, channels, alerts, needs, downtimes } = made.server;
  expect(Object.keys(users)).toHaveLength(12);
  expect(Object.keys(channels)).toEqual(["chat", "sms"]);
  expect([alerts.length, needs.length, downtimes.length]).toEqual([5, 2, 3]);
  expect(alerts.find(({ hosts }) => hosts === "lab")?.users).toEqual(["farid", "greta", "hugo", "ines", "jonas"]);
});
