import { expect, test } from "bun:test";
import { eventsShape } from "../../src/core/event.ts";
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
  ["text and reason", { text: "sda", reason: ">90% (work.conf:41)" }],
])("%s passes", (_, more) => {
  expect(eventsShape([{ ...EVENT, ...more }], "")).toEqual([{ ...EVENT, ...more }]);
});

test("what a newer client says beside is left out", () => {
  expect(eventsShape([{ ...EVENT, colour: "red" }], "")).toEqual([EVENT]);
});

test.each<[string, object, string]>([
  ["no id", { id: undefined }, "[0].id"],
  ["a short id", { id: "1" }, "[0].id: an id wanted"],
  ["an id with a quote", { id: "0199c5f2-0000';--" }, "[0].id: an id wanted"],
  ["a long id", { id: "a".repeat(65) }, "[0].id"],
  ["time as text", { time: "now" }, "[0].time: a number wanted"],
  ["a host that is none", { host: "../etc" }, "[0].host: a host name"],
  ["a host in capitals", { host: "MARS" }, "[0].host: a host name"],
  ["an item that is none", { item: "__proto__" }, "[0].item: letters"],
  ["a level that is none", { level: "<b>" }, "[0].level: letters"],
  ["no previous level", { prev: undefined }, "[0].prev"],
  ["a value as text", { value: "93" }, "[0].value: a number wanted"],
  ["text without end", { text: "x".repeat(201) }, "[0].text"],
])("%s does not", (_, more, message) => {
  expect(() => eventsShape([{ ...EVENT, ...more }], "")).toThrow(ShapeError);
  expect(() => eventsShape([{ ...EVENT, ...more }], "")).toThrow(message);
});

test("not more than a request may hold", () => {
  const many = (count: number) => Array.from({ length: count }, () => EVENT);
  expect(eventsShape(many(EVENTS_PER_REQUEST_MAX), "")).toHaveLength(EVENTS_PER_REQUEST_MAX);
  expect(() => eventsShape(many(EVENTS_PER_REQUEST_MAX + 1), "")).toThrow(ShapeError);
  expect(() => eventsShape(EVENT, "")).toThrow(ShapeError);
});
