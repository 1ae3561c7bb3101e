import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { formatAll, SourceError } from "../../src/core/diagnostic.ts";
import { expectGolden } from "../config/golden.ts";
import { errorsOf, HOSTS, SERVER, works } from "./fixture.ts";

// What people do wrong, each a work.conf of its own, so that every message is seen as it is alone.
const MISTAKES: [string, string][] = [
  ["a statement that is mistyped", "hots db.example.org db"],
  ["a statement of the future", "teleport www1 www2"],
  ["a host without a tag", "host db.example.org"],
  ["a host with too much", "host db.example.org db www"],
  ["a host name that is none", "host db/1.example.org db"],
  ["a tag that is none", "host db.example.org db,1"],
  ["a host twice", "host www1.example.org again"],
  ["a tag twice", "host other.example.org www1"],
  ["an option that is mistyped", "host db.example.org db vai=mars"],
  ["an option twice", "host db.example.org db via=mars via=www1"],
  ["via nobody", "host db.example.org db via=mras"],
  ["via itself", "host db.example.org db via=db"],
  ["via a dumb host", "host db.example.org db via=ups"],
  ["an address that is none", "host db.example.org db addr=10.0.0"],
  ["a port that is none", "host db.example.org db port=http"],
  ["a community without its version", "host db.example.org db snmp=public"],
  ["an SNMP port that is none", "host db.example.org db snmp=v2c/99999:public"],
  ["an authentication that is none", "host db.example.org db snmp=v3:fred:SHA-3:geheimnis"],
  ["an authentication without its password", "host db.example.org db snmp=v3:fred:SHA-256"],
  ["a password that is too short", "host db.example.org db snmp=v3:fred:SHA-256:geheim"],
  ["a privacy that is none", "host db.example.org db snmp=v3:fred:SHA-256:geheimnis:IDEA:geheimnis"],
  ["a pagemaker that is no host", "pmaker www"],
  ["a pagemaker that runs no dmon", "pmaker ups"],
  ["two pagemakers", "pmaker www1\npmaker www2"],
  ["an item that is mistyped", "get www1 cpu_laod uptime"],
  ["an item in a glued line", "get www1\n  uptime\n  root_usgae"],
  ["get without items", "get www1"],
  ["an item of no probe", "item x dsik /srv"],
  ["an item of no value of its probe", "item x disk.free /srv"],
  ["an item with too few arguments", "item x disk"],
  ["an item with too many arguments", "item x disk /srv /var"],
  ["an item twice", "item x disk /srv\nitem x disk /var"],
  ["an interval that is none", "item x disk /srv every=often"],
  ["a timeout without end", "item x disk /srv timeout=5w"],
  ["fit without rules", "get www1 root_usage\nfit root_usage"],
  ["fit with a level alone", "get www1 root_usage\nfit root_usage sick"],
  ["fit with a level that is none", "get www1 root_usage\nfit root_usage sikc >90"],
  ["fit with the best level", "get www1 root_usage\nfit root_usage fine <80"],
  ["fit with a test that is none", "get www1 root_usage\nfit root_usage sick 90"],
  ["fit with another unit", "get www1 root_avail\nfit root_avail sick <5%"],
  ["fit with a range upside down", "get www1 root_usage\nfit root_usage sick 90..10"],
  ["fit with a time that is none", "get www1 root_usage\nfit root_usage sick >90 for ever"],
  ["fit with an end that is missing", "get www1 root_usage\nfit root_usage sick >90 until"],
  ["fit with an end that has no number", "get www1 root_usage\nfit root_usage sick >90 until < 85"],
  ["fit on nobody", "get www1 root_usage\nfit root_usage on"],
  ["fit with its hosts behind", "get www1 root_usage\nfit root_usage sick >90 on www1"],
  ["fit without a level", "get www1 root_usage\nfit root_usage >90"],
  ["fit with an interval in words", "get www1 root_usage\nfit root_usage sick >90 for 5 minutes"],
  ["fit with an interval in two words", "get www1 root_usage\nfit root_usage sick >90 for 10 m crit >95"],
  [
    "fit with an interval in words, on the way back",
    "get www1 root_usage\nfit root_usage sick >90 until <80 for 1 hour",
  ],
  ["fit with an interval alone", "get www1 root_usage\nfit root_usage sick >90 5m"],
  ["fit with an interval of years", "get www1 root_usage\nfit root_usage sick >90 for 9y"],
  ["fit with for first", "get www1 root_usage\nfit root_usage sick for 5m >90"],
  ["fit with for twice", "get www1 root_usage\nfit root_usage sick >90 for 5m for 6m"],
  ["fit with for twice, on the way back", "get www1 root_usage\nfit root_usage sick >90 until <80 for 5m for 6m"],
  ["fit with until twice", "get www1 root_usage\nfit root_usage sick >90 until <80 until <70"],
  ["fit with until for until", "get www1 root_usage\nfit root_usage sick >90 until <80 for 5m until <70"],
  ["flap without anything", "get www1 root_usage\nflap root_usage"],
  ["flap on nobody", "get www1 root_usage\nflap root_usage on"],
  ["flap with a word", "get www1 root_usage\nflap root_usage never"],
  ["flap with too many words", "get www1 root_usage\nflap root_usage on www1 off please"],
  ["flap off with a limit", "get www1 root_usage\nflap root_usage off high=50%"],
  ["flap with a limit that is none", "get www1 root_usage\nflap root_usage high=often low=200%"],
  ["flap with limits exchanged", "get www1 root_usage\nflap root_usage high=20% low=30%"],
  ["flap with one limit that does not fit", "get www1 root_usage\nflap root_usage low=30%"],
  ["an open quote", 'item x disk /srv label="room for data'],
  ["a comment behind", "get www1 uptime # how long"],
  ["one level", "fit_level fine"],
  ["a level twice", "fit_level fine\nfit_level fine"],
  ["a host-group with the name of a host", "hosts www1 www2"],
  ["a group twice", "hosts web www1\nhosts web www2"],
  ["a group in itself", "hosts web all,www1\nhosts all web"],
  ["an item-group with the name of an item", "items uptime cpu_load"],
  ["an item-group with an item that is mistyped", "items basics cpu_laod"],
  ["an item-group in itself", "items a b\nitems b a\nget www1 a"],
  ["a user without a mail address", "user anna"],
  ["a mail address that is none", "user anna anna.example.org"],
  ["a user twice", "user anna a@example.org\nuser anna b@example.org"],
  ["a user-group with nobody in it", "users ops"],
  ["a user-group with a user that is mistyped", "user anna a@example.org\nusers ops ana"],
  ["alert without a change", "user anna a@example.org\nalert anna * *"],
  ["alert for a user that is mistyped", "user anna a@example.org\nalert ana * * sick"],
  ["alert at a level that is none", "user anna a@example.org\nalert anna * * >=sik"],
  ["alert with a word that is mistyped", "user anna a@example.org\nalert anna * * sick afer 2m"],
  ["alert with a word too much", "user anna a@example.org\nalert anna * * sick please"],
  ["alert after no time", "user anna a@example.org\nalert anna * * sick after"],
  ["alert after a time that is none", "user anna a@example.org\nalert anna * * sick after soon"],
  ["alert every second", "user anna a@example.org\nalert anna * * sick every 1s"],
  ["alert at hours that are none", "user anna a@example.org\nalert anna * * sick hours mon-fri 8-25"],
  [
    "alert via a channel that is mistyped",
    "user anna a@example.org\nchannel chat ntfy https://n.example.org/x\nalert anna * * sick via chta",
  ],
  ["a channel of a type that is mistyped", "channel chat slak https://hooks.example.org/x"],
  ["a channel without a URL", "channel chat webhook chat.example.org"],
  ["a channel called mail", "channel mail webhook https://x.example.org/"],
  ["needs of a host that is mistyped", "needs www1 wwww2"],
  ["needs of an item that nobody reads", "get www2 uptime\nneeds www1 www2:uptim"],
  ["downtime without a time", "downtime www1 *"],
  ["downtime at a day that is none", "downtime www1 * caturday 2-4"],
  ["downtime that ends before it begins", "downtime www1 * 2026-11-22T22:00..2026-11-22T20:00"],
  ["downtime with a text without quotes", "downtime www1 * sun 2-4 weekly backup"],
  ["include where nothing can be included", "include work.d/*.conf"],
  ["a label without quotes", "fit_level fine\nfit_level crit very critical"],
];

