import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { type Diagnostic, SourceError } from "../../src/core/diagnostic.ts";
import { lex, type Word } from "../../src/core/lexer.ts";
import { formatWorkConf } from "../../src/work/format.ts";
import { standAloneWork } from "../../src/work/standalone.ts";

const format = (text: string) => formatWorkConf("work.conf", text);

/** All that a statement sees; whether a word was quoted matters where it could be an option. */
function meaning(text: string) {
  const see = ({ text: word, quoted }: Word) => [word, quoted && /^[a-z_]+=/.test(word)];
  return lex("work.conf", text, []).map(({ key, words }) => [see(key), ...words.map(see)]);
}

describe("--fmt", () => {
  test.each<[string, string, string]>([
    ["nothing", "", ""],
    ["blank lines only", "\n\n  \n", ""],
    ["blanks at the ends", "pmaker  mars  \n", "pmaker mars\n"],
    [
      "columns of neighbours",
      "host mars.example.org mars\nhost a.example.org a via=mars addr=192.0.2.1\n",
      "host mars.example.org  mars\nhost a.example.org     a     via=mars addr=192.0.2.1\n",
    ],
    [
      "a line by itself",
      "host  mars.example.org   mars   addr=192.0.2.1\n",
      "host mars.example.org mars addr=192.0.2.1\n",
    ],
    ["a fit by itself", "fit cpu_load  soso  >2  for 5m\n", "fit cpu_load soso >2 for 5m\n"],
    [
      "a fit with several rules",
      "fit cpu_load soso >2 for 5m sick >8 for 10m until <6 for 10m crit fail\n",
      "fit cpu_load  soso >2 for 5m  sick >8 for 10m until <6 for 10m  crit fail\n",
    ],
    [
      "hosts of a fit are no level",
      "fit root_usage soso >80% sick >90%\nfit root_usage on db* sick >95%\nfit x off\n",
      "fit root_usage         soso >80%  sick >90%\nfit root_usage on db*  sick >95%\nfit x                  off\n",
    ],
    [
      "hosts of a flap",
      "flap * off\nflap ping on www* high=50% low=20%\n",
      "flap *             off\nflap ping on www*  high=50% low=20%\n",
    ],
    [
      "rules below each other",
      "fit root_usage on db*\n sick >90 crit\n  >95 for\n 5m dead fail\n",
      "fit root_usage on db*\n  sick >90  crit\n  >95 for\n  5m  dead fail\n",
    ],
    [
      "what stands in columns on the next line is in none",
      "alert anna\n  * * sick\nalert carla mars * sick after 2m\n",
      "alert anna\n  * * sick\nalert carla  mars  *  sick  after 2m\n",
    ],
    [
      "a word that is long stands out",
      `get ${"a".repeat(41)} uptime\nget b uptime\n`,
      `get ${"a".repeat(41)}  uptime\nget b  uptime\n`,
    ],
    ["wide letters", "item a日本 disk /\nitem b disk /\n", "item a日本  disk  /\nitem b      disk  /\n"],
    [
      "a time of several words is no column",
      "downtime a * 2026-12-01T22:00+4h x\ndowntime db* * daily 2-4\n",
      "downtime a    *  2026-12-01T22:00+4h x\ndowntime db*  *  daily 2-4\n",
    ],
    [
      "lists stay together",
      "get * cpu_load   uptime\nget www1,www2 procs uptime",
      "get *          cpu_load uptime\nget www1,www2  procs uptime\n",
    ],
    [
      "neighbours with a comment between",
      "get * uptime\n# x\nget www1 uptime\n",
      "get *     uptime\n# x\nget www1  uptime\n",
    ],
    ["no neighbours behind a blank line", "get * uptime\n\nget www1 uptime\n", "get * uptime\n\nget www1 uptime\n"],
    ["comments and one blank line", "\n\n# a\n\n\n\n   # b  \npmaker x\n\n", "# a\n\n  # b\npmaker x\n"],
    ["indented lines", "get *\n\tcpu_load\n      uptime   procs\n", "get *\n  cpu_load\n  uptime procs\n"],
    ["quotes that are not needed", '"pmaker" "mars"\n', "pmaker mars\n"],
    ["quotes that are", 'fit_level a "b c"\nfit_level c ""\n', 'fit_level a  "b c"\nfit_level c  ""\n'],
    ["a quoted word that is no option", 'item a disk "via=x" label="b"\n', 'item a disk "via=x" label=b\n'],
    ["quotes within a word", 'item a disk l"abe"l="b c"\n', 'item a disk label="b c"\n'],
    ["a word that would be a comment", 'fit_level a "#b"\n', 'fit_level a "#b"\n'],
    ["lines of another system", "\ufeffpmaker x\r\n# c\r\n", "\ufeffpmaker x\n# c\n"],
    ["what is no statement", "frobnicate  a  b\nfrobnicate bb c\n", "frobnicate a b\nfrobnicate bb c\n"],
  ])("%s", (_, text, wanted) => {
    expect(format(text)).toBe(wanted);
  });

  test("what dmon init writes is laid out so", () => {
    const own = ["raid mdraid.degraded md0", "disk_sda smart /dev/sda every=1h"];
    const items = ["uptime", ...Array.from({ length: 30 }, (_, i) => `item${i}`)];
    const text = standAloneWork("mars.example.org", items, own);
    expect(text).toContain(`
item raid      mdraid.degraded  md0
item disk_sda  smart            /dev/sda every=1h
get *
  raid disk_sda
`);
    expect(format(text)).toBe(text);
  });

  test("a file whose words cannot be told is refused", () => {
    expect(() => format('item a disk label="b\n')).toThrow(SourceError);
    expect(() => format("pmaker a # b\n")).toThrow("work.conf:1:10: a comment behind a statement");
  });

  const piece = fc.oneof(
    fc.constantFrom(
      ...'host mars get * fit on soso >80 for 5m # " \t \u00a0 = label= via=mars , ! é “ \r'.split(" "),
      " ",
      "  ",
      "\n",
      "\n",
      "\n  ",
      '"a b"',
      '""',
      'label="a b"',
      "\ufeff",
    ),
    fc.string({ maxLength: 3, unit: "binary" }),
  );
  const text = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(""));

  test("for any text: its words are what they were, and laid out again it is the same; or an error with its place", () => {
    let good = 0;
    fc.assert(
      fc.property(text, (given) => {
        let made: string;
        try {
          made = format(given);
        } catch (error) {
          if (!(error instanceof SourceError)) throw error;
          for (const { place } of error.diagnostics) expect(place.line).toBeGreaterThan(0);
          return;
        }
        good++;
        const broken: Diagnostic[] = [];
        lex("work.conf", made, broken);
        expect(broken).toEqual([]);
        expect(meaning(made)).toEqual(meaning(given));
        expect(format(made)).toBe(made);
        const comments = (of: string) =>
          of.split("\n").filter((line) => /^\s*#/.test(line.replace(/^\ufeff/, ""))).length;
        expect(comments(made)).toBe(comments(given));
      }),
      { numRuns: 3000 },
    );
    expect(good).toBeGreaterThan(300);
  });
});
