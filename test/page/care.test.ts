// What pages make of acknowledgements, planned work and the server's word on silence.

import { describe, expect, test } from "bun:test";
import { judge } from "../../src/page/fleet.ts";
import { handle } from "../../src/page/handle.ts";
import type { AckView, HostView, Overview } from "../../src/page/model.ts";
import { about, allFine, item, NOW_S, seenTo } from "./fixture.ts";
import { sourceOf } from "./source.ts";

async function page(overview: Overview, path: string): Promise<string> {
  return (await handle(new Request(`http://localhost${path}`), sourceOf(overview), {})).text();
}

/** The text that a person reads. */
function words(html: string): string {
  const main = /<main.*<\/main>/s.exec(html)?.[0] ?? "";
  return main
    .replaceAll("<wbr>", "")
    .replace(/<svg.*?<\/svg>|<[^>]*>/gs, " ")
    .replaceAll("&gt;", ">")
    .replaceAll("&#x27;", "'")
    .replace(/\s+/g, " ")
    .replace(/ (?=[,:;])/g, "");
}

function hostOf(more: Partial<HostView> = {}): HostView {
  const state = { a: item(1, "", { level: "sick" }), b: item(1, "", { level: "crit" }) };
  return { host: "h", tag: "h", state, about: about("h"), received_s: NOW_S - 20, ...more };
}

const overviewOf = (hosts: HostView[], more: Partial<Overview> = {}): Overview => ({
  ...allFine(),
  hosts,
  events: [],
  ...more,
});
const ack = (of: Partial<AckView> = {}): AckView => ({
  host: "h",
  item: "b",
  user: "ann",
  at_s: NOW_S - 60,
  level: "crit",
  text: "",
  ...of,
});

describe("what somebody sees to", () => {
  test("is counted apart, and the badge and the title have only what is left", async () => {
    const html = await page(seenTo(), "/");
    expect(words(html)).toContain(
      "4 open problems, 1 silent host, 1 host without a report, 1 host behind a silent one, 2 acknowledged, 3 in planned work",
    );
    expect(html).toContain('class="badge k-dead">6<');
    expect(html).toContain("<title>1 dead · Alerts");
  });

  test("says who, since when, until when and why, on the front page, the host's and the item's", async () => {
    const note = "acknowledged by ann 2h ago, until Mon 07:41: logs are being moved to /srv, done by the morning";
    for (const path of ["/", "/host/mars", "/graph/mars/root_usage"])
      expect([path, words(await page(seenTo(), path))]).toEqual([path, expect.stringContaining(note)]);
    expect(words(await page(seenTo(), "/host/web1"))).toContain("acknowledged by bert 9h ago, until it is well");
    expect(words(await page(seenTo(), "/graph/mars/cpu_load"))).not.toContain("acknowledged");
  });

  test("stands behind what nobody sees to: items within a host, and hosts", async () => {
    const { troubled } = judge(seenTo());
    expect(troubled.map(({ view }) => view.tag)).toEqual([
      "backup",
      "ups1",
      "db1",
      "mail",
      "mars",
      "pluto-build-runner-arm64-frankfurt-07",
      "new1",
      // Of all that is wrong with these, somebody knows.
      "web10",
      "web1",
    ]);
    expect(troubled.find(({ view }) => view.tag === "mars")?.problems.map((row) => row.item)).toEqual([
      "cpu_load",
      "root_usage",
    ]);
  });

  test.each<[string, Partial<AckView>, string | undefined]>([
    ["until it is well", {}, "acknowledged"],
    ["until a time that comes", { until_s: NOW_S + 1 }, "acknowledged"],
    ["until a time that is over", { until_s: NOW_S }, undefined],
    ["when it was not so bad", { level: "sick" }, undefined],
    ["when it was worse", { level: "dead" }, "acknowledged"],
    ["on another host", { host: "x" }, undefined],
  ])("an acknowledgement %s", (_, of, care) => {
    const [host] = judge(overviewOf([hostOf()], { acks: [ack(of)] })).hosts;
    const cares: (string | undefined)[] = host?.rows.map((row) => row.care) ?? [];
    expect(cares).toEqual([undefined, care]);
  });

  test("all of it: no open problem, no badge, and no all-clear", async () => {
    const acks = [ack(), ack({ item: "a" })];
    const html = await page(overviewOf([hostOf()], { acks }), "/");
    expect(words(html)).toContain("No open problem, 2 acknowledged");
    expect(html).not.toContain('class="badge');
    expect(html).toContain('href="icon/odd.svg"');
    expect(html).not.toContain("All is fine");
  });

  test("a dead host is acknowledged by its item dmon", () => {
    const dmon = item(1, "", { level: "dead" });
    const dead = hostOf({ voice: "dead", state: { a: item(1, ""), dmon } });
    const fleet = judge(overviewOf([dead], { acks: [ack({ item: "dmon", level: "dead" })] }));
    expect([fleet.hosts[0]?.care, fleet.silentHosts]).toEqual(["acknowledged", 0]);
    expect(judge(overviewOf([dead])).silentHosts).toBe(1);
  });
});

