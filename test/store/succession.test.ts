import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { ClientStore } from "../../src/store/client-store.ts";
import { asStoreError, DamagedError } from "../../src/store/database.ts";
import { Succession, type SuccessionOptions } from "../../src/store/succession.ts";
import { makeDatabase } from "./damage.ts";
import { START, TIERS, withDirectoryAsync } from "./fixture.ts";

setDefaultTimeout(30_000); // three days of minutes are made first, on a machine that may be busy

const full = () => asStoreError("data.lite", Object.assign(new Error("full"), { code: "SQLITE_FULL" }));

function successionOf(file: string, more: Partial<SuccessionOptions<ClientStore>> = {}) {
  const said: string[] = [];
  const succession = new Succession<ClientStore>({
    file,
    clock: { now_s: () => START, mono_ms: () => 0 },
    log: { quiet: (text) => void said.push(text.replaceAll(file, "FILE")) },
    make: () => new ClientStore(file, TIERS),
    begin: (store, damaged, before) => store.succeed(damaged, undefined, before, START),
    damaged: () => {},
    shown_ms: () => 1000,
    ...more,
  });
  return { succession, said };
}

/** Waits until something is so, at most ten seconds. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !holds(); i++) await Bun.sleep(5);
  expect(holds()).toBe(true);
}

test("what cannot be begun for want of room is begun later, with all that was to be saved", async () => {
  await withDirectoryAsync(async (dir) => {
    const { file } = makeDatabase(dir);
    let isFull = true;
    const { succession, said } = successionOf(file, {
      make: () => {
        if (isFull) throw full();
        return new ClientStore(file, TIERS);
      },
    });
    expect(() => succession.replace(new DamagedError(`${file}: is damaged`), undefined)).toThrow("the disk is full");
    // Meanwhile somebody else has put a damaged one there.
    writeFileSync(file, "What is this?".repeat(1000));
    isFull = false;
    const store = succession.open();
    expect(store.unsaved()).toHaveLength(2);
    await until(() => said.filter((line) => line.includes(": saved ") || line.includes("could be saved")).length === 2);
    expect(store.outbox.size()).toBe(40);
    succession.end();
    store.close();
  });
});

test("what fails halfway for want of room goes on when there is some", async () => {
  await withDirectoryAsync(async (dir) => {
    const { file } = makeDatabase(dir);
    let failures = 3;
    const { succession } = successionOf(file, {
      begin: (store, damaged, before) => {
        if (failures-- > 0) throw full();
        store.succeed(damaged, undefined, before, START);
      },
    });
    expect(() => succession.replace(new DamagedError(`${file}: is damaged`), undefined)).toThrow("the disk is full");
    for (let i = 0; i < 2; i++) expect(() => succession.open()).toThrow("the disk is full");
    const store = succession.open();
    expect(store.levels()).toHaveLength(13);
    succession.end();
    store.close();
  });
});

test("a damaged file that nobody can read is no reason to be without a new one", async () => {
  await withDirectoryAsync(async (dir) => {
    const { file } = makeDatabase(dir);
    const { succession, said } = successionOf(file, {
      begin: () => {
        throw asStoreError(file, new TypeError("a bug of ours"));
      },
    });
    const store = succession.replace(new DamagedError(`${file}: is damaged`), undefined);
    expect(store.levels()).toEqual([]);
    expect(said).toEqual([
      expect.stringMatching(/^FILE: is damaged; moved to FILE\.damaged-/),
      expect.stringMatching(/^FILE\.damaged-\S+: cannot be read: FILE: a bug of ours$/),
    ]);
    expect(succession.note).toMatch(/^data\.lite was damaged; moved to .*; it cannot be read$/);
    succession.end();
    store.close();
  });
});

test("a rescue that meets a bug ends, and says where", async () => {
  await withDirectoryAsync(async (dir) => {
    const { file } = makeDatabase(dir);
    const { succession, said } = successionOf(file, {
      rescued: () => {
        throw new TypeError("a bug of ours");
      },
    });
    const before = readFileSync(file);
    const store = succession.replace(new DamagedError(`${file}: is damaged`), undefined);
    await until(() => said.length > 1);
    expect(said[1]).toMatch(/its rescue ends with an error: TypeError: a bug of ours\n +at /);
    const aside = readdirSync(dir).find((name) => name.includes("damaged"));
    expect(readFileSync(`${dir}/${aside ?? ""}`).equals(before)).toBe(true);
    succession.end();
    store.close();
  });
});
