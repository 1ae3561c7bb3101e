import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { followCname, qualify, recallNames, systemNames } from "../../src/config/hostname.ts";
import { isHostname } from "../../src/core/names.ts";

test.each<[string, string | undefined, string, string]>([
  ["mars.example.org", undefined, "", "mars.example.org"],
  ["mars.example.org", "other.org", "search third.org", "mars.example.org"],
  ["MARS.Example.Org.", undefined, "", "mars.example.org"],
  ["mars", "example.org", "", "mars.example.org"],
  ["mars", "example.org", "search other.org", "mars.example.org"], // the config goes before the resolver
  ["mars", undefined, "nameserver 10.0.0.1\nsearch example.org other.org\n", "mars.example.org"],
  ["mars", undefined, "domain example.org\n", "mars.example.org"],
  ["mars", undefined, "search\texample.org.", "mars.example.org"],
  ["mars", undefined, "search EXAMPLE.org", "mars.example.org"],
  ["mars", undefined, "# search example.org\n; search example.org", "mars"],
  ["mars", undefined, "options ndots:2 search", "mars"],
  ["mars", undefined, "search .", "mars"],
  ["mars", undefined, "search bad/domain", "mars"],
  ["mars", undefined, "search\n", "mars"],
  ["mars", undefined, "", "mars"],
])("qualify(%p, %p, %j) = %p", (name, domain, resolvConf, wanted) => {
  expect(qualify(name, domain, resolvConf)).toBe(wanted);
});

test("a name without a dot is asked of nobody", async () => {
  const nobody = () => Promise.reject(new Error("asked"));
  expect(await followCname("mars", nobody)).toEqual({ name: "mars", sure: true });
});

test("what the system says is a host name", () => {
  expect(isHostname(systemNames().hostname)).toBe(true);
});

const failing = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));

test("CNAMEs are followed to the end, and not in a circle", async () => {
  const zone: Record<string, string> = { "dmon.example.org": "Mars.Example.Org.", "a.org": "b.org", "b.org": "a.org" };
  const resolve = (name: string) => (zone[name] ? Promise.resolve([zone[name]]) : failing("ENODATA"));
  expect(await followCname("dmon.example.org", resolve)).toEqual({ name: "mars.example.org", sure: true });
  expect(await followCname("venus.example.org", resolve)).toEqual({ name: "venus.example.org", sure: true });
  expect((await followCname("a.org", resolve)).sure).toBe(true);
});

test("a resolver that is down has not said that there is no CNAME", async () => {
  for (const code of ["ECONNREFUSED", "ESERVFAIL", "ETIMEOUT"]) {
    expect(await followCname("dmon.example.org", () => failing(code))).toEqual({
      name: "dmon.example.org",
      sure: false,
    });
  }
});

test("kept names are recalled for the same question only", () => {
  const dir = mkdtempSync(`${tmpdir()}/dmon-names-`);
  const file = `${dir}/names.json`;
  const kept = { own: "m.org", wanted: "dmon.org", hostname: "mars.org", server: "mars.org" };
  expect(recallNames(file, "m.org", "dmon.org")).toBeUndefined();
  writeFileSync(file, JSON.stringify(kept));
  expect(recallNames(file, "m.org", "dmon.org")).toEqual(kept);
  expect(recallNames(file, "m.org", "other.org")).toBeUndefined();
  writeFileSync(file, JSON.stringify({ ...kept, server: "../x" }));
  expect(recallNames(file, "m.org", "dmon.org")).toBeUndefined();
  writeFileSync(file, "{");
  expect(recallNames(file, "m.org", "dmon.org")).toBeUndefined();
  rmSync(dir, { recursive: true });
});
