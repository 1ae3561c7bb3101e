import { describe, expect, test } from "bun:test";
import type { ItemWork } from "../../src/work/works.ts";
import { HOSTS, itemOf, SERVER, warningsOf, works } from "./fixture.ts";

const LEVELS = 'fit_level ok\nfit_level warn\nfit_level bad "really bad"\n';

describe("get", () => {
  const tagsWith = (text: string, item: string) => {
    const made = works(HOSTS + text);
    return [...made.clients.values()]
      .flatMap(({ hosts }) => Object.values(hosts))
      .filter(({ items }) => items[item])
      .map(({ tag }) => tag)
      .sort();
  };

  test.each([
    ["get * uptime", ["mars", "www1", "www2"]],
    ["get www* uptime", ["www1", "www2"]],
    ["get www*,!www2 uptime", ["www1"]],
    ["get !www1 uptime", ["mars", "www2"]],
    ["get mars,ups uptime", ["mars"]],
    ["get mars uptime\nget www1 uptime", ["mars", "www1"]],
    ["get mars uptime uptime", ["mars"]],
    ["get www?\n  uptime\n  root_usage", ["www1", "www2"]],
  ])("%j", (text, wanted) => {
    expect(tagsWith(text, "uptime")).toEqual(wanted);
  });
});

describe("fit: the last statement that matches wins", () => {
  const fits = (text: string, host = SERVER) =>
    itemOf(works(`${HOSTS}get mars,www* root_usage home_usage\n${text}`), "root_usage", host).fit.map(
      ({ text: each }) => each,
    );
  test.each<[string, string, string[]]>([
    ["one", "fit root_usage sick >50", [">50"]],
    ["two", "fit root_usage sick >50\nfit root_usage sick >60", [">60"]],
    ["a glob after a name", "fit root_usage sick >50\nfit *_usage sick >60", [">60"]],
    ["a name after a glob", "fit *_usage sick >60\nfit root_usage sick >50", [">50"]],
    ["on other hosts", "fit root_usage sick >50\nfit root_usage on www1 sick >60", [">50"]],
    ["on this host", "fit root_usage sick >50\nfit root_usage on mars sick >60", [">60"]],
    ["for all, after one for this host", "fit root_usage on mars sick >60\nfit root_usage sick >50", [">50"]],
    ["a whole statement replaces a whole one", "fit root_usage soso >1 sick >2\nfit root_usage crit >3", [">3"]],
    ["in words", "fit root_usage soso >80%  sick >90% for 5m until <85%", [">80%", ">90% for 5m until <85%"]],
  ])("%s", (_, text, wanted) => {
    expect(fits(text)).toEqual(wanted);
  });

  test("on some hosts, and the default on the others", () => {
    const made = works(`${HOSTS}get www* root_usage\nfit root_usage on www1 sick >50\n`);
    expect(itemOf(made, "root_usage", "www1.example.org").fit.map(({ text }) => text)).toEqual([">50"]);
    expect(itemOf(made, "root_usage", "www2.example.org").fit.map(({ where }) => where)).toEqual([
      "default",
      "default",
      "default",
    ]);
  });

  test("a rule carries level, test, times, and where it was written", () => {
    const made = works(`${HOSTS}get mars uptime\nfit uptime\n  soso <10m for 5m until >1h\n  crit fail\n`);
    expect(itemOf(made, "uptime").fit).toEqual([
      {
        level: 1,
        test: { op: "<", value: 600 },
        for_s: 300,
        until: { op: ">", value: 3600 },
        text: "<10m for 5m until >1h",
        where: "work.conf:7",
      },
      { level: 3, test: { op: "fail" }, text: "fail", where: "work.conf:8" },
    ]);
  });

  test("a `for` behind `until TEST` is how long the way back must hold", () => {
    const fit = (words: string) => itemOf(works(`${HOSTS}get mars uptime\nfit uptime soso ${words}\n`), "uptime").fit;
    const until = { op: ">", value: 9 } as const;
    expect(fit("<9 until >9 for 10m")).toMatchObject([{ until, until_for_s: 600, text: "<9 until >9 for 10m" }]);
    expect(fit("<9 until >9 for 10m")[0]).not.toHaveProperty("for_s");
    expect(fit("<9 for 5m until >9 for 10m sick <3")).toMatchObject([
      { for_s: 300, until, until_for_s: 600, text: "<9 for 5m until >9 for 10m" },
      { level: 2, text: "<3" },
    ]);
    expect(fit("<9 for 0s until >9 for 0s")[0]?.text).toBe("<9 until >9");
  });
});

