import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { SendError } from "../../src/notify/channel.ts";
import { Daemon } from "./daemon.ts";
import { capture } from "./said.ts";

const { said, run, forget } = capture();

const WORK = `host mars.example.org mars
host venus.example.org venus
host db1.example.org db1
get * uptime root_usage cpu_load
user anna anna@example.org
user bert bert@example.org
user carl carl@example.org
channel pager command /bin/true
alert anna * * >=sick every 4h
alert bert * root_usage >=sick after 2m no-recovery via pager
alert carl venus * >=sick
downtime db1 * sun 2:00-4:00 "weekly backup"
downtime db1 uptime 2026-11-23T00:00+7d "new power supply"
`;
const MARS = "mars.example.org";
const VENUS = "venus.example.org";

let daemon: Daemon;
const env = { ...process.env };
beforeEach(() => {
  daemon = new Daemon(WORK);
  Object.assign(process.env, { SUDO_USER: "anna" });
  delete process.env.COLUMNS;
  for (const host of [MARS, VENUS]) daemon.world.report(host, { root_usage: "fine", cpu_load: "fine" });
});
afterEach(async () => {
  process.env = { ...env };
  await daemon[Symbol.asyncDispose]();
});

/** What a command says; fails when it fails. Times of day are left out: they are this machine's. */
async function dmon(...argv: string[]): Promise<string> {
  forget();
  expect([await run(["-c", daemon.conf, ...argv]), said.err]).toEqual([0, ""]);
  return plain(said.out);
}

function plain(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d[ T]/g, "")
    .replaceAll(/\d\d:\d\d(:\d\d)?/g, "TIME")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID");
}

/** The exit code and what it says of what is wrong. */
async function wrong(...argv: string[]): Promise<[number, string]> {
  forget();
  const code = await run(["-c", daemon.conf, ...argv]);
  expect(said.out).toBe("");
  return [code, said.err.replace(/^\[error\] dmon: /, "").trimEnd()];
}

const level = (host: string, item: string, name: string) => daemon.world.level(host, item, name);

/** What is said of a time without dashes. */
const dashes = (words: string, which: string, time: string, text: string) =>
  `"${words}" would be a text, and nobody reminded without end; write dmon ack ${which} --until ${time}, or --text "${text}"`;

