import { expect, test } from "bun:test";
import { followCname, qualify, systemNames } from "../../src/config/hostname.ts";
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
  expect(await followCname("mars")).toBe("mars");
});

test("what the system says is a host name", () => {
  expect(isHostname(systemNames().hostname)).toBe(true);
});
