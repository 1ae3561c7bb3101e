import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lines, makeInventory } from "../../src/client/inventory.ts";
import { aboutShape, inventoryShape } from "../../src/core/report.ts";
import { inventoryFrom } from "../../src/daemon/inventory.ts";

test("what is unknown is left out, and a line is one short line", () => {
  expect(lines({ A: " x \n y", B: "-", C: "", D: "z".repeat(500) })).toEqual({ A: "x y", D: "z".repeat(200) });
});

test("this host has a kernel, a processor and memory", async () => {
  const inventory = inventoryShape(await makeInventory(), "");
  expect(Object.keys(inventory)).toEqual(expect.arrayContaining(["CPU", "Memory", "OS", "Kernel"]));
}, 30_000);

test("the daemon reads it when it comes, when it changes, and takes no nonsense", () => {
  const dir = mkdtempSync(join(tmpdir(), "dmon-inventory-"));
  const file = join(dir, "inventory.json");
  const read = inventoryFrom(file);
  const write = (text: string, time_s: number) => {
    writeFileSync(file, text);
    utimesSync(file, time_s, time_s);
  };
  expect(read()).toBeUndefined();
  write('{"CPU":"6502"}', 1000);
  expect(read()).toEqual({ CPU: "6502" });
  write('{"CPU":"Z80"}', 2000);
  expect(read()).toEqual({ CPU: "Z80" });
  for (const [i, text] of ["{", "[]", '{"CPU":1}', JSON.stringify({ CPU: "x".repeat(500) })].entries()) {
    write(text, 3000 + i);
    expect(read()).toBeUndefined();
  }
  rmSync(dir, { recursive: true });
});

test("a report may carry it, and an older client's does not", () => {
  const about = { host: "a.b", version: "1", target: "x", time: 1, started: 1, ival: 300 };
  expect(aboutShape(about, "")).toEqual(about);
  expect(aboutShape({ ...about, inventory: { CPU: "6502" } }, "")).toEqual({ ...about, inventory: { CPU: "6502" } });
});
