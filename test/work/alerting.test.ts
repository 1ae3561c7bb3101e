import { describe, expect, test } from "bun:test";
import { formatWork, parseWorkFile } from "../../src/work/works.ts";
import { HOSTS, SERVER, warningsOf, works } from "./fixture.ts";

const TEXT = `${HOSTS}hosts web www*
hosts all web,mars
items basics uptime cpu_load
items more basics root_usage
get all more
user anna anna@example.org phone=+4930123
user ben ben@example.org
user carl carl@example.org
users ops anna ben
users everybody ops carl
channel chat mattermost https://chat.example.org/hooks/x
channel sms command "/usr/local/bin/sms --now"
alert ops web basics >=sick after 2m every 4h hours mon-fri 8-18 Europe/Berlin no-recovery via chat,mail
alert anna * * any
needs web mars:uptime
needs www2 www1
downtime web * sun 2-4 "weekly backup"
`;

describe("the server's work", () => {
  const { server, pmaker, clients } = works(TEXT);

  test("has whom to tell of what", () => {
    expect(server).toMatchObject({
      users: {
        anna: { mail: "anna@example.org", options: { phone: "+4930123" } },
        ben: { mail: "ben@example.org" },
      },
      channels: { chat: { type: "mattermost", url: "https://chat.example.org/hooks/x" } },
      groups: { hosts: { web: ["www1", "www2"] }, items: { basics: ["uptime", "cpu_load"] } },
      alerts: [
        {
          users: ["anna", "ben"],
          hosts: "web",
          items: "basics",
          to: ["sick", "crit", "dead"],
          after_s: 120,
          every_s: 14_400,
          hours: { days: [1, 2, 3, 4, 5], times: [[480, 1080]], zone: "Europe/Berlin" },
          recovery: false,
          via: ["chat", "mail"],
          where: "work.conf:17",
        },
        { users: ["anna"], hosts: "*", items: "*", recovery: true, via: ["mail"], where: "work.conf:18" },
      ],
      needs: [
        { hosts: "web", host: SERVER, item: "uptime", where: "work.conf:19" },
        { hosts: "www2", host: "www1.example.org", where: "work.conf:20" },
      ],
      downtimes: [
        {
          hosts: "web",
          items: "*",
          when: { days: [0], times: [[120, 240]] },
          text: "weekly backup",
          where: "work.conf:21",
        },
      ],
    });
    expect(Object.keys(server.users)).toEqual(["anna", "ben"]); // who is never told is nobody's business
    expect(Object.keys(server.channels)).toEqual(["chat"]);
  });

  test("a channel that is named twice is one", () => {
    const { alerts } = works(
      `${HOSTS}get * uptime\nuser anna a@example.org\nalert anna * * any via mail,mail\n`,
    ).server;
    expect(alerts.map(({ via }) => via)).toEqual([["mail"]]);
  });

  test("reads back as it was made", () => {
    const again: object = parseWorkFile("server", formatWork(server));
    expect(again).toEqual(server);
  });

  test("nobody else knows of it; the pagemaker knows who may log in, and no address", () => {
    expect(pmaker.users).toEqual(["anna", "ben", "carl"]);
    const { users: _, ...rest } = pmaker;
    const others = [formatWork(rest), ...[...clients.values()].map(formatWork)].join("");
    expect(formatWork(pmaker)).not.toContain("@");
    for (const secret of ["anna", "example.org/hooks", "phone", "chat", "weekly", "after_s"]) {
      expect(others).not.toContain(secret);
    }
  });

  test("hosts get the items of groups in groups", () => {
    expect(Object.keys(clients.get("www1.example.org")?.hosts["www1.example.org"]?.items ?? {})).toEqual([
      "cpu_load",
      "dmon_history", // every client has these two
      "dmon_work",
      "root_usage",
      "uptime",
    ]);
  });
});

describe("groups", () => {
  test("stand for their members in fit, too", () => {
    const made = works(
      `${HOSTS}hosts web www*\nitems basics uptime cpu_load\nget * basics\nfit basics on web sick >5\n`,
    );
    const fit = (host: string, item: string) =>
      made.clients.get(host)?.hosts[host]?.items[item]?.fit.map(({ text }) => text);
    expect(fit("www1.example.org", "cpu_load")).toEqual([">5"]);
    expect(fit(SERVER, "cpu_load")).toEqual([]);
  });
});

describe("warnings", () => {
  const BASE = `${HOSTS.replace(/host ups.*\n/, "")}get * uptime\nuser anna a@example.org\n`;
  test.each<[string, string, string[]]>([
    ["none", "alert anna * * any", []],
    ["a change that never comes", "alert anna * * >dead", ["6:16 no level ever changes so: this alert never comes"]],
    [
      "items that nobody gets",
      "alert anna * cpu_load sick",
      ['6:14 no host gets an item "cpu_load", so this alert never comes'],
    ],
    [
      "hosts without these items",
      "get mars cpu_load\nalert anna www* cpu_load sick",
      ["7:1 none of these hosts gets any of these items: this alert never comes"],
    ],
    ["an alert for nobody", "users ops anna\nalert ops,!anna * * sick", ["7:7 this alert is for nobody"]],
    ["hosts that there are not", "alert anna db* * sick", ['6:12 no host is called "db*", so this alert never comes']],
    ["a group with a host that there is not", "hosts web www1,www3", ['6:16 no host is called "www3"']],
    [
      "hosts that need each other",
      "needs www1 www2\nneeds www2 www1",
      ["7:12 www2 and www1 need each other, so neither waits for the other"],
    ],
    [
      "downtimes that overlap",
      "downtime www* * sun 2-4\ndowntime www1 uptime sat 22-3",
      ["7:1 this downtime overlaps another"],
    ],
    ["downtimes of other hosts", "downtime www2 * sun 2-4\ndowntime www1 uptime sat 22-3", []],
  ])("%s", (_, text, wanted) => {
    const told = "alert anna * uptime dead\n"; // a user whom nothing tells is a warning of its own
    expect(warningsOf(`${BASE}${text}\n${told}`).sort()).toEqual(wanted.sort());
  });
});
