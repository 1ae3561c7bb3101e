import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { clockSkew, eventShape, momentOf, readEvents } from "../../src/core/event.ts";
import { EVENTS_PER_REQUEST_MAX } from "../../src/core/limits.ts";
import { ShapeError } from "../../src/core/shape.ts";

const EVENT = {
  id: "0199c5f2-0000-7000-8000-000000000001",
  time: 1_700_000_000.5,
  host: "mars.example.org",
  item: "root_usage",
  level: "sick",
  prev: "fine",
  value: 93.1,
};

test.each<[string, object]>([
  ["the least", {}],
  ["no value", { value: null }],
  ["it starts flapping", { flapping: "start" }],
  ["it stops, at the level that was told", { flapping: "stop", prev: "sick" }],
  ["text and reason", { text: "sda", reason: ">90% (work.conf:41)" }],
])("%s passes", (_, more) => {
  expect(eventShape({ ...EVENT, ...more }, "")).toEqual({ ...EVENT, ...more });
});

test("what a newer client says beside is left out", () => {
  expect(eventShape({ ...EVENT, colour: "red" }, "")).toEqual(EVENT);
});

test.each<[string, object, string]>([
  ["no id", { id: undefined }, "[0].id"],
  ["a short id", { id: "1" }, "[0].id: an id wanted"],
  ["an id with a quote", { id: "0199c5f2-0000';--" }, "[0].id: an id wanted"],
  ["a long id", { id: "a".repeat(65) }, "[0].id"],
  ["time as text", { time: "now" }, "[0].time: a number wanted"],
  ["a time before 1970", { time: -1 }, "[0].time: seconds from 1970 to 9999"],
  ["a time that no calendar has", { time: 253_402_300_800 }, "[0].time: seconds from 1970 to 9999"],
  ["a host that is none", { host: "../etc" }, "[0].host: a host name"],
  ["a host in capitals", { host: "MARS" }, "[0].host: a host name"],
  ["an item that is none", { item: "__proto__" }, "[0].item: letters"],
  ["a level that is none", { level: "<b>" }, "[0].level: letters"],
  ["no previous level", { prev: undefined }, "[0].prev"],
  ["a value as text", { value: "93" }, "[0].value: a number wanted"],
  ["flapping that is neither start nor stop", { flapping: true }, "[0].flapping: start or stop wanted"],
  ["text without end", { text: "x".repeat(201) }, "[0].text"],
])("%s does not", (_, more, message) => {
  expect(() => eventShape({ ...EVENT, ...more }, "[0]")).toThrow(ShapeError);
  expect(() => eventShape({ ...EVENT, ...more }, "[0]")).toThrow(message);
});

test("not more than a request may hold", () => {
  const many = (count: number) => Array.from({ length: count }, () => EVENT);
  expect(readEvents(many(EVENTS_PER_REQUEST_MAX)).events).toHaveLength(EVENTS_PER_REQUEST_MAX);
  expect(() => readEvents(many(EVENTS_PER_REQUEST_MAX + 1))).toThrow(ShapeError);
  expect(() => readEvents(EVENT)).toThrow(ShapeError);
});

test("one that nobody understands is named, and holds up no other; one without an id is no event", () => {
  const strange = { ...EVENT, id: "0199c5f2-0000-7000-8000-000000000002", level: "<b>" };
  expect(readEvents([EVENT, strange, EVENT])).toEqual({
    events: [EVENT, EVENT],
    unreadable: [{ id: strange.id, why: expect.stringMatching(/^events\[1\]\.level: letters/) }],
  });
  for (const none of [{ ...strange, id: undefined }, { ...strange, id: "x" }, 7, null])
    expect(() => readEvents([EVENT, none])).toThrow(ShapeError);
});

const NOW = 1_793_491_200;
test.each<[string, number, number, number]>([
  ["a clock that is right", NOW - 300, NOW - 100, NOW - 100],
  ["one that is a minute off", NOW - 360, NOW - 160, NOW - 160],
  ["one that is an hour behind", NOW - 3900, NOW - 3700, NOW - 100],
  ["one that is an hour ahead", NOW + 3300, NOW + 3500, NOW - 100],
  ["one that stands at 1970", 5, 5, NOW - 300],
  ["one that nobody knew to be ahead", NOW - 300, NOW + 3500, NOW],
])("the moment of an event of %s", (_, reported, time, wanted) => {
  expect(momentOf(time, clockSkew({ time: reported, received: NOW - 300 }), NOW)).toBe(wanted);
});

test("no event is later than it came, whatever a clock says", () => {
  const any = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(any, any, any, any, (time, about, reported, received) => {
      expect(momentOf(time, clockSkew({ time: about, received: reported }), received)).toBeLessThanOrEqual(received);
    }),
  );
});
