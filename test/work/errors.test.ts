import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { formatAll, SourceError } from "../../src/core/diagnostic.ts";
import { expectGolden } from "../config/golden.ts";
import { errorsOf, HOSTS, SERVER, works } from "./fixture.ts";
import { MISPLACED, MISTAKES } from "./mistakes.ts";
import { ITEMS } from "./mistakes-of-items.ts";
import { WORDS } from "./mistakes-of-words.ts";
import { workTexts } from "./texts.ts";

test("what people see for each mistake", () => {
  const texts = [...MISTAKES, ...MISPLACED, ...WORDS, ...ITEMS].map(([name, line]) => {
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

test.each([...MISPLACED, ...WORDS, ...ITEMS])("%s: one error, and no other that follows from it", (_, line) => {
  expect(errorsOf(HOSTS + line)).toHaveLength(1);
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
      '6:19 "x" is no number of %, the unit of root_usage',
      '6:28 ">5" is no number of %, the unit of root_usage',
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
  const keys = (n: number) =>
    Array.from({ length: n }, (_, i) => `${String.fromCharCode(97 + (i % 26))}${"z".repeat(Math.floor(i / 26))}=x`);
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
    ["a number", "get www1 root_avail\nfit root_avail sick >1e308T"],
    ["a number of a range", "get www1 cpu_load\nfit cpu_load sick 1..1e300P"],
    ["a key of a user", `user anna a@example.org ${"a".repeat(150)}=x`],
    ["addresses of a user", `user anna a@example.org ${keys(101).join(" ")}`],
    ["a zone", `user anna a@example.org\nalert anna * * sick hours mon-fri 8-18 Europe/${"A".repeat(300)}`],
    ["a zone of a downtime", `downtime www1 * 2026-11-22T22:00+1h Europe/${"A".repeat(90)}`],
    ["times of day", `downtime www1 * mon ${Array.from({ length: 1500 }, () => "8-18").join(",")}`],
    ["an address", `host db.example.org db addr=fe80::1%${"a".repeat(150)}`],
    ["alerts", `user anna a@example.org\n${"alert anna * * sick\n".repeat(10_001)}`],
    ["downtimes", "downtime www1 * sun 2-4\n".repeat(10_001)],
    ["users", Array.from({ length: 10_001 }, (_, i) => `user u${i} a@example.org`).join("\n")],
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
      if (!(error instanceof SourceError)) throw error;
      const lines = text.split("\n");
      for (const { place } of error.diagnostics) {
        const { length = -1 } = lines[place.line - 1] ?? {};
        if (place.column < 1 || place.column > length + 1) throw new Error("no place", { cause: error });
      }
    }
  };

  test("words of the language in any order", () => {
    fc.assert(
      fc.property(workTexts, fc.boolean(), (each, withHosts) => makes(withHosts ? HOSTS + each : each)),
      { numRuns: 3000 },
    );
  }, 30_000);

  test("any characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), makes));
  });
});
