import { describe, expect, test } from "bun:test";
import { catalogue, findItem, findProbeValue, itemName } from "../../src/work/catalogue.ts";
import { standAloneWork } from "../../src/work/standalone.ts";
import { works } from "./fixture.ts";

describe("the work-config of a host that stands alone", () => {
  const here = catalogue.filter(({ name, probe }) => !name.includes("{") && probe.remote !== "snmp");
  const items = here.map(({ name }) => name);

  test.each(["mars.example.org", "localhost", "192.0.2.1"])(
    "%s: compiles without a warning, with all items",
    (host) => {
      const made = works(
        standAloneWork(
          host,
          [...items, "root_usage", "eth0_rx"].filter((name) => findItem(name)),
        ),
        host,
      );
      expect(made.warnings).toEqual([]);
      expect(Object.keys(made.clients.get(host)?.hosts[host]?.items ?? {})).toEqual(expect.arrayContaining(items));
      expect(made.pmaker.pmaker).toBe(host);
    },
  );

  test("lines are of a width that people read", () => {
    for (const line of standAloneWork("mars.example.org", items).split("\n")) expect(line.length).toBeLessThan(140);
  });
});

describe("the catalogue", () => {
  test("every item without arguments is found by its name", () => {
    for (const { name, probe, value } of catalogue) {
      if (!name.includes("{")) expect(findItem(name)).toMatchObject({ value, probe: { name: probe.name } });
    }
  });

  test("every pattern is found by any instance, and named by it", () => {
    for (const { name, probe, value, declared } of catalogue) {
      if (!name.includes("{")) continue;
      const found = findItem(itemName(declared, "var_lib") ?? "");
      expect(found).toMatchObject({ value, args: ["var_lib"], probe: { name: probe.name } });
    }
  });

  test.each(["", "nothing", "_usage", "constructor", "__proto__"])("%p is no item", (name) => {
    expect(findItem(name)).toBeUndefined();
  });

  test.each([
    ["disk", "usage"],
    ["disk.avail", "avail"],
  ])("PROBE.VALUE %p", (text, value) => {
    expect(findProbeValue(text)).toMatchObject({ value, probe: { name: "disk" } });
  });

  test.each(["", ".", "disk.", "disk.constructor", "constructor", "disk.usage.x", "dsik"])(
    "PROBE.VALUE %p is none",
    (text) => {
      expect(findProbeValue(text)).toMatchObject({ error: expect.any(String) });
    },
  );
});
