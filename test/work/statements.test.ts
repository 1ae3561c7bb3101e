import { describe, expect, test } from "bun:test";
import { topicHelp } from "../../src/cli/topics.ts";
import { optionsOf, usage } from "../../src/work/statement.ts";
import { statements } from "../../src/work/statements/index.ts";
import { SERVER, works } from "./fixture.ts";

describe("each statement", () => {
  test.each(statements.map((statement) => [statement.name, statement] as const))(
    "%s: its example works",
    (name, { example }) => {
      expect(example.startsWith(`${name} `)).toBe(true);
      const around: Record<string, string> = {
        host: `get mars uptime\n`,
        get: "host www.example.org www\nhost db1.example.org db1\nhost db3.example.org db3\n",
        fit: "host www1.example.org www1\nget * root_usage\n",
        fit_level: "fit_level fine\nfit_level soso\nfit_level sick\n",
        flap: "host www1.example.org www1\nitem ping_a uptime\nget * ping_a\n",
        item: "get * data_avail\n",
        hosts: "host www1.example.org www1\nhost www9.example.org www9\nhost proxy1.example.org proxy1\n",
        items: "get mars basics\n",
        users: "user anna anna@example.org\nuser ben ben@example.org\n",
        alert: "user ops ops@example.org\nget mars uptime\n",
        needs:
          "host www1.example.org www1\nhost db1.example.org db1\nhost router1.example.org router1\nget router1 eth0_rx\n",
        downtime: "host db1.example.org db1\nget db1 uptime\n",
      };
      const host = name === "host" ? "" : `host ${SERVER} mars\n`;
      const made = works(`${host}${around[name] ?? ""}${example}\n`, SERVER, () => []);
      expect(made.clients.has(SERVER)).toBe(true);
      const notIdle = made.warnings.filter(
        ({ message }) => !/monitors nothing|no host is called|names no file|no alert (tells|goes)/.test(message),
      );
      expect(notIdle).toEqual([]);
    },
  );

  test("is documented", () => {
    const entries = (topicHelp("work") ?? "").split("\n\n").map((entry) => entry.replace(/\s+/g, " ")); // it is wrapped
    for (const statement of statements) {
      expect(statement.doc).toMatch(/^[A-Z].*[.]$/);
      const entry = entries.find((each) => each.startsWith(`${usage(statement)} `));
      for (const [option] of optionsOf(statement)) expect(entry).toContain(`${option}=`);
    }
  });
});
