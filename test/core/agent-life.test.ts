import { expect, test } from "bun:test";
import { AgentLife } from "../../src/core/agent-life.ts";

const MINUTE_MS = 60_000;
const DAY_TICKS = 8_640_000;

test.each<[string, (number | undefined)[], boolean]>([
  ["goes on", [5000, 11_000], true],
  ["started", [5000, 200], false],
  ["started, and does not tell in between", [5000, undefined, 200], false],
  ["wrapped after 497 days, which looks the same", [2 ** 32 - 1, 5999], false],
  ["is another, that runs for longer", [5000, 40 * DAY_TICKS], false],
  ["has a clock that stands", [5000, 5000], true],
  ["counts thousandths", [50_000, 110_000], true],
  ["never tells", [undefined, undefined], true],
])("an agent that %s", (_, ticks, isSame) => {
  const life = new AgentLife();
  const [first, ...rest] = ticks.map((each, minute) => life.look(each, minute * MINUTE_MS));
  expect(rest.at(-1) === first).toBe(isSame);
});