describe("dmon ack", () => {
  const acks = () =>
    (daemon.world.server.alerts?.acks.all() ?? []).map(
      ({ host, item, user, text }) => `${host.split(".")[0]}:${item} ${user} ${text}`,
    );

  beforeEach(() => {
    level(MARS, "root_usage", "sick");
    level(MARS, "cpu_load", "crit");
    level(VENUS, "root_usage", "soso");
  });

  test.each([
    ["mars", ["mars:root_usage anna ", "mars:cpu_load anna "]],
    ["mars is being repaired", ["mars:root_usage anna is being repaired", "mars:cpu_load anna is being repaired"]],
    ["mars:root_usage", ["mars:root_usage anna "]],
    ["mars.example.org:root_usage", ["mars:root_usage anna "]],
    ["mars:root* new disk", ["mars:root_usage anna new disk"]],
    ["mars root* new disk", ["mars:root_usage anna new disk"]],
    ["mars root_usage", ["mars:root_usage anna "]],
    ["mars root_usage new disk", ["mars:root_usage anna new disk"]],
    ["mars waiting for bert", ["mars:root_usage anna waiting for bert", "mars:cpu_load anna waiting for bert"]],
    ["mars until bert is back", ["mars:root_usage anna until bert is back", "mars:cpu_load anna until bert is back"]],
    ["mars:cpu_load for 3 customers", ["mars:cpu_load anna for 3 customers"]],
    ["mars why?", ["mars:root_usage anna why?", "mars:cpu_load anna why?"]],
    ["*:root_usage", ["mars:root_usage anna ", "venus:root_usage anna "]],
    ["mars,venus root_usage", ["mars:root_usage anna ", "venus:root_usage anna "]],
    ["mars:cpu_load --text reboot --user bert", ["mars:cpu_load bert reboot"]],
  ])("%s", async (typed, wanted) => {
    await dmon("ack", ...typed.split(" "));
    expect(acks()).toEqual(wanted);
  });

  test("says what, how bad, since when, until when, and how to take it back", async () => {
    await daemon.pass(60);
    expect(
      await dmon("ack", "mars:*", "new disk", "--until", "2h"),
    ).toBe(`acknowledged  mars:root_usage  sick since TIME
acknowledged  mars:cpu_load    crit since TIME
Nobody is reminded until TIME, or it is well again.
To take it back: dmon ack --undo mars
`);
    expect(daemon.world.server.alerts?.acks.all()[0]).toMatchObject({ until_s: daemon.world.now_s + 7200 });
    expect(await dmon("ack", "--undo", "mars", "cpu_load")).toBe("acknowledged no more  mars:cpu_load\n");
    expect(await dmon("ack", "--undo", "*:*")).toBe("acknowledged no more  mars:root_usage\n");
    expect(acks()).toEqual([]);
  });

  test("a moment is understood where it is typed", async () => {
    await dmon("ack", "mars", "--until", "2026-11-24T08:00:00Z");
    expect(daemon.world.server.alerts?.acks.all()[0]).toMatchObject({ until_s: Date.UTC(2026, 10, 24, 8) / 1000 });
  });

  test("with -q nothing is said", async () => {
    expect(await dmon("-q", "ack", "mars")).toBe("");
    expect(acks()).toHaveLength(2);
  });

  test.each([
    ["mars root_usge", 2, 'mars has no item "root_usge"; did you mean "root_usage"? A text goes with --text'],
    ["mars no_such is bad", 2, 'mars has no item "no_such"; write mars:ITEM, or --text for a text'],
    ["mars:root_usge", 1, `${MARS} has no item "root_usge", nor is there an event of it; did you mean "root_usage"?`],
    ["venus:cpu_load", 1, "nothing to acknowledge: venus:cpu_load is well"],
    ["marss", 1, 'the work has no host "marss"; did you mean "mars"?'],
    ["marss root_usage", 1, 'the work has no host "marss"; did you mean "mars"?'],
    ["mars:", 2, '"mars:" names no item; write mars, or mars:ITEM'],
    [":root_usage", 2, `":root_usage" names no host; for all of them write '*:root_usage'`],
    ["a:b:c", 2, '"a:b:c" has two colons; write HOST:ITEM'],
    ["mars --until 8", 2, '--until "8" is no time; write 8:00, or 8h'],
    ["mars --until yesterday", 2, /^--until "yesterday" \(.*\) is over already$/],
    ["mars --until soon", 2, /^--until "soon" is no time; give an interval such as /],
    [`mars ${"x".repeat(201)}`, 2, "the text has 201 characters; at most 200"],
    ["mars a\x1bb", 2, "the text has an ESC (U+001B); delete it"],
    ["mars x --text y", 2, '"x" and --text are two texts; one of them'],
    ["mars --user a\tb", 2, '--user "a\tb" is no name; write one word, such as --user anna'],
    ["mars --undo x y", 2, '"y" is too much; --undo takes HOST:ITEM and no text'],
    ["mars --undo --until 2h", 2, "--undo takes back what is acknowledged; it goes with neither --until nor --text"],
    ["--undo venus", 1, "nothing of venus is acknowledged"],
    ["mars --until 8.00.", 2, /^--until "8.00." is no time; give an interval such as /],
    ["mars --until 8.5", 2, '--until "8.5" is no time; write 8.5h, or 18:30 for a time of day'],
    ["mars:root_usage until 8:00", 2, dashes("until 8:00", "mars:root_usage", "8:00", "until 8:00")],
    ["mars root_usage for 2h", 2, dashes("for 2h", "mars:root_usage", "2h", "for 2h")],
    ["mars for 2 hours", 2, dashes("for 2 hours", "mars", '"2 hours"', "for 2 hours")],
    ["mars until tomorrow new disk", 2, dashes("until tomorrow", "mars", "tomorrow", "until tomorrow new disk")],
    ["mars new disk until 8.00", 2, dashes("until 8.00", "mars", "8.00", "new disk until 8.00")],
    ["mars until 25:00", 2, dashes("until 25:00", "mars", "25:00", "until 25:00")],
    ["mars 2h", 2, dashes("2h", "mars", "2h", "2h")],
    ["mars --for 2h", 2, "unknown option --for; write --until 2h"],
  ])("%s is refused", async (typed, code, message) => {
    const [got, err] = await wrong("ack", ...typed.split(" "));
    expect(got).toBe(code);
    if (typeof message === "string") expect(err).toBe(message);
    else expect(err).toMatch(message);
    expect(acks()).toEqual([]);
  });
});

