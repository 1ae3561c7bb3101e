import { expect, test } from "bun:test";
import { FANOUT_WAITING_BYTES_MAX } from "../../src/core/limits.ts";
import { fanOut } from "../../src/server/fanout.ts";

const names = (count: number) => Array.from({ length: count }, (_, i) => `host${i}`);

test("each host has its line, and all fan-outs together ask so many at a time", async () => {
  let [running, most] = [0, 0];
  const ask = async (host: string) => {
    most = Math.max(most, ++running);
    await Bun.sleep(1);
    running--;
    if (host === "host3") throw new Error("gone");
    return `two\n lines of ${host}\n`;
  };
  const all = await Promise.all(Array.from({ length: 3 }, () => Array.fromAsync(fanOut(names(50), 10, ask))));
  for (const lines of all) {
    expect(lines).toHaveLength(50);
    expect(lines).toContain("host7 two | lines of host7\n");
    expect(lines).toContain("host3 error: gone\n");
  }
  expect(most).toBe(10);
});

test("who takes no line is asked for no more, and who hung up neither", async () => {
  let asked = 0;
  const ask = () => {
    asked++;
    return Promise.resolve("x".repeat(10_000));
  };
  const lines = fanOut(names(1000), 5, ask);
  await lines.next();
  await Bun.sleep(20);
  expect(asked).toBeLessThan(FANOUT_WAITING_BYTES_MAX / 10_000 + 10);
  await lines.return(undefined);
  const before = asked;
  await Bun.sleep(20);
  expect(asked).toBe(before);
  expect(await Array.fromAsync(fanOut(names(7), 5, ask))).toHaveLength(7);
});