describe("flap: the last statement that matches wins", () => {
  const flap = (text: string, host = SERVER) =>
    itemOf(works(`${HOSTS}get mars,www* root_usage home_usage\n${text}`), "root_usage", host).flap;
  test.each<[string, string, ItemWork["flap"]]>([
    ["none: the default, which no work-file says", "", undefined],
    ["as the default: neither", "flap root_usage high=30% low=20%", undefined],
    ["both limits", "flap root_usage high=50% low=25%", { high: 50, low: 25 }],
    ["one limit", "flap root_usage high=50", { high: 50, low: 20 }],
    ["off", "flap * off", "off"],
    ["two", "flap * off\nflap root_usage low=5%", { high: 30, low: 5 }],
    ["of another item", "flap home_usage off", undefined],
    ["on this host", "flap root_usage on mars off", "off"],
    ["on another", "flap root_usage on www1 off", undefined],
    ["for all but some", "flap * off\nflap * on m* high=40%", { high: 40, low: 20 }],
    ["the default again", "flap * off\nflap root_usage low=20%", undefined],
  ])("%s", (_, text, wanted) => {
    expect(flap(text)).toEqual(wanted);
  });

  test("with and without, beside one another", () => {
    const text = "fit root_usage sick >50\nflap *_usage on www1 off";
    expect(flap(text, "www1.example.org")).toBe("off");
    expect(flap(text, "www2.example.org")).toBeUndefined();
  });
});

describe("levels", () => {
  test("without any: the usual ones", () => {
    expect(works(HOSTS).server.levels.map(({ name }) => name)).toEqual(["fine", "soso", "sick", "crit", "dead"]);
  });

  test("one's own, in all works", () => {
    const made = works(`${HOSTS}${LEVELS}get mars uptime\nfit uptime bad <5 warn <9\n`);
    const wanted = [
      { name: "ok", label: "ok" },
      { name: "warn", label: "warn" },
      { name: "bad", label: "really bad" },
    ];
    for (const { levels } of [made.server, made.pmaker, ...made.clients.values()]) expect(levels).toEqual(wanted);
    expect(itemOf(made, "uptime").fit.map(({ level }) => level)).toEqual([2, 1]);
  });

  test("a default fitness goes without the levels that are not there", () => {
    const made = works(`${HOSTS}fit_level fine\nfit_level crit\nget mars root_usage\n`);
    expect(itemOf(made, "root_usage").fit.map(({ level, where }) => [level, where])).toEqual([[1, "default"]]);
  });
});