describe("dmon downtime", () => {
  const NOTHING = `ID                 ON          WHEN
work.conf:13  now  db1:uptime  TIME..TIME  new power supply
work.conf:12       db1         sun 2-4                             weekly backup
`;

  test("is planned, listed and ended", async () => {
    expect((await dmon("downtime")).replaceAll(/ +/g, " ")).toBe(NOTHING.replaceAll(/ +/g, " "));
    expect(await dmon("downtime", "mars:root*", "2h", "new disk")).toBe(
      "planned work 1 on mars:root*: TIME..TIME; it has begun\nNobody is told of it meanwhile. To end it: dmon downtime --end 1\n",
    );
    expect(await dmon("downtime", "venus", "sat", "1:00-2:00", "--text", "backup")).toBe(
      "planned work 2 on venus: sat 1-2, each time anew\nNobody is told of it meanwhile. To end it: dmon downtime --end 2\n",
    );
    const rows = (await dmon("downtime")).replaceAll(/ +/g, " ").split("\n");
    expect(rows.slice(1, 5)).toEqual([
      "1 now mars:root* TIME..TIME by anna: new disk",
      "work.conf:13 now db1:uptime TIME..TIME new power supply",
      "2 venus sat 1-2 by anna: backup",
      "work.conf:12 db1 sun 2-4 weekly backup",
    ]);
    expect(await dmon("downtime", "--end", "1")).toBe("planned work 1 has ended\n");
    const { downtimes, planned } = JSON.parse((await dmon("downtime", "--json")).replaceAll("TIME", ""));
    expect([downtimes.length, planned.length]).toEqual([1, 2]);
  });

  test.each<[which: string, owner: string]>([
    ["mars:root_usge", `${MARS} has no`],
    ["m*:root_usge", "no host has an"],
  ])("%s is an item that is not there: nothing is planned", async (which, owner) => {
    const why = `${owner} item "root_usge", nor is there an event of it; did you mean "root_usage"?`;
    expect(await wrong("downtime", which, "2h")).toEqual([
      1,
      `${why}; for one that is to come write a pattern: root_usge*`,
    ]);
    expect(daemon.world.server.alerts?.downtimes.all()).toEqual([]);
  });

  test.each(["mars:root_usge*", "mars:disks", "mars:dmon", "mars:dmon_alerts", "db1:no_report_yet", "all:whatever"])(
    "%s may be planned for",
    async (which) => {
      daemon.world.setWork(`${WORK}items disks root_usage\nhosts all mars venus\n`);
      expect(await dmon("downtime", which, "2h")).toStartWith(`planned work 1 on ${which}: `);
    },
  );

  test.each([
    ["--end 7", 1, "there is no downtime 7"],
    [
      "--end work.conf:13",
      2,
      '--end "work.conf:13" is no number of planned work; what stands in the work-config ends when it is changed there',
    ],
    ["--end x", 2, '--end "x" is no number of planned work; dmon downtime lists them'],
    ["--end 1 2", 2, '"2" is too much; one at a time: dmon downtime --end 1'],
    ["marss 2h", 1, 'the work has no host "marss"; did you mean "mars"?'],
    ["mars 2h 30m", 2, '"2h" and "30m" are two times; write 2h30m'],
    ["2h mars", 2, "the host comes first: dmon downtime mars 2h"],
    ["mars", 2, /^when\? write dmon downtime mars 2h, or 2026-/],
    ["mars:uptime", 2, /^when\? write dmon downtime mars:uptime 2h, or /],
    ["mars tomorrow", 2, /^"tomorrow" is no day and no time; write dmon downtime mars 2h, --until TIME, or /],
    ["mars 2026-11-24 22:00+4h", 2, /2026-11-24T22:00\+4h, as one word$/],
    ["mars until 8:00", 2, '"until 8:00" is no WHEN; write dmon downtime mars --until 8:00'],
    [
      "mars root_usage for 2 hours",
      2,
      '"for 2 hours" is no WHEN; write dmon downtime mars root_usage --until "2 hours"',
    ],
    ["mars 2026-11-22T22:00+4h", 1, /^planned work until .* would be over already$/],
    ["mars 5s", 1, "planned work of 5s is none; give at least 1m"],
    ["mars 2h a --text b", 2, '"a" and --text are two texts; one of them'],
    ["--until 2h", 2, "--until needs a host: dmon downtime HOST --until …"],
  ])("%s is refused", async (typed, code, message) => {
    const [got, err] = await wrong("downtime", ...typed.split(" "));
    expect(got).toBe(code);
    if (typeof message === "string") expect(err).toBe(message);
    else expect(err).toMatch(message);
    expect(daemon.world.server.alerts?.downtimes.all()).toEqual([]);
  });
});

