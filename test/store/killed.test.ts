import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { ClientStore } from "../../src/store/client-store.ts";
import { HOST, LONG_TIERS, read, START, total, withDirectoryAsync } from "./fixture.ts";

const KILLS = 200;

/** Lets it store minutes for a moment and kills it; returns the last one that it said was stored. */
async function ticksUntilKilled(file: string, minute: number): Promise<number> {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/ticking.ts`, file, String(minute)], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let said = "";
  const decoder = new TextDecoder();
  let kill: Timer | undefined;
  for await (const piece of child.stdout) {
    said += decoder.decode(piece);
    kill ??= setTimeout(() => child.kill("SIGKILL"), Math.random() * 40);
  }
  clearTimeout(kill);
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  return Number(said.trimEnd().split("\n").at(-1));
}

test(`killed ${KILLS} times while it writes, the history has lost no minute, and the events are those of its minutes`, async () => {
  await withDirectoryAsync(async (dir) => {
    const file = `${dir}/data.lite`;
    let minute = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const last = await ticksUntilKilled(file, minute);
      const db = new Database(file, { readonly: true });
      expect(db.query("PRAGMA integrity_check").values()).toEqual([["ok"]]);
      db.close();
      const store = new ClientStore(file, LONG_TIERS);
      const end_s = START + (last + 2) * 60;
      // The minute in which it was killed is there as a whole or not at all.
      const newest = read(store, ["item0"], START + (last - 5) * 60, end_s, 60).at(-1);
      const stored = Math.round(((newest?.time_s ?? 0) - START) / 60);
      expect([last, last + 1]).toContain(stored);
      expect(store.levels()).toMatchObject([{ item: "item0", since: START + stored }]);
      const waiting = store.outbox.first(1000).map(({ time }) => time - START);
      expect(waiting).toEqual(Array.from(waiting, (_, i) => stored - waiting.length + 1 + i));
      const query = { host: HOST, items: ["item0"], from_s: end_s - 3 * 3600, to_s: end_s };
      const changes = store.history.changesOf(query, 1000);
      expect(changes.at(-1)).toMatchObject({ time_s: START + stored * 60, level: stored % 2 ? "sick" : "fine" });
      const counts = ["item0", "item19"].map((item) => total(read(store, [item], START, end_s, 4 * 3600)));
      for (const [i, all] of counts.entries()) {
        expect(all.count).toBe(stored + 1);
        expect(all.max).toBe(stored + (i * 19) / 7);
      }
      store.close();
      minute = stored + 1;
      if (minute > 200 * 60) break; // a fast machine: what comes is beyond the coarsest tier
    }
    expect(minute).toBeGreaterThan(KILLS * 2);
  });
}, 120_000);
