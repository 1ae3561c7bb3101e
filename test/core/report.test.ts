import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { ITEMS_PER_HOST_MAX, REQUEST_JSON_BYTES_MAX } from "../../src/core/limits.ts";
import { KINDS } from "../../src/core/reading.ts";
import {
  type ItemState,
  REPORT_ABOUT,
  type Report,
  reportFromJson,
  reportToJson,
  splitReport,
} from "../../src/core/report.ts";
import { ShapeError } from "../../src/core/shape.ts";

const ABOUT = { host: "mars.example.org", version: "1.0.0", target: "linux-x64", time: 5, started: 4, ival: 300 };
const ITEM: ItemState = { value: 1.5, level: "fine", since: 3, time: 4, unit: "%", kind: "gauge" };

const wire = (hosts: object, about: unknown = ABOUT) => ({ [REPORT_ABOUT]: about, ...hosts });

describe("a report that is too long", () => {
  const size = (report: Report) => Buffer.byteLength(reportToJson(report));
  const hosts = (count: number, text = "é") =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`ups${i}`, { charge: { ...ITEM, text } }]));

  test("is sent in parts of whole hosts, each host once", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1000, max: 5000 }), (count, bytes_max) => {
        const report = { about: ABOUT, hosts: hosts(count) };
        const parts = [...splitReport(report, bytes_max)];
        for (const part of parts) expect(size(part)).toBeLessThanOrEqual(bytes_max);
        expect(Object.assign({}, ...parts.map((part) => part.hosts))).toEqual(report.hosts);
        expect(parts.flatMap((part) => Object.keys(part.hosts))).toHaveLength(count);
        if (parts.length === 1) expect(parts).toEqual([report]);
        for (const [i, part] of parts.slice(1).entries()) {
          const [next, state] = Object.entries(part.hosts)[0] ?? [];
          const before = parts[i]?.hosts;
          if (next && state)
            expect(size({ about: ABOUT, hosts: { ...before, [next]: state } })).toBeGreaterThan(bytes_max);
        }
      }),
    );
    expect([...splitReport({ about: ABOUT, hosts: {} })]).toEqual([{ about: ABOUT, hosts: {} }]);
    expect(
      [...splitReport({ about: ABOUT, hosts: hosts(4500) })].map((part) => Object.keys(part.hosts).length),
    ).toEqual([2000, 2000, 500]);
  });

  test("a host that alone is too long leaves texts out, never levels", () => {
    const long = { ...ITEM, level: "sick", text: "語".repeat(200), label: "語".repeat(200), rule: ">1", error: "gone" };
    const state = Object.fromEntries(Array.from({ length: ITEMS_PER_HOST_MAX }, (_, i) => [`item${i}`, long]));
    const report = { about: ABOUT, hosts: { ...hosts(1), sw1: state, ...hosts(2) } };
    const parts = [...splitReport(report)];
    for (const part of parts) expect(size(part)).toBeLessThanOrEqual(REQUEST_JSON_BYTES_MAX);
    const sent = Object.assign({}, ...parts.map((part) => part.hosts));
    const { text: _, label: __, ...shown } = long;
    expect(sent.sw1.item7).toEqual(shown);
    expect(Object.keys(sent.sw1)).toHaveLength(ITEMS_PER_HOST_MAX);
    expect(sent.ups1).toEqual(hosts(2).ups1);
  });
});

describe("the wire form", () => {
  test("has the hosts at its top, as the original has them", () => {
    const report: Report = { about: ABOUT, hosts: { "mars.example.org": { cpu_load: ITEM } } };
    expect(JSON.parse(reportToJson(report))).toEqual({
      "-client": ABOUT,
      "mars.example.org": { cpu_load: ITEM },
    });
  });

  test("reads back as it was", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0); // JSON knows no -0
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.+-]{0,20}$/);
    const host = fc.stringMatching(/^[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){0,3}$/);
    const short = fc.string({ maxLength: 200 }).filter((text) => text.length <= 200);
    const item: fc.Arbitrary<ItemState> = fc.record(
      {
        value: fc.option(finite),
        level: name,
        since: finite,
        time: finite,
        unit: fc.string({ maxLength: 20 }),
        kind: fc.constantFrom(...KINDS),
        label: short,
        text: short,
        error: short,
        rule: short,
      },
      { requiredKeys: ["value", "level", "since", "time", "unit", "kind"] },
    );
    const report: fc.Arbitrary<Report> = fc.record({
      about: fc.record({
        host,
        version: fc.string({ maxLength: 100 }),
        target: fc.string({ maxLength: 100 }),
        time: finite,
        started: finite,
        ival: finite,
      }),
      hosts: fc.dictionary(host, fc.dictionary(name, item, { maxKeys: 4 }), { maxKeys: 4 }),
    });
    fc.assert(fc.property(report, (each) => expect(reportFromJson(JSON.parse(reportToJson(each)))).toEqual(each)));
  });
});

