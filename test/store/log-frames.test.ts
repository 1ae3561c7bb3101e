import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { isDamagedLog, loggedPages } from "../../src/store/log-frames.ts";
import { PAGE } from "./damage.ts";
import { withDirectory } from "./fixture.ts";

const FRAME = 24 + PAGE;
const HEADER = 32;

/** A log of some transactions, and one that was not committed. */
function withLog(use: (log: string, frames: { page: number; bytes: Buffer }[]) => void): void {
  withDirectory((dir) => {
    const db = new Database(`${dir}/a`, { create: true });
    db.run("PRAGMA journal_mode = WAL");
    db.run("CREATE TABLE t (x)");
    for (let i = 0; i < 20; i++) db.run("INSERT INTO t VALUES (randomblob(3000))");
    db.run("PRAGMA wal_checkpoint(RESTART)"); // what comes now begins the log anew, and old frames stay behind it
    for (let i = 0; i < 5; i++) db.run("INSERT INTO t VALUES (randomblob(3000))");
    copyFileSync(`${dir}/a-wal`, `${dir}/log`);
    db.close(true);
    const bytes = readFileSync(`${dir}/log`);
    const salt = bytes.subarray(16, 24);
    const frames = Array.from({ length: Math.floor((bytes.length - HEADER) / FRAME) }, (_, i) => {
      const at = HEADER + i * FRAME;
      return {
        page: bytes.readUInt32BE(at),
        salt: bytes.subarray(at + 8, at + 16),
        bytes: bytes.subarray(at + 24, at + FRAME),
      };
    });
    const own = frames.filter((frame) => frame.salt.equals(salt));
    expect(own.length).toBeGreaterThan(8);
    expect(frames.length).toBeGreaterThan(own.length);
    use(`${dir}/log`, own);
  });
}

/** What the log has of each page: the number of the frame. */
const found = (log: string) =>
  new Map([...loggedPages(log, PAGE)].map(([page, at]) => [page, (at - HEADER - 24) / FRAME]));
const newest = (frames: readonly { page: number }[], without = -1) =>
  new Map(frames.map(({ page }, i): [number, number] => [page, i]).filter(([, i]) => i !== without));

function change(log: string, at: number): void {
  const bytes = readFileSync(log);
  bytes[at] = (bytes[at] ?? 0) ^ 0x40;
  writeFileSync(log, bytes);
}

test("has of each page the newest version, and nothing of the log before", () => {
  withLog((log, frames) => {
    expect(found(log)).toEqual(newest(frames));
    expect(isDamagedLog(log)).toBe(false);
  });
});

test("a frame that is damaged costs its page alone", () => {
  withLog((log, frames) => {
    change(log, HEADER + 3 * FRAME + 24 + 100);
    expect(found(log)).toEqual(newest(frames, 3));
  });
});

test("without its header it is read as before", () => {
  withLog((log, frames) => {
    change(log, 20);
    expect(isDamagedLog(log)).toBe(true);
    // The first frame goes on from the header's sum, and so from nothing.
    for (const [page, frame] of newest(frames)) expect(found(log).get(page) ?? 0).toBe(frame);
  });
});

test("what was not committed is not there", () => {
  withLog((log, frames) => {
    const bytes = readFileSync(log);
    const last = HEADER + (frames.length - 1) * FRAME;
    expect(bytes.readUInt32BE(last + 4)).toBeGreaterThan(0); // it commits
    writeFileSync(log, bytes.subarray(0, last));
    const commits = frames.map((_, i) => bytes.readUInt32BE(HEADER + i * FRAME + 4) > 0);
    const end = commits.lastIndexOf(true, frames.length - 2) + 1;
    expect(found(log)).toEqual(newest(frames.slice(0, end)));
  });
});

test.each<[string, Uint8Array | undefined, boolean]>([
  ["none", undefined, false],
  ["empty", new Uint8Array(), false],
  ["shorter than a header", new Uint8Array(31).fill(7), false],
  ["of zeros, as a power cut may leave it", new Uint8Array(10_000), false],
  ["of something else", new Uint8Array(10_000).fill(7), true],
])("a log that is %s", (_, bytes, isDamaged) => {
  withDirectory((dir) => {
    if (bytes) writeFileSync(`${dir}/log`, bytes);
    expect(isDamagedLog(`${dir}/log`)).toBe(isDamaged);
    expect(found(`${dir}/log`)).toEqual(new Map());
  });
});
