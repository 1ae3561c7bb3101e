import { expect, test } from "bun:test";
import { KEYS, type Key } from "../../src/page/script/keys.ts";

test("docs/pages.md tells every key and what it does", async () => {
  const docs = await Bun.file(`${import.meta.dir}/../../docs/pages.md`).text();
  const keys: readonly Key[] = KEYS;
  const missing = keys.filter(({ key, shown, does }) => !docs.includes(`\`${shown ?? key}\` ${does}`));
  expect(missing).toEqual([]);
});

test("no two keys of one place are the same", () => {
  const places = KEYS.map(({ key, where }) => `${where} ${key}`);
  expect(new Set(places).size).toBe(places.length);
});