test("what people see for each mistake", () => {
  const texts = MISTAKES.map(([name, line]) => {
    try {
      works(HOSTS + line);
      return `# ${name}\n(no error)\n`;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return `# ${name}\n${formatAll(error.diagnostics, () => "")}\n`;
    }
  });
  expect(texts.filter((text) => text.includes("(no error)"))).toEqual([]);
  expectGolden("work-errors.txt", texts.join("\n"));
});

describe("all errors are listed", () => {
  test("in the order of the lines, each once", () => {
    const text = `${HOSTS}get www1,www2 root_usage home_usage uptime nothing
fit *_usage  sick >x  soso >>5
fit uptime sick >5 for x
hots x
get www2 nothing
`;
    expect(errorsOf(text)).toEqual([
      '5:44 unknown item "nothing"',
      '6:19 "x" is no number of %; use a number such as 90, 5%, 1.5G, 512Mi, or 10m for a time',
      '6:28 ">5" is no number of %; use a number such as 90, 5%, 1.5G, 512Mi, or 10m for a time',
      '7:24 "x" is no interval',
      '8:1 unknown statement "hots"',
      '9:10 unknown item "nothing"',
    ]);
  });

  test("also of a fit that a later one overrides", () => {
    const text = `${HOSTS}get * uptime\nfit uptime sick >bad\nfit uptime sick <10m\n`;
    expect(errorsOf(text)).toEqual([expect.stringMatching(/^6:17 "bad" is no number of s/)]);
  });

  test("one word that is wrong for items of several units is said once", () => {
    expect(errorsOf(`${HOSTS}get www1 root_usage root_avail uptime\nfit * sick >1h\n`)).toHaveLength(1);
  });

  test("the server must be a host, and run dmon", () => {
    expect(errorsOf(HOSTS, "mars.example.com")).toEqual([
      "1:1 the server mars.example.com (dmon.conf) is no host here",
    ]);
    expect(() => works(HOSTS, "mars.example.or")).toThrow('did you mean "mars.example.org"?');
    expect(errorsOf(HOSTS, "ups.example.org")).toEqual(["4:26 the server runs dmon itself, so nobody monitors it"]);
  });

  test("an empty text has no server", () => {
    expect(errorsOf("")).toEqual([`1:1 the server ${SERVER} (dmon.conf) is no host here`]);
  });
});