describe("dmon alerts", () => {
  test("nothing at all is a calm line", async () => {
    expect((await dmon("alerts", "mars")).trimEnd()).toBe(
      "Nothing waits to be told, and nothing was told in this time.",
    );
  });

  test("what waits and why, what was not taken, who sees to what, and what was told", async () => {
    daemon.world.refuses = (_, channel) => (channel === "mail" ? new SendError("451 \x1b[2Jlater") : undefined);
    level(MARS, "root_usage", "sick");
    await daemon.pass(40);
    level(VENUS, "cpu_load", "sick");
    await dmon("ack", "mars", "new disk");
    const shown = await dmon("alerts");
    expect(shown).toContain("Waits to be told\nmars:root_usage  fine -> sick  bert by pager  it must hold for 120 s");
    expect(shown).toMatch(
      /\nMessages that were not taken yet\nTIME {2}anna by mail {2}mars:root_usage sick {2}tried .* again at TIME: 451 .?\[2Jlater\n/,
    );
    expect(shown).toContain("\nAcknowledged\nmars:root_usage  sick  by anna TIME: new disk\n");
    expect(shown).toMatch(/\nPlanned work, now\nwork.conf:13 {2}now {2}db1:uptime /);
    expect(shown).toEndWith(
      "\nTold, newest first\nTIME  anna by mail  mars:root_usage  fine -> sick  work.conf:9, message ID, not taken yet\n",
    );
    const venus = await dmon("alerts", "venus");
    expect(venus).toContain("venus:cpu_load");
    expect(venus).not.toContain("mars");
    expect(await dmon("alerts", "v*", "cpu*")).toContain("venus:cpu_load");
    expect(await dmon("alerts", "m*", "cpu*")).not.toContain("_usage");
    const { pending, queue, acks, told } = JSON.parse(await dmon("alerts", "--json"));
    expect([pending.length, queue.length, acks.length, told.length]).toEqual([3, 1, 1, 1]);
  });

  test("what was over before it could be told is told here, with why", async () => {
    await dmon("downtime", "mars", "1h");
    level(MARS, "root_usage", "sick");
    await daemon.pass(300);
    level(MARS, "root_usage", "fine");
    const shown = await dmon("alerts", "mars:root_usage", "--since", "1h");
    expect(shown).toMatch(/bert by pager .* not told: planned work 1 of anna\n/);
  });

  test("so many, or all since a time", async () => {
    daemon.world.digest_s = 5;
    for (let i = 0; i < 26; i++) {
      level(MARS, "cpu_load", i % 2 === 0 ? "sick" : "fine");
      await daemon.pass(6);
    }
    const rows = async (...argv: string[]) => JSON.parse(await dmon("alerts", "--json", ...argv)).told.length;
    expect(await rows()).toBe(20);
    expect(await rows("--count", "3")).toBe(3);
    expect(await rows("m*", "--count", "3")).toBe(3);
    expect(await rows("--since", "1h")).toBe(26);
    expect(await rows("--since", "20s")).toBe(4);
  });
});

describe("dmon events", () => {
  test("newest first, a line each, with the unit of the item", async () => {
    daemon.world.level(MARS, "root_usage", "sick", { text: "a\x1b[31m\nb" });
    await daemon.pass(5);
    daemon.world.level(VENUS, "cpu_load", "soso", { flapping: "start", value: null });
    const shown = await dmon("events");
    expect(shown.replaceAll(/ +/g, " ")).toBe(`TIME venus cpu_load flapping begins, soso >90% (work.conf:1)
TIME mars root_usage fine -> sick 97 % a?[31m?b; >90% (work.conf:1)
`);
    expect(await dmon("events", "mars")).not.toContain("venus");
    expect(await dmon("events", "mars:cpu_load")).toBe("No event.\n");
    expect(await dmon("events", "*", "cpu*")).toMatch(/^TIME +venus .*\n$/);
    expect(await dmon("events", "--since", "3s")).toMatch(/^TIME +venus .*\n$/);
    expect(await dmon("events", "mars", "--since", "3s")).toBe("No event in this time.\n");
    expect(await dmon("events", "--count", "1")).toMatch(/^TIME +venus .*\n$/);
    expect(await dmon("events", "m*", "--count", "1")).toMatch(/^TIME +mars .*\n$/); // though a newer one is of another host
    const { events } = JSON.parse(await dmon("events", "mars", "--json"));
    expect(events).toMatchObject([
      { tag: "mars", host: MARS, item: "root_usage", level: "sick", prev: "fine", unit: "%" },
    ]);
  });

  test("lines are cut to a terminal, and end so that one sees it", async () => {
    daemon.world.level(MARS, "root_usage", "sick", { text: "x".repeat(100) });
    process.env.COLUMNS = "70";
    process.env.LANG = "C.UTF-8";
    await dmon("events");
    expect(said.out).toHaveLength(71);
    expect(said.out.trimEnd()).toEndWith("xx…");
  });

  test.each([
    ["marss", 1, 'no host is called "marss"; did you mean "mars"?'],
    ["mars root_usge", 1, `${MARS} has no item "root_usge", nor is there an event of it; did you mean "root_usage"?`],
    ["mars:uptime x", 2, '"x" is one item too many; write mars x'],
    ["--since 5", 2, '--since "5" is no time; write 5:00, or 5h'],
    ["--since tomorrow", 2, /^--since "tomorrow" \(.*\) is still to come$/],
    ["--count 0", 2, '--count "0" is no number; write --count 100'],
    ["--count x", 2, '--count "x" is no number; write --count 100'],
  ])("%s is refused", async (typed, code, message) => {
    const [got, err] = await wrong("events", ...typed.split(" "));
    expect(got).toBe(code);
    if (typeof message === "string") expect(err).toBe(message);
    else expect(err).toMatch(message);
  });
});

describe("dmon alert --test", () => {
  test("who would be told, when, by what and which line, and whether again; who not, and why", async () => {
    expect(await dmon("alert", "--test", "mars:root_usage", "crit")).toBe(`mars:root_usage fine -> crit, now, TIME

Would be told
  anna by mail   at once (digest 30 s)  work.conf:9; again every 4h, and when it is over
  bert by pager  after 2m, TIME        work.conf:10; once, not when it is over

Would not be told
  carl  no alert line of theirs is for this item

Who is not listed is named by no alert line.
What was told, and what was not: dmon alerts mars root_usage
`);
    expect(await dmon("alert", "--test", "mars", "cpu_load", "soso")).toContain(
      "Nobody would be told.\n\nWould not be told\n  anna by mail  their line is not for fine -> soso (work.conf:9)\n  bert          no alert line",
    );
  });

  test("what holds it up counts", async () => {
    await dmon("downtime", "mars", "1h");
    const shown = await dmon("alert", "--test", "mars:cpu_load", "crit");
    expect(shown).toMatch(/ anna by mail {2}TIME {2}work.conf:9; .*; until then planned work 1 of anna\n/);
    level(VENUS, "cpu_load", "sick");
    await dmon("ack", "venus");
    expect(await dmon("alert", "--test", "venus:cpu_load", "sick")).toMatch(
      /carl by mail {2}acknowledged by anna \(work.conf:11\)/,
    );
    const { prospects } = JSON.parse(await dmon("alert", "--test", "venus:cpu_load", "sick", "--json"));
    expect(prospects).toHaveLength(3);
  });

  test("at a moment to come", async () => {
    const { at } = JSON.parse(await dmon("alert", "--test", "mars:cpu_load", "crit", "--at", "2h", "--json"));
    expect(at).toBe(daemon.world.now_s + 7200);
    expect(await dmon("alert", "--test", "mars:cpu_load", "crit", "--at", "2h")).toStartWith(
      "mars:cpu_load fine -> crit, from TIME\n",
    );
  });

  test("of an item that is not there: what would be, and that it is not", async () => {
    forget();
    expect(await run(["-c", daemon.conf, "alert", "--test", "mars:root_usge", "crit"])).toBe(0);
    expect(said.out).toContain("anna by mail");
    expect(said.err).toContain('no item "root_usge", nor is there an event of it; did you mean "root_usage"?\n');
  });

  test.each([
    ["--test mars:root_usage critical", 1, 'there is no level "critical"; did you mean "crit"?'],
    ["--test mars:root_usage sik", 1, 'there is no level "sik"; did you mean "sick"?'],
    ["--test marss:root_usage sick", 1, 'the work has no host "marss"; did you mean "mars"?'],
    ["--test mars:root_usage", 2, "which level? write dmon alert --test HOST:ITEM LEVEL"],
    ["--test mars", 2, "of which item? write dmon alert --test HOST:ITEM LEVEL"],
    ["--test", 2, "of which host? write dmon alert --test HOST:ITEM LEVEL"],
    ["--test m*:uptime sick", 2, '"m*" is more than one; try one host and one item at a time'],
    ["--test mars:uptime sick x", 2, '"x" is too much; write dmon alert --test HOST:ITEM LEVEL'],
    [
      "mars:uptime sick",
      2,
      "dmon alert tells nobody; write dmon alert --test HOST:ITEM LEVEL, dmon alert --send USER, or dmon alerts",
    ],
    [
      "--test mars:uptime sick --at yesterday",
      2,
      /is over already; what was told then, and what not and why, shows: dmon alerts mars uptime$/,
    ],
  ])("%s is refused", async (typed, code, message) => {
    const [got, err] = await wrong("alert", ...typed.split(" "));
    expect(got).toBe(code);
    if (typeof message === "string") expect(err).toBe(message);
    else expect(err).toMatch(message);
  });
});

test("items of the server are known before they ever told anything", async () => {
  daemon.world.setWork(`${WORK}alert anna mars dmon_alerts >=sick\n`);
  expect(await dmon("alert", "--test", "mars:dmon_alerts", "sick")).toContain("anna by mail");
  expect((await wrong("ack", "mars:dmon_alerts"))[1]).toBe("nothing to acknowledge: mars:dmon_alerts is well");
});

test.each(["unack mars", "unacknowledge mars"])("dmon %s says how it is done", async (typed) => {
  const [name = ""] = typed.split(" ");
  expect(await wrong(...typed.split(" "))).toEqual([2, `there is no command "${name}"; use: dmon ack --undo`]);
});

describe("dmon alert --send", () => {
  test("by all channels by which somebody is told, and what each of them answered", async () => {
    daemon.world.setWork(`${WORK}alert anna * uptime sick via pager,mail\n`);
    expect(await dmon("alert", "--send", "anna")).toBe("anna by mail   taken  ok\nanna by pager  taken  ok\n");
    const [mail] = daemon.world.messages;
    expect(daemon.world.messages.map(({ channel }) => channel)).toEqual(["mail", "pager"]);
    expect(mail).toMatchObject({
      user: { name: "anna", mail: "anna@example.org" },
      notices: [{ kind: "test", host: MARS, tag: "mars", item: "dmon", links: { page: "https://dmon.example.org/" } }],
    });
    // It is no notice of the server's: nothing waits, and nobody was told of anything.
    expect(daemon.world.server.alerts?.tellings({ count: 9 })).toEqual([]);
    expect(JSON.parse(await dmon("alert", "--send", "anna", "pager", "--json"))).toMatchObject({
      tried: [{ channel: "pager", outcome: "taken", answer: "ok" }],
    });
  });

  test("one that refuses makes the exit code 1; the others are sent all the same", async () => {
    daemon.world.setWork(`${WORK}alert anna * uptime sick via pager,mail\n`);
    daemon.world.refuses = (_, channel) =>
      channel === "mail" ? new SendError("mail.example.org: 550 no such\nuser", { isPermanent: true }) : undefined;
    forget();
    expect(await run(["-c", daemon.conf, "alert", "--send", "anna"])).toBe(1);
    expect(said.out).toBe("anna by mail   refused  mail.example.org: 550 no such user\nanna by pager  taken    ok\n");
    daemon.world.refuses = () => new SendError("gone", { isUnsure: true });
    forget();
    expect(await run(["-c", daemon.conf, "alert", "--send", "bert"])).toBe(1);
    expect(said.out).toBe("bert by pager  unsure  gone\n");
    expect(daemon.world.server.alerts?.queue()).toEqual([]);
  });

  test.each([
    ["--send", 2, "to whom? write dmon alert --send USER, or --send USER CHANNEL"],
    ["--send anna mail x", 2, '"x" is too much; write dmon alert --send USER CHANNEL'],
    ["--send --test anna", 2, "--send goes with neither --test nor --at; write dmon alert --send USER [CHANNEL]"],
    ["--send ana", 1, 'no alert line of the work tells "ana"; did you mean "anna"?'],
    ["--send zoe", 1, 'no alert line of the work tells "zoe"; they tell anna, bert, carl'],
    ["--send anna pagr", 1, 'no alert line goes by a channel "pagr"; did you mean "pager"?'],
    ["--send anna fax", 1, 'no alert line goes by a channel "fax"; there is mail, pager'],
  ])("%s is refused", async (typed, code, message) => {
    expect(await wrong("alert", ...typed.split(" "))).toEqual([code, message]);
    expect(daemon.world.messages).toEqual([]);
  });
});

describe("from a host that is neither the server's nor the pagemaker's", () => {
  beforeEach(() => {
    daemon.who = ["client"];
  });

  test.each([
    "ack mars",
    "ack mars:uptime x",
    "downtime",
    "downtime mars 2h",
    "alerts",
    "alert --test mars:uptime sick",
    "alert --send anna",
  ])("dmon %s says where to do it", async (typed) => {
    const [code, err] = await wrong(...typed.split(" "));
    expect([code, err]).toEqual([
      1,
      `${MARS}, the server, takes this from its own host and the pagemaker's only; run it on ${MARS}`,
    ]);
  });

  test("events are for all", async () => {
    level(MARS, "root_usage", "sick");
    expect(await dmon("events")).toContain("fine -> sick");
  });

  test("the pagemaker may", async () => {
    daemon.who = ["client", "pagemaker"];
    level(MARS, "root_usage", "sick");
    expect(await dmon("ack", "mars")).toStartWith("acknowledged");
  });
});
