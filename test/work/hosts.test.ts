import { expect, test } from "bun:test";
import type { Diagnostic } from "../../src/core/diagnostic.ts";
import { lex } from "../../src/core/lexer.ts";
import { HOSTS_PER_WORK_MAX } from "../../src/core/limits.ts";
import { Draft } from "../../src/work/draft.ts";
import { Hosts } from "../../src/work/resolve/hosts.ts";
import { complainInto } from "../../src/work/statement.ts";

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
