// What every probe's declaration must keep to, so that mk-work, help, pages and defaults can rely on it.

import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { allProbes } from "../../probes/index.ts";
import { read } from "../../src/client/run.ts";
import { DEFAULT_LEVELS, parseTest } from "../../src/core/fitness.ts";
import { parseInterval } from "../../src/core/interval.ts";
import { isName, slug } from "../../src/core/names.ts";
import { KINDS } from "../../src/core/reading.ts";
import { makeWorks } from "../../src/work/compile.ts";
import { fixtureHost, given, roots } from "./fake-host.ts";

const values = allProbes().flatMap((probe) =>
  Object.entries(probe.values).map(([key, value]) => ({ probe, value, id: `${probe.name}.${key}` })),
);
const levels = DEFAULT_LEVELS.slice(1).map((level) => level.name);

/** What is wrong with a default fitness, in the grammar of SPEC section 4, or undefined. */
function faultOf(fit: string, unit: string): string | undefined {
  const words = fit.split(/ +/);
  let before = -1;
  while (words.length > 0) {
    const level = levels.indexOf(words.shift() ?? "");
    if (level <= before) return `"${fit}": levels must be of ${levels.join(" ")}, each worse than the one before`;
    before = level;
    const condition = parseTest(words.shift() ?? "", unit);
    if ("error" in condition) return condition.error;
    while (words[0] === "for" || words[0] === "until") {
      const [clause, word = ""] = words.splice(0, 2);
      const until = parseTest(word, unit);
      if (clause === "until" && "error" in until) return until.error;
      if (clause === "for" && !((parseInterval(word) ?? 0) > 0)) return `"${word}" is no interval`;
    }
  }
  return undefined;
}

