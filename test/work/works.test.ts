import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { ShapeError } from "../../src/core/shape.ts";
import { formatWork, parseWorkFile, type WorkKind } from "../../src/work/works.ts";
import { HOSTS, SERVER, works } from "./fixture.ts";
import { workTexts } from "./texts.ts";

const TEXT = `${HOSTS}pmaker www1
item data disk.avail "/srv/a b" every=1h timeout=5s label="ü \\ x" unit=B
get * uptime root_usage data
fit root_usage soso >80 sick >90 for 5m until <85 for 10m crit !0..97 dead fail
flap root_usage high=40 low=10
flap data off
fit uptime soso stale
`;

/** What a reader makes of a text. */
const again = (kind: WorkKind, text: string): object => parseWorkFile(kind, text);

describe("formatWork and parseWorkFile", () => {
  test("a work reads back as it was made", () => {
    const made = works(TEXT);
    for (const client of made.clients.values()) expect(again("client", formatWork(client))).toEqual(client);
    expect(again("server", formatWork(made.server))).toEqual(made.server);
    expect(again("pmaker", formatWork(made.pmaker))).toEqual(made.pmaker);
  });

  test("the same work.conf gives the same bytes", () => {
    const bytes = () => [...works(TEXT).clients.values()].map(formatWork).join("\n");
    expect(bytes()).toBe(bytes());
  });

  test("the order of get and item does not matter", () => {
    const lines = TEXT.slice(HOSTS.length).trim().split("\n");
    const other = `${HOSTS}${[...lines.slice(0, 3).toReversed(), ...lines.slice(3)].join("\n")}\n`;
    const items = (text: string) => Object.keys(works(text).clients.get(SERVER)?.hosts[SERVER]?.items ?? {});
    expect(items(other)).toEqual(items(TEXT));
  });

  test("one item a line, so that a diff shows what changed", () => {
    const text = formatWork(works(TEXT).clients.get(SERVER) ?? works(TEXT).server);
    expect(text.split("\n").filter((line) => line.startsWith('      "data"'))).toHaveLength(1);
    expect(text.endsWith("}\n")).toBe(true);
  });

  test("what compiles, reads", () => {
    const quoted = fc.string({ maxLength: 30 }).map((text) => text.replace(/["\n\r\0-\x1f\x7f-\x9f\ufffd]/g, ""));
    const own = fc
      .tuple(quoted, quoted)
      .map(
        ([arg, label]) =>
          `item odd nagios label="${label}" check "${arg}"\nget * odd\nfit_level a "${label}"\nfit_level b\n`,
      );
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: workTexts }, { weight: 1, arbitrary: own }), (each) => {
        let made: ReturnType<typeof works>;
        try {
          made = works(HOSTS + each);
        } catch {
          return;
        }
        accepted++;
        for (const client of made.clients.values()) expect(again("client", formatWork(client))).toEqual(client);
        expect(again("server", formatWork(made.server))).toEqual(made.server);
        expect(again("pmaker", formatWork(made.pmaker))).toEqual(made.pmaker);
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });
});

describe("parseWorkFile refuses", () => {
  const good = JSON.parse(formatWork(works(TEXT).clients.get(SERVER) ?? works(TEXT).server));
  const change = (more: object) => JSON.stringify({ ...good, ...more });
  test.each<[string, string, string]>([
    ["a host that is none", change({ host: "../x" }), "host: a host name"],
    ["one level", change({ levels: [{ name: "fine", label: "fine" }] }), "levels: at least 2"],
    ["hosts that are a list", change({ hosts: [] }), "hosts: an object wanted"],
    [
      "an item that is none",
      change({ hosts: { [SERVER]: { tag: "mars", items: { x: 5 } } } }),
      "items.x: an object wanted",
    ],
    [
      "a test of the future",
      change({
        hosts: {
          [SERVER]: {
            tag: "mars",
            items: {
              x: {
                probe: "disk",
                value: "usage",
                args: [],
                fit: [{ level: 1, test: { op: "~" }, text: "", where: "" }],
              },
            },
          },
        },
      }),
      "test.op: one of",
    ],
  ])("%s", (_, text, message) => {
    expect(() => parseWorkFile("client", text)).toThrow(ShapeError);
    expect(() => parseWorkFile("client", text)).toThrow(message);
  });

  test("what is no JSON", () => {
    expect(() => parseWorkFile("server", "{")).toThrow(SyntaxError);
  });

  test("but not what a newer server says beside", () => {
    expect(again("client", change({ mood: "good" }))).toEqual(good);
  });
});
