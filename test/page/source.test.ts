import { expect, test } from "bun:test";
import { NOW_S, troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

// README.md shows these graphs: what they say must not contradict itself.
const overview = troubled();
const told = overview.events.filter(({ host }) => overview.hosts.some((view) => view.host === host));
const limited = told.filter(({ reason }) => /^[<>][\d.]/.test(reason ?? ""));
const stateOf = (host: string, item: string) => overview.hosts.find((view) => view.host === host)?.state[item];

test.each(limited.map((event) => [event.id, event] as const))("the past of %s agrees with it", async (_, event) => {
  const [, side, number, wait_m = 0] = /^([<>])([\d.]+).*?(?: for (\d+)m|$)/.exec(event.reason ?? "") ?? [];
  const beyond_s = event.time - 60 * Number(wait_m);
  const ofItem = told.filter(({ host, item }) => host === event.host && item === event.item);
  const [after_s, before_s] = [ofItem[ofItem.indexOf(event) - 1]?.time, ofItem[ofItem.indexOf(event) + 1]?.time];
  for (const span_s of [NOW_S - event.time + 3600, 3 * 86_400]) {
    const { rows } = await sourceOf(overview).history(event.host, event.item, { span_s }, 300);
    const wrong = rows.filter(({ time_s, min, max }) => {
      if (min === null || max === null || time_s < (before_s ?? 0) || time_s >= (after_s ?? NOW_S)) return false;
      const limit = Number(number);
      const all = side === ">" ? min > limit : max < limit;
      const none = side === ">" ? max <= limit : min >= limit;
      return time_s >= beyond_s ? !all : !none;
    });
    expect({ span_s, wrong }).toEqual({ span_s, wrong: [] });
  }
});

test("the last event of an item is its level now, and its past ends with its value now", async () => {
  const seen = new Set<string>();
  for (const { host, item, level, time } of told) {
    if (seen.has(`${host} ${item}`)) continue;
    seen.add(`${host} ${item}`);
    const state = stateOf(host, item);
    expect({ item, level: state?.level, since: state?.since }).toEqual({ item, level, since: time });
    const last = (await sourceOf(overview).history(host, item, { span_s: 3600 }, 60)).rows.at(-1)?.avg;
    if (state?.value === null) expect(last).toBeNull();
    else expect(Math.abs((last ?? 0) / (state?.value ?? 1) - 1)).toBeLessThan(0.02);
  }
});