describe("item", () => {
  test("a probe with arguments, the probe's first value", () => {
    expect(itemOf(works(`${HOSTS}item data disk /srv/data\nget mars data\n`), "data")).toMatchObject({
      probe: "disk",
      value: "usage",
      args: ["/srv/data"],
    });
  });

  test("another value, with all options", () => {
    const text =
      'item data disk.avail "/srv/two words" every=1h timeout=5s label="room for data" unit=B\nget mars data\n';
    expect(itemOf(works(HOSTS + text), "data")).toEqual({
      probe: "disk",
      value: "avail",
      args: ["/srv/two words"],
      fit: [],
      every_s: 3600,
      timeout_s: 5,
      label: "room for data",
      unit: "B",
    });
  });

  test("another unit has no default fitness", () => {
    expect(itemOf(works(`${HOSTS}item data disk / unit=percent\nget mars data\n`), "data").fit).toEqual([]);
    expect(itemOf(works(`${HOSTS}item data disk /\nget mars data\n`), "data").fit).not.toEqual([]);
  });

  test("an argument that looks like an option is one in quotes", () => {
    expect(itemOf(works(`${HOSTS}item data process "label=x"\nget mars data\n`), "data").args).toEqual(["label=x"]);
  });

  test("a command line is taken as it is; its probe's options stand before it", () => {
    const given = (words: string) => {
      const { args, options } = itemOf(works(`${HOSTS}item x ${words}\nget mars x\n`), "x");
      return { args, options };
    };
    expect(
      given('nagios user=nobody env.URL=http://a/?b=c check_disk -w 10% "user=root" /srv "every=5m" if=x'),
    ).toEqual({
      args: ["check_disk", "-w", "10%", "user=root", "/srv", "every=5m", "if=x"],
      options: { user: "nobody", "env.URL": "http://a/?b=c" },
    });
    expect(given('exec env.TEXT="two words" timeout=5s "user=x" y')).toEqual({
      args: ["user=x", "y"],
      options: { "env.TEXT": "two words" },
    });
    expect(given("munin df env.exclude=tmpfs user=daemon")).toEqual({
      args: ["df"],
      options: { "env.exclude": "tmpfs", user: "daemon" },
    });
    expect(given("process env.x=5").args).toEqual(["env.x=5"]);
  });

  test("may be defined below its use, and hide one of the catalogue", () => {
    const made = works(`${HOSTS}get mars root_usage\nitem root_usage disk /other\n`);
    expect(itemOf(made, "root_usage").args).toEqual(["/other"]);
  });

  test("a name of the catalogue's patterns is its instance", () => {
    expect(itemOf(works(`${HOSTS}get mars var_lib_usage\n`), "var_lib_usage")).toMatchObject({
      probe: "disk",
      value: "usage",
      args: ["var_lib"],
    });
  });
});

describe("via", () => {
  const made = works(`${HOSTS}get ups,mars uptime\npmaker www2\n`);
  test("a dumb host is in the work of its client", () => {
    expect([...made.clients.keys()]).toEqual([SERVER, "www1.example.org", "www2.example.org"]);
    expect(made.clients.get(SERVER)?.hosts).toMatchObject({
      [SERVER]: { tag: "mars" },
      "ups.example.org": { tag: "ups", addr: "192.0.2.9", snmp: "v2c:public", items: {} },
    });
  });

  test("the readings of a client are not those of the dumb hosts behind it", () => {
    expect(Object.keys(made.clients.get(SERVER)?.hosts[SERVER]?.items ?? {})).toEqual([
      "dmon_history",
      "dmon_work",
      "uptime",
    ]);
    expect(warningsOf(`${HOSTS}get ups,mars uptime\n`)).toContain(
      "5:14 uptime is read on the host itself, and ups runs no dmon (via=mars)",
    );
  });

  test("the server knows whose it is; nobody but its client knows the community", () => {
    expect(made.server.hosts["ups.example.org"]).toEqual({ tag: "ups", via: SERVER, addr: "192.0.2.9" });
    expect(made.pmaker.hosts).toEqual({ "www2.example.org": { tag: "www2" } });
  });

  test("the pagemaker is told that it is", () => {
    expect([...made.clients.values()].filter(({ pmaker }) => pmaker).map(({ host }) => host)).toEqual([
      "www2.example.org",
    ]);
    expect(made.pmaker.pmaker).toBe("www2.example.org");
    expect(works(HOSTS).pmaker.pmaker).toBe(SERVER);
  });
});

test("10,000 hosts are compiled in a moment", () => {
  const hosts = Array.from({ length: 10_000 }, (_, i) => `host h${i}.example.org h${i}\n`).join("");
  const start = performance.now();
  const made = works(
    `host ${SERVER} mars\n${hosts}get * uptime root_usage cpu_load mem_avail\nfit root_usage on h1* sick >90\n`,
  );
  expect(made.clients.size).toBe(10_001);
  expect(performance.now() - start).toBeLessThan(1000);
});
