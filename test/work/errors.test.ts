import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { formatAll, SourceError } from "../../src/core/diagnostic.ts";
import { expectGolden } from "../config/golden.ts";
import { errorsOf, HOSTS, SERVER, works } from "./fixture.ts";
import { MISPLACED, MISTAKES } from "./mistakes.ts";

test("what people see for each mistake", () => {
  const texts = [...MISTAKES, ...MISPLACED].map(([name, line]) => {
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

test.each(MISPLACED)("%s: one error, and no other that follows from it", (_, line) => {
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
