import { expect, test } from "bun:test";
import type { Diagnostic } from "../../src/core/diagnostic.ts";
import { lex } from "../../src/core/lexer.ts";
import { HOSTS_PER_WORK_MAX } from "../../src/core/limits.ts";
import { Draft } from "../../src/work/draft.ts";
import { Hosts } from "../../src/work/resolve/hosts.ts";
import { complainInto } from "../../src/work/statement.ts";
import { HOSTS, works } from "./fixture.ts";

test.each([
  [HOSTS_PER_WORK_MAX, []],
  [HOSTS_PER_WORK_MAX + 1, ["more than 100000 hosts"]],
])("a work of %p hosts is told %j", (count, wanted) => {
  const diagnostics: Diagnostic[] = [];
  const [line] = lex("work.conf", "host mars.example.org mars", []);
  const [fqdn, tag] = line?.words ?? [];
  if (!fqdn || !tag) throw new Error("the line does not read");
  const draft = new Draft();
  for (let i = 0; i < count; i++) draft.addHost({ fqdn, tag });
  const complain = complainInto(diagnostics);
  new Hosts(draft, { error: complain, warn: complain }).check();
  expect(diagnostics.map(({ message }) => message)).toEqual(wanted);
});

test.each([
  ["get all uptime", "write * for all"],
  ["get www1.example.org uptime", "its tag is www1; write that"],
  ["get mars,,www1 uptime", "leave the comma out"],
  ["hosts grp mars,grpp", undefined], // not the group itself
])("%s: what to write is said", (line, hint) => {
  const warning = works(`${HOSTS}get * uptime\n${line}\n`).warnings.find(({ place }) => place.line === 6);
  expect(warning?.message).toMatch(/^(no host is called|an empty name)/);
  expect(warning?.hint).toBe(hint);
});
