import { expect, test } from "bun:test";
import { discover } from "../../src/client/discover.ts";
import { anything } from "../../src/core/form.ts";
import type { Host } from "../../src/core/host.ts";
import { defineProbe, type Probe, type ReadingProbe } from "../../src/core/probe.ts";
import { ProbeError } from "../../src/core/reading.ts";

const HOST = {} as Host;

function probe(name: string, read: ReadingProbe["read"], more: Partial<ReadingProbe> = {}): Probe {
  const value = (item: string) => ({ item, unit: "", kind: "gauge" as const, doc: "" });
  return defineProbe<string>({
    name,
    doc: "",
    example: "",
    values: { a: value(`${name}_a`), b: value(`${name}_b`) },
    read,
    ...more,
  });
}

test("what has a value here is supplied, what has none is not", async () => {
  const probes = [
    probe("both", () => ({ a: 1, b: 2 })),
    probe("one", () => Promise.resolve({ b: 0 })),
    probe("none", () => ({})),
    probe("broken", () => {
      throw new ProbeError("gone");
    }),
    probe("rejects", () => Promise.reject(new Error("gone"))),
  ];
  expect((await discover(probes, HOST)).flatMap(({ items }) => items)).toEqual(["both_a", "both_b", "one_b"]);
});

test("what is made of two readings is supplied though the first has none, unless there is no such thing", async () => {
  const values = (delta: { delta?: true }) => ({
    a: { item: "a", unit: "", kind: "gauge" as const, doc: "", ...delta },
  });
  const names = async (...all: Parameters<typeof probe>) =>
    (await discover([probe(...all)], HOST)).flatMap(({ items }) => items);
  expect(await names("early", () => ({ a: null }), { values: values({ delta: true }) })).toEqual(["a"]);
  expect(await names("none", () => ({}), { values: values({ delta: true }) })).toEqual([]);
  expect(await names("no delta", () => ({ a: null }), { values: values({}) })).toEqual([]);
});

test("each instance has its own items", async () => {
  const values = { usage: { item: "{mount}_usage", unit: "%", kind: "gauge" as const, doc: "" } };
  const disk = probe("disk", () => ({ usage: 1 }), {
    args: [{ name: "mount", form: anything(), doc: "" }],
    values,
    instances: () => ["/", "/srv/a"],
  });
  const odd = probe("odd", () => ({ a: 1 }), {
    args: [{ name: "x", form: anything(), doc: "" }],
    instances: () => {
      throw new Error("gone");
    },
  });
  expect((await discover([disk, odd], HOST)).flatMap(({ items }) => items)).toEqual(["root_usage", "srv_a_usage"]);
});

test("a probe that hangs holds up no start, and is measured all the same", async () => {
  const probes = [probe("hangs", () => new Promise(() => {})), probe("one", () => ({ a: 1 }))];
  expect((await discover(probes, HOST)).flatMap(({ items }) => items)).toEqual(["hangs_a", "hangs_b", "one_a"]);
});

test("a program that a probe would run is not run, only looked for", async () => {
  const runs = (name: string) => async (host: Host) => {
    await host.run({ argv: [name], timeout_s: 5 });
    return {};
  };
  const probes = [probe("there", runs("sh")), probe("missing", runs("no-such-program"))];
  expect((await discover(probes, HOST)).flatMap(({ items }) => items)).toEqual(["there_a", "there_b"]);
});

test("what asks others is not tried, and what it suggests may fail", async () => {
  const fail = () => {
    throw new Error("gone");
  };
  const probes = [
    probe("remote", () => ({ a: 1 }), { remote: true }),
    probe("suggests", () => ({}), { suggest: () => ["cert_www certificate /etc/ssl/www.pem"] }),
    probe("fails", () => ({}), { suggest: fail }),
  ];
  expect((await discover(probes, HOST)).map(({ suggested }) => suggested)).toEqual([
    ["cert_www certificate /etc/ssl/www.pem"],
  ]);
});
