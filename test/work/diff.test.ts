import { describe, expect, test } from "bun:test";
import { WorkDiff } from "../../src/work/diff.ts";
import { formatWork } from "../../src/work/works.ts";
import { HOSTS, SERVER, works } from "./fixture.ts";

/** What a change of a work.conf is said to be. */
function diff(before: string, after: string, { verbose = false, server = SERVER } = {}): string[] {
  const files = (text: string, name: string) => {
    const made = works(text, name);
    return new Map<string, { kind: "client" | "server" | "pmaker"; host: string; text: string }>([
      ...[...made.clients].map(
        ([host, work]) => [`client ${host}`, { kind: "client" as const, host, text: formatWork(work) }] as const,
      ),
      [`server ${name}`, { kind: "server" as const, host: name, text: formatWork(made.server) }],
      [
        `pmaker ${made.pmaker.pmaker}`,
        { kind: "pmaker" as const, host: made.pmaker.pmaker, text: formatWork(made.pmaker) },
      ],
    ]);
  };
  const [old, now] = [before ? files(before, SERVER) : new Map(), files(after, server)];
  const told = new WorkDiff(verbose);
  for (const [key, { kind, host, text }] of now) {
    const was = old.get(key)?.text;
    if (was !== text) told.add({ kind, host, after: text, ...(was === undefined ? {} : { before: was }) });
  }
  for (const [key, { kind, host, text }] of old) if (!now.has(key)) told.add({ kind, host, before: text });
  return [...told.lines()];
}

const BASE = `${HOSTS}item data disk.avail /srv every=5m\nget mars root_usage uptime data\nget www* uptime\nfit root_usage soso >80 sick >90 crit >97\n`;
const many = (count: number, more = "") =>
  `${HOSTS}${Array.from({ length: count }, (_, i) => `host h${i}.example.org h${i}\n`).join("")}get mars,www* uptime\nget h* uptime${more}\n`;

