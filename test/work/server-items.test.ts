// The items by which the server tells of itself: no host gets them, and alerts, downtimes and --explain know them on the server's.

import { describe, expect, test } from "bun:test";
import { serverItems } from "../../src/core/alert/server-items.ts";
import { resolveWork } from "../../src/work/compile.ts";
import { explain } from "../../src/work/explain.ts";
import { errorsOf, SERVER, told } from "./fixture.ts";

const BASE = `host ${SERVER} mars
host www1.example.org www1
get * uptime
user anna anna@example.org
fit_level fine
fit_level soso
fit_level sick
fit_level dead
`;

describe("mk-work", () => {
  test.each<[string, string[]]>([
    ["alert anna mars dmon_alerts >=sick", []],
    ["alert anna * dmon_silence sick", []],
    ["alert anna mars dmon_s* sick", []],
    ["alert anna * uptime,dmon_alerts >=sick", []],
    ["alert anna * * >=sick\ndowntime mars dmon_alerts sun 2-4", []],
    [
      "alert anna mars dmon_alerts dead",
      [
        "9 no fitness of these items makes such a change: this alert never comes; they can be fine, sick; see: dmon mk-work --explain HOST:ITEM",
      ],
    ],
    [
      "alert anna www1 dmon_alerts >=sick",
      ["9 none of these hosts gets any of these items: this alert never comes; see: dmon mk-work --explain HOST"],
    ],
    [
      "alert anna mars dmon_alert >=sick",
      ['9 no item is called "dmon_alert", so this alert never comes; did you mean "dmon_alerts"?'],
    ],
  ])("%s", (line, wanted) => expect(told(`${BASE}${line}\n`)).toEqual(wanted));

  test.each(serverItems)("%s cannot be got", (item) => {
    expect(errorsOf(`${BASE}get mars ${item}\n`)).toEqual([`9:10 unknown item "${item}"`]);
  });
});

describe("--explain", () => {
  const explained = (target: string) =>
    explain(resolveWork("work.conf", `${BASE}alert anna mars dmon_* >=sick\n`, SERVER), target);

  test("on the server's host: what it tells of, its levels, and who is told", () => {
    expect(explained("mars:dmon_alerts")).toBe(`mars:dmon_alerts
  host      work.conf:1  host mars.example.org mars
  given by  built in     the server makes it by itself, of its own host
  tells of               Messages that nobody takes: one waits for ten minutes, or was given up after a week.
  fitness   built in     fine, or sick; no fit changes it
  alerts    work.conf:9  alert anna mars dmon_* >=sick
                           tells anna
`);
  });

  test("of another host it says which one has it", () => {
    expect(() => explained("www1:dmon_alerts")).toThrow(
      'www1 has no item "dmon_alerts"; only the server has it: mars:dmon_alerts',
    );
  });
});