describe("what strangers send", () => {
  test.each<[string, unknown, string]>([
    ["no object", 5, "an object wanted"],
    ["null", null, "an object wanted"],
    ["a list", [], "an object wanted"],
    ["nothing", {}, "-client: an object wanted"],
    ["no words of the client", wire({}, null), "-client: an object wanted"],
    ["a client without a host", wire({}, { ...ABOUT, host: undefined }), "-client.host"],
    ["a client with a bad host", wire({}, { ...ABOUT, host: "a b" }), "-client.host: a host name"],
    ["__proto__ as a host", JSON.parse('{"-client":{},"__proto__":{}}'), "wanted"],
    [
      "__proto__ as a host, all else well",
      JSON.parse(JSON.stringify(wire({})).replace(/}$/, ',"__proto__":{}}')),
      "__proto__",
    ],
    ["__proto__ as an item", wire({ a: JSON.parse('{"__proto__":{}}') }), "__proto__"],
    ["a path as a host", wire({ "../../etc/passwd": {} }), "a name, not"],
    ["a host in capitals", wire({ MARS: {} }), "a name, not"],
    ["a host that is a list", wire({ mars: [] }), "mars: an object wanted"],
    ["an item that is a number", wire({ mars: { cpu_load: 5 } }), "mars.cpu_load: an object wanted"],
    ["a value as text", wire({ mars: { x: { ...ITEM, value: "5" } } }), "mars.x.value: a number wanted"],
    ["no level", wire({ mars: { x: { ...ITEM, level: undefined } } }), "mars.x.level"],
    ["a kind that is no word", wire({ mars: { x: { ...ITEM, kind: 7 } } }), "mars.x.kind: text"],
    ["a text without end", wire({ mars: { x: { ...ITEM, text: "x".repeat(1e6) } } }), "mars.x.text"],
    [
      "too many items",
      wire({ mars: Object.fromEntries(Array.from({ length: ITEMS_PER_HOST_MAX + 1 }, (_, i) => [`i${i}`, ITEM])) }),
      "mars: at most 4000 entries wanted",
    ],
  ])("%s is refused, with its place", (_, value, message) => {
    expect(() => reportFromJson(value)).toThrow(ShapeError);
    expect(() => reportFromJson(value)).toThrow(message);
  });

  test("a newer client may say more", () => {
    const more = wire({ mars: { x: { ...ITEM, colour: "red" } } }, { ...ABOUT, mood: "good" });
    expect(reportFromJson(more)).toEqual({ about: ABOUT, hosts: { mars: { x: ITEM } } });
  });

  test("names that every object has are names", () => {
    const { hosts } = reportFromJson(wire({ constructor: { valueOf: ITEM } }));
    expect(Object.keys(hosts)).toEqual(["constructor"]);
    expect(hosts.constructor as unknown).toEqual({ valueOf: ITEM });
  });

  test("a report of 4,000 items is read in a moment", () => {
    const items = Object.fromEntries(Array.from({ length: ITEMS_PER_HOST_MAX }, (_, i) => [`i${i}`, ITEM]));
    const start = performance.now();
    expect(Object.keys(reportFromJson(wire({ mars: items })).hosts.mars ?? {})).toHaveLength(ITEMS_PER_HOST_MAX);
    expect(performance.now() - start).toBeLessThan(100);
  });
});

test("a kind of a newer client is taken for a gauge", () => {
  const report = reportFromJson(wire({ mars: { x: { ...ITEM, kind: "matrix" } } }));
  expect(report.hosts.mars?.x?.kind).toBe("gauge");
});
