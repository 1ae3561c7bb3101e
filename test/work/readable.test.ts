// No work-file is put in place that no daemon could read, whatever the compiler lets through.

import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { InstallError, planChanges } from "../../src/work/install.ts";
import { HOSTS, itemOf, works } from "./fixture.ts";

const TEXT = `${HOSTS}get * uptime\nfit uptime sick <5m\nuser anna a@example.org\nalert anna * * sick\n`;
const plan = (made: ReturnType<typeof works>) => planChanges(made, `${tmpdir()}/dmon-no-such-directory`);

test("what compiles is planned", () => {
  expect(plan(works(TEXT))).toHaveLength(5);
});

test("a rule without a number, though all hosts share it", () => {
  const made = works(TEXT);
  for (const rule of itemOf(made, "uptime").fit) rule.test = { op: "<", value: Number.POSITIVE_INFINITY };
  expect(() => plan(made)).toThrow(InstallError);
  expect(() => plan(made)).toThrow(
    "nothing is changed, for a client could not read its work: " +
      "hosts.mars.example.org.items.uptime.fit[0].test.value: a number wanted",
  );
});

test("a host of which only the address is wrong", () => {
  const made = works(TEXT);
  const host = made.clients.get("www2.example.org")?.hosts["www2.example.org"];
  if (!host) throw new Error("no host");
  host.addr = "x".repeat(65);
  expect(() => plan(made)).toThrow("hosts.www2.example.org.addr: text of at most 64 characters");
});

test("the server's work", () => {
  const made = works(TEXT);
  for (const alert of made.server.alerts) alert.where = "x".repeat(201);
  expect(() => plan(made)).toThrow("a server could not read its work: alerts[0].where");
});
