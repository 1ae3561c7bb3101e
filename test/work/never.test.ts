// Alerts that never come, for no fitness of their items makes such a change; and none that is doubted without reason.

import { describe, expect, test } from "bun:test";
import { HOSTS as ALL_HOSTS, warningsOf } from "./fixture.ts";

const HOSTS = ALL_HOSTS.replace(/host ups.*\n/, "");
const PEOPLE = "user anna a@example.org\nget * uptime\n";
const NEVER = "no fitness of these items makes such a change: this alert never comes";
const never = (text: string) => warningsOf(`${HOSTS}${PEOPLE}${text}\n`).filter((each) => each.endsWith(NEVER));

describe("an alert that never comes", () => {
  test.each([
    "get www1 root_usage\nfit root_usage sick >90\nalert anna www1 root_usage crit",
    "fit uptime sick <5m\nalert anna * uptime soso",
    "fit uptime sick <5m\nalert anna * uptime soso->sick",
    "fit uptime sick fail\nalert anna * uptime dead",
    "fit uptime sick fail crit <5m\nalert anna * uptime >=dead",
    "fit uptime sick <5m\nfit uptime on www1 crit <5m\nalert anna www2 uptime crit",
    "fit_level ok\nfit_level warn\nfit_level bad\nalert anna * * warn",
  ])("%s", (text) => {
    expect(never(text)).toHaveLength(1);
  });

  test("is told where its change is written, with the levels that there can be", () => {
    expect(never("get www1 root_usage\nfit root_usage sick >90\nalert anna www1 root_usage crit")).toEqual([
      `8:28 ${NEVER}`,
    ]);
  });
});

describe("an alert that may come", () => {
  test.each([
    "fit uptime sick <5m\nalert anna * uptime dead", // a failing probe gets the last level
    "fit uptime sick <5m\nalert anna * uptime >=crit",
    "fit uptime sick <5m\nalert anna * uptime fine->*",
    "fit uptime sick <5m\nalert anna * uptime dead->fine",
    "fit uptime soso <5m sick fail\nalert anna * uptime sick",
    "fit uptime soso stale\nalert anna * uptime soso",
    "fit uptime sick <5m\nfit uptime on www1 crit <5m\nalert anna * uptime crit",
    "get * root_usage\nalert anna * root_usage crit", // the probe's own fitness
    "get * dmon\nfit dmon sick fail\nalert anna * dmon crit", // silence
    "alert anna * * >=sick",
    "alert anna * * any",
  ])("%s", (text) => {
    expect(never(text)).toEqual([]);
  });
});
