import { describe, expect, test } from "bun:test";
import type { StatsFs } from "node:fs";
import { type Asker, remoteStatfs, STUCK_MAX } from "../../src/client/remote-statfs.ts";
import { probeErrorOf } from "../probes/fake-host.ts";

const ALIVE: StatsFs = { type: 1, bsize: 1, frsize: 1, blocks: 1, bfree: 1, bavail: 1, files: 1, ffree: 1 };

/** Askers to whom every path that begins with /dead does not answer before `revive`. */
function network() {
  const waiting: PromiseWithResolvers<StatsFs>[] = [];
  const asked: string[] = [];
  let running = 0;
  const start = (): Asker => {
    running++;
    return {
      ask: (path) => {
        asked.push(path);
        if (!path.startsWith("/dead")) return Promise.resolve(ALIVE);
        const answer = Promise.withResolvers<StatsFs>();
        waiting.push(answer);
        return answer.promise;
      },
      end: () => running--,
    };
  };
  const revive = () => {
    for (const answer of waiting.splice(0)) answer.resolve(ALIVE);
  };
  return { start, asked, revive, running: () => running };
}

const broken = () => Promise.reject(new Error("out of memory"));

describe("remoteStatfs", () => {
  test("one worker answers all who are there", async () => {
    const { start, running } = network();
    const statfs = remoteStatfs(() => 0, start, 5);
    expect(await Promise.all(["/a", "/b", "/c"].map(statfs))).toEqual([ALIVE, ALIVE, ALIVE]);
    await Bun.sleep(10); // past the patience that nobody needed
    expect(await statfs("/a")).toEqual(ALIVE);
    expect(running()).toBe(1);
  });

  test("a dead mount holds up the others only for a moment, and is not asked again before it answered", async () => {
    const { start, asked, revive, running } = network();
    const statfs = remoteStatfs(() => 1_700_000_000, start, 5);
    const dead = statfs("/dead");
    const from = performance.now();
    expect(await statfs("/a")).toEqual(ALIVE);
    expect(performance.now() - from).toBeLessThan(1000);
    expect(await probeErrorOf(() => statfs("/dead"))).toBe(
      "/dead has not answered since 2023-11-14T22:13:20Z: is its server there?",
    );
    expect(asked).toEqual(["/dead", "/a"]);
    expect(running()).toBe(2);
    revive();
    expect(await dead).toEqual(ALIVE);
    expect(running()).toBe(1); // the one that was left behind has gone
    void statfs("/dead");
    await Bun.sleep(1);
    expect(asked).toEqual(["/dead", "/a", "/dead"]);
    revive();
  });

  test("there is a bound to how many wait", async () => {
    const { start, revive, running } = network();
    const statfs = remoteStatfs(() => 0, start, 5);
    const dead = Array.from({ length: STUCK_MAX }, (_, i) => statfs(`/dead${i}`));
    expect(await probeErrorOf(() => statfs("/a"))).toBe(`/a is not asked: ${STUCK_MAX} other mounts have not answered`);
    revive();
    expect(await Promise.all(dead)).toHaveLength(STUCK_MAX);
    expect(await statfs("/a")).toEqual(ALIVE);
    expect(running()).toBe(1);
  });

  test("a call that fails is an error with its errno, and the worker stays", async () => {
    let starts = 0;
    const start = (): Asker => {
      starts++;
      return { ask: (path) => Promise.resolve(path === "/stale" ? { code: "ESTALE" } : ALIVE), end: () => {} };
    };
    const statfs = remoteStatfs(() => 0, start, 5);
    expect(await statfs("/stale").catch((error) => error.code)).toBe("ESTALE");
    expect(await statfs("/a")).toEqual(ALIVE);
    expect(starts).toBe(1);
  });

  test("a worker that breaks is replaced", async () => {
    let starts = 0;
    const start = (): Asker => ({ ask: starts++ === 0 ? broken : () => Promise.resolve(ALIVE), end: () => {} });
    const statfs = remoteStatfs(() => 0, start, 5);
    expect(await statfs("/a").catch((error) => error.message)).toBe("out of memory");
    expect(await statfs("/a")).toEqual(ALIVE);
    expect(starts).toBe(2);
  });
});