describe("what would not fit into a work-file", () => {
  const long = "x".repeat(300);
  test.each<[string, string]>([
    ["a label", `item y disk /srv label=${long}\nget www1 y`],
    ["a unit", "item y disk /srv unit=xxxxxxxxxxxxxxxxxxxxx\nget www1 y"],
    ["a community", `host db.example.org db snmp=v2c:${long}`],
    ["an argument", `item y disk /${"x".repeat(5000)}\nget www1 y`],
    ["a level's label", `fit_level a\nfit_level b ${long}`],
    ["levels", Array.from({ length: 21 }, (_, i) => `fit_level l${i}`).join("\n")],
    ["a test", `get www1 root_usage\nfit root_usage sick >${"9".repeat(100)}`],
    ["an until", `get www1 root_usage\nfit root_usage sick >9 until <${"9".repeat(100)}`],
    ["rules", `get www1 root_usage\nfit root_usage ${"sick >9 ".repeat(101)}`],
    ["items", `get www1 ${Array.from({ length: 4001 }, (_, i) => `d${i}_usage`).join(" ")}`],
  ])("%s of too much is an error", (_, line) => {
    expect(errorsOf(HOSTS + line)).not.toEqual([]);
  });
});

describe("no text throws anything but SourceError", () => {
  const makes = (text: string) => {
    try {
      works(text);
    } catch (error) {
      expect(error).toBeInstanceOf(SourceError);
    }
  };

  test("words of the language in any order", () => {
    const word = fc.constantFrom(
      ..."host hosts pmaker item items get fit fit_level flap off high=9 low=1 mars www1 * !www1 , ,, ! on for until sick fine fail stale".split(
        " ",
      ),
      ...'mars.example.org >90 <5% 10..40 !1..2 5m root_usage *_usage disk disk.usage / via=mars via= snmp=v2c:x label="a b" ='.split(
        " ",
      ),
      '"',
      "#",
      "\n",
      "\n",
      "\n  ",
      "constructor",
      "__proto__",
      "toString=1",
    );
    const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(" ").replaceAll("\n ", "\n"));
    fc.assert(
      fc.property(text, fc.boolean(), (each, withHosts) => makes(withHosts ? HOSTS + each : each)),
      { numRuns: 1500 },
    );
  });

  test("any characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), makes));
  });
});