describe("what a change says", () => {
  test.each<[string, string, string, string[]]>([
    ["nothing", "uptime", "uptime", []],
    ["an item more", "get www* uptime\n", "get www* uptime procs\n", ["www1, www2: + procs"]],
    ["an item less", "get mars root_usage uptime data\n", "get mars root_usage data\n", ["mars: - uptime"]],
    [
      "several",
      "get mars root_usage uptime data\n",
      "get mars root_usage procs forks data\n",
      ["mars:", "  + forks procs", "  - uptime"],
    ],
    [
      "a rule",
      "sick >90 ",
      "sick >92 for 5m ",
      ["mars: ~ root_usage: fit soso >80  sick >90  crit >97 → soso >80  sick >92 for 5m  crit >97"],
    ],
    [
      "a rule more",
      " crit >97",
      " crit >97 dead fail",
      ["mars: ~ root_usage: fit soso >80  sick >90  crit >97 → soso >80  sick >90  crit >97  dead fail"],
    ],
    ["a rule less", " crit >97", "", ["mars: ~ root_usage: fit soso >80  sick >90  crit >97 → soso >80  sick >90"]],
    [
      "rules in another order",
      "soso >80 sick >90",
      "sick >90 soso >80",
      ["mars: ~ root_usage: fit soso >80  sick >90  crit >97 → sick >90  soso >80  crit >97"],
    ],
    [
      "arguments and times",
      "/srv every=5m",
      '"/srv b" timeout=1m label="so much"',
      ['mars: ~ data: args /srv → "/srv b", every 5m → default, timeout default → 1m, label default → "so much"'],
    ],
    [
      "another probe",
      "disk.avail",
      "disk.inodes",
      [
        "mars: ~ data: probe disk.avail → disk.inodes, fit none → soso >80% until <78%  sick >90% until <88%  crit >97% until <95%",
      ],
    ],
    ["a secret is not shown", "v2c:public", "v2c:geheim", ["mars: ~ ups: snmp changed"]],
    [
      "an address",
      "addr=192.0.2.9",
      "addr=192.0.2.10",
      ["mars: ~ ups: addr 192.0.2.9 → 192.0.2.10", "server mars: ~ ups: addr 192.0.2.9 → 192.0.2.10"],
    ],
    [
      "a dumb host behind another",
      "via=mars",
      "via=www1",
      ["mars: - ups (0 items)", "www1: + ups (0 items)", "server mars: ~ ups: via mars.example.org → www1.example.org"],
    ],
    [
      "the pagemaker",
      "get www*",
      "pmaker www1\nget www*",
      [
        "mars: ~ pmaker yes → no",
        "www1: ~ pmaker no → yes",
        "server mars: ~ pmaker mars.example.org → www1.example.org",
        "pmaker www1: new, 1 host",
        "pmaker mars: removed",
      ],
    ],
    [
      "flapping",
      "get www*",
      "flap uptime on www1 high=50% low=10%\nflap root_usage off\nget www*",
      ["mars: ~ root_usage: flap default → off", "www1: ~ uptime: flap default → high=50% low=10%"],
    ],
    [
      "users, channels and alerts: no addresses",
      "get www*",
      "user anna anna@example.org\nchannel hook webhook https://example.org/secret\nalert anna * * any via hook\nget www*",
      [
        "server mars:",
        "  ~ users none → anna",
        "  ~ channels none → hook",
        "  ~ alerts 0 → 1",
        "pmaker mars: ~ users none → anna",
        "mars: only line numbers of rules",
      ],
    ],
    ["a shift of lines", "item data", "\n# room\nitem data", ["mars: only line numbers of rules"]],
    [
      "levels",
      "get www*",
      'fit_level ok\nfit_level soso\nfit_level sick\nfit_level crit "so bad"\nget www*',
      [
        'mars, www1, www2: ~ levels fine soso sick crit "critical" dead → ok soso sick crit "so bad"',
        'server mars, pmaker mars: ~ levels fine soso sick crit "critical" dead → ok soso sick crit "so bad"',
      ],
    ],
  ])("%s", (_, from, to, wanted) => {
    if (to !== from) expect(BASE).toContain(from);
    const lines = diff(BASE, BASE.replace(from, to));
    expect(lines).toEqual(wanted);
  });

  test("a shift of lines is none of an alert either", () => {
    const alert = `${BASE}user anna anna@example.org\nalert anna * * any\n`;
    expect(diff(alert, alert.replace("user anna", "\nuser anna"))).toEqual(["server mars: only line numbers of rules"]);
  });

  test.each<[string, string, string, string]>([
    ["hosts web www1", "hosts web www1", "hosts web www2,ups", "group web: + www2 ups - www1"],
    ["a group of items", "items all uptime", "items all uptime data", "group all: + data"],
    ["another name", "web", "site", "group web: - www1, group site: + www1"],
  ])("of groups: %s", (_, from, to, wanted) => {
    const text = `${BASE}hosts web www1\nitems all uptime\nuser anna a@example.org\nalert anna web all any\n`;
    expect(diff(text, text.replaceAll(from, to)).join("\n")).toContain(`~ ${wanted}`);
  });

  test("items of a dumb host are told with its name", () => {
    const work = (item: string) => {
      const made = works(HOSTS.replace("mars\n", "mars\nget mars uptime\n")).clients.get(SERVER);
      const dumb = made?.hosts["ups.example.org"];
      if (!made || !dumb) throw new Error("no ups");
      const own = made.hosts[SERVER]?.items.uptime;
      return formatWork({
        ...made,
        hosts: { ...made.hosts, "ups.example.org": { ...dumb, items: own ? { [item]: own } : {} } },
      });
    };
    const told = new WorkDiff(false);
    told.add({ kind: "client", host: SERVER, before: work("charge"), after: work("runtime") });
    expect([...told.lines()]).toEqual(["mars:", "  + ups:runtime", "  - ups:charge"]);
  });

  test("hosts that change alike are told together", () => {
    const lines = diff(many(40), many(40, " procs"));
    expect(lines).toEqual(["h0 … h39 (40 hosts): + procs"]);
    expect(diff(many(5), many(5, " procs"), { verbose: true })).toEqual(["h0, h1, h2, h3, h4: + procs"]);
  });

  test("the first time, and a host more and less", () => {
    expect(diff("", many(40))).toEqual([
      "mars … h39 (43 hosts): new, 3 items",
      "server mars: new, 44 hosts",
      "pmaker mars: new, 1 host",
    ]);
    expect(diff("", many(0), { verbose: true })[0]).toBe(
      "mars, www1, www2: new, 3 items: dmon_history dmon_work uptime",
    );
    expect(diff(many(2), many(3))).toEqual(["h2: new, 3 items", "server mars: + h2"]);
    expect(diff(many(3), many(2))).toEqual(["server mars: - h2", "h2: removed"]);
    expect(diff(many(0), many(40))).toContain("server mars: + h0 h1 h2 h3 h4 h5 h6 h7 … (40 in all)");
  });

  test("it stays short, and -v shows all", () => {
    const own = (argument: string) =>
      `${many(100)}${Array.from({ length: 100 }, (_, i) => `item o${i} disk.avail /${argument}${i}\nget h${i} o${i}\n`).join("")}`;
    const short = diff(own("a"), own("b"));
    expect(short).toHaveLength(41);
    expect(short.at(-1)).toBe("h40 … h99 (60 hosts): other changes (-v shows all)");
    expect(diff(own("a"), own("b"), { verbose: true })).toHaveLength(100);
    const one = (argument: string) =>
      `${many(1)}${Array.from({ length: 30 }, (_, i) => `item o${i} disk.avail /${argument}${i}\nget h0 o${i}\n`).join("")}`;
    expect(diff(one("a"), one("b")).at(-1)).toBe("  … and 18 more lines (-v shows all)");
  });

  test("a file that somebody laid out in another way, or broke", () => {
    const [text = ""] = [...works(BASE).clients.values()].map(formatWork);
    const told = (before: string) => {
      const one = new WorkDiff(false);
      one.add({ kind: "client", host: SERVER, before, after: text });
      return [...one.lines()];
    };
    const other = JSON.parse(text) as { hosts: Record<string, { items: Record<string, unknown> }> };
    delete other.hosts[SERVER]?.items.uptime;
    expect(told(JSON.stringify(other, null, 2))).toEqual(["mars: + uptime"]);
    expect(told(text.slice(0, 300))).toEqual(["mars: made anew, for the old file does not read"]);
    expect(told("")).toEqual(["mars: made anew, for the old file does not read"]);
    expect(told(text.replace(/"fit":\[.*?\],?/g, '"fit":0,'))).toHaveLength(1);
  });
});