describe("planned work of now", () => {
  test("is on the front page with who, where, until when and why, also of hosts that are fine", async () => {
    const text = words(await page(seenTo(), "/"));
    expect(text).toContain("planned work of ann until 19:41 on web10, venus: new power supply");
    expect(text).toContain(
      "planned work until 23:41 on db1 (diskio_await_worst), db2 (2 items): backups run (work.conf:88)",
    );
    const calm = { ...allFine(), planned: seenTo().planned };
    expect(words(await page(calm, "/"))).toContain(
      "All is fine for 3d 4h, since Thu 13:41 · 12 hosts · 240 items planned work of ann",
    );
  });
  test("is said on the pages of its hosts and items, and marks hosts in lists", async () => {
    const note = "planned work of ann until 19:41: new power supply";
    for (const path of ["/host/web10", "/graph/web10/http_shop", "/host/venus"])
      expect(words(await page(seenTo(), path))).toContain(note);
    expect(words(await page(seenTo(), "/graph/db1/diskio_await_worst"))).toContain(
      "planned work until 23:41: backups run",
    );
    expect(words(await page(seenTo(), "/graph/db1/mem_usage"))).not.toContain("backups");
    expect(words(await page(seenTo(), "/hosts")).match(/planned work/g)).toHaveLength(2);
  });
  test("of very many the first are named", async () => {
    const hosts = Array.from({ length: 30 }, (_, i) =>
      hostOf({ host: `h${i}`, tag: `h${i}`, state: { a: item(1, "") } }),
    );
    const of = Object.fromEntries(hosts.map(({ host }) => [host, ["*"]]));
    const planned = Array.from({ length: 40 }, (_, id) => ({ id, user: "ann", text: "", of }));
    const text = words(await page(overviewOf(hosts, { planned }), "/"));
    expect(text).toContain("planned work of ann, always on h0, h1, h2, h3, h4, h5, h6, h7 and 22 more hosts");
    expect(text).toContain("and 30 more planned works");
  });
});

describe("silence is as the server judges", () => {
  const silent = (more: Partial<HostView>) => judge(overviewOf([hostOf(more)])).hosts[0]?.silent;
  test.each<[string, Partial<HostView>, string | undefined]>([
    ["heard, by a server that was just started", { voice: "well", received_s: NOW_S - 86_400 }, undefined],
    ["stale after a minute", { voice: "stale", received_s: NOW_S - 60 }, "overdue"],
    ["dead", { voice: "dead" }, "overdue"],
    ["its client is", { voice: "dead", via: "c" }, "behind"],
    ["no word, and a late report", { received_s: NOW_S - 601 }, "overdue"],
    ["no word, and a report in time", { received_s: NOW_S - 600 }, undefined],
  ])("%s", (_, more, wanted) => {
    const how: string | undefined = silent(more);
    expect(how).toBe(wanted);
  });

  test("who never reported is not silent but new, whatever its client does", () => {
    const hosts = [{ host: "h", tag: "h", via: "c", voice: "dead" as const, state: {} }];
    expect(judge(overviewOf(hosts)).hosts[0]?.silent).toBe("never");
  });

  test("a dead host: its item dmon is dead, all others are what was last known", async () => {
    const [backup] = judge(seenTo()).troubled;
    expect(backup?.rows.filter((row) => !row.stale).map((row) => [row.item, row.state.level])).toEqual([
      ["dmon", "dead"],
    ]);
    const text = words(await page(seenTo(), "/host/backup"));
    expect(text).toContain("backup dead backup.example.org No report for 47m; one is due every 5m. 20 items stale");
    expect(text).toContain("dead dmon 12 no report any more the server's clock");
    expect(words(await page(seenTo(), "/graph/backup/dmon"))).toContain("dmon dead");
    expect(words(await page(seenTo(), "/hosts"))).toContain("backup backup.example.org dead");
  });
  test("hosts behind a silent client are stale because of it", async () => {
    for (const path of ["/", "/host/ups1", "/graph/ups1/ups_load"])
      expect(words(await page(seenTo(), path))).toContain("stale: backup is silent, which asks this host.");
    const many = Array.from({ length: 5 }, (_, i) =>
      hostOf({ host: `ups${i}`, tag: `ups${i}`, via: "h", voice: "dead" }),
    );
    const text = words(await page(overviewOf([hostOf({ voice: "dead" }), ...many]), "/"));
    expect(text).toContain("1 silent host, 5 hosts behind a silent one");
    expect(text).toContain("5 hosts are stale: h is silent");
  });
});