describe("declarations", () => {
  test("are listed alphabetically, each once, and each file is in the list", () => {
    const names = allProbes().map((probe) => probe.name);
    expect(names).toEqual([...new Set(names)].sort());
    const files = readdirSync(`${import.meta.dir}/../../probes`).filter((file) => file !== "index.ts");
    expect(names.map((name) => `${name}.ts`)).toEqual(files.toSorted());
    for (const file of files) expect(readdirSync(import.meta.dir)).toContain(file.replace(".ts", ".test.ts"));
  });

  test("item names are unique, and names that configs and URLs can hold", () => {
    const items = values.flatMap(({ value }) => value.item ?? []);
    expect(items).toEqual([...new Set(items)]);
    for (const item of items) expect({ item, ok: isName(item.replace(/\{\w+\}/, "x")) }).toEqual({ item, ok: true });
  });

  test("no plain item name is also an instance of a pattern on the fake roots", () => {
    const plain = new Set(values.flatMap(({ value }) => value.item ?? []).filter((item) => !item.includes("{")));
    for (const root of roots) {
      for (const { value, probe } of values.filter(({ value: { item } }) => item?.includes("{"))) {
        for (const instance of probe.instances?.(fixtureHost(root)) ?? []) {
          expect(plain.has((value.item ?? "").replace(/\{\w+\}/, instance))).toBe(false);
        }
      }
    }
  });

  test("a name is of one pattern at the most", () => {
    const patterns = values.flatMap(({ value }) => (value.item?.includes("{") ? value.item : []));
    const shapes = patterns.map((item) => item.replace(/\{\w+\}/, "{}"));
    expect(shapes).toEqual([...new Set(shapes)]);
  });

  test("items that exist undefined need no argument but the one that their names have", () => {
    for (const probe of allProbes()) {
      const needed = (probe.args ?? []).filter(({ optional }) => !optional).map(({ name }) => `{${name}}`);
      const items = Object.values(probe.values).flatMap(({ item }) => item ?? []);
      for (const item of items) expect([...item.matchAll(/\{\w+\}/g)].flat()).toEqual(needed);
      expect({ probe: probe.name, has: !probe.remote && items.some((item) => item.includes("{")) }).toEqual({
        probe: probe.name,
        has: probe.instances !== undefined,
      });
    }
  });

  test("what is made of an item's past says of which, and only that has its unit and limits", () => {
    for (const probe of allProbes()) {
      const { name, madeOf, args = [], remote, lane } = probe;
      const isMade = Object.values(probe.values).some(({ unitOf }) => unitOf) || args.some(({ limit }) => limit);
      expect({ name, isMade: isMade && !madeOf }).toEqual({ name, isMade: false });
      if (!madeOf) continue;
      expect({ name, remote, lane }).toEqual({ name, remote: undefined, lane: undefined });
      expect(isName(madeOf({ args: ["root", "1"], options: {} }))).toBe(true);
    }
  });

  test("arguments: the needed ones first, and only the last takes all that is left", () => {
    for (const { name, args = [] } of allProbes()) {
      const optional = args.map((arg) => Number(arg.optional === true));
      expect({ name, optional }).toEqual({ name, optional: optional.toSorted((a, b) => a - b) });
      expect(args.slice(0, -1).filter(({ rest }) => rest)).toEqual([]);
      for (const { doc } of args) expect(doc).toMatch(/^[A-Z"][^\n]{3,300}[a-z0-9_).]$/);
    }
  });

  test("the example is a line of a work-config that has no error", () => {
    for (const { name, example } of allProbes()) {
      const dumb = ["ups1", "prn1"].map((tag) => `host ${tag}.example.org ${tag} via=mars snmp=v2c:public`);
      const lines = ["host mars.example.org mars", ...dumb, example];
      const own = /^item (\S+)/.exec(example)?.[1];
      const text = `${[...lines, `get mars uptime ${own ?? ""}`].join("\n")}\n`;
      const faults = () =>
        makeWorks("work.conf", text, "mars.example.org").warnings.filter(({ place }) => place.line === lines.length);
      expect({ name, faults: faults() }).toEqual({ name, faults: [] });
    }
  });

  test("usual instances are slugs, each once, of probes with an argument", () => {
    for (const { usual = [], args } of allProbes()) {
      expect(usual).toEqual([...new Set(usual.map(slug))]);
      expect(usual.length > 0 && args === undefined).toBe(false);
    }
  });

  test("instances are slugs, each once", () => {
    for (const root of roots) {
      for (const probe of allProbes()) {
        const instances = probe.instances?.(fixtureHost(root)) ?? [];
        expect(instances).toEqual([...new Set(instances.map(slug))]);
      }
    }
  });

  test("docs are whole sentences that fit into a page", () => {
    for (const doc of [...allProbes().map((probe) => probe.doc), ...values.map(({ value }) => value.doc)]) {
      expect(doc).toMatch(/^(dmon |[A-Z])[^\n]{8,300}[a-z0-9)`]\.$/);
    }
  });

  test("kinds are known, units short, and every reading is a declared value", async () => {
    for (const { value } of values) {
      expect(KINDS).toContain(value.kind);
      expect(value.unit).toMatch(/^(|%|B|B\/s|s|ms|1\/s|°C|V|[a-z]+(\/[a-z]+)?)$/);
    }
    const host = fixtureHost("server128");
    for (const probe of allProbes()) {
      if (!Object.values(probe.values).some(({ item }) => item) || probe.remote || probe.lane === "program") continue;
      const { readings } = await read(probe, host, given(...(probe.instances?.(host).slice(0, 1) ?? [])));
      for (const value of Object.keys(readings)) expect(Object.keys(probe.values)).toContain(value);
    }
  });

  test("default fitness functions are right", () => {
    const faults = values.map(({ id, value: { fit, unit } }) => ({ id, fault: fit && faultOf(fit, unit) }));
    expect(faults.filter(({ fault }) => fault !== undefined)).toEqual([]);
    expect(faultOf("soso >80% for x", "%")).toBe('"x" is no interval');
    expect(faultOf("sick >80% soso >90%", "%")).toContain("each worse");
  });
});
