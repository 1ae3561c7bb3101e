// What the pages' mirror costs: 1,000 hosts of 60 items, 300 of them not fine; the whole, one host's change, and nothing.

import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";
import type { ItemState } from "../../src/core/report.ts";
import { Judging } from "../../src/page/judging.ts";
import { readNews } from "../../src/page/mirror/answer.ts";
import { Mirror } from "../../src/page/mirror/mirror.ts";
import { percentile, type Row, spread } from "./table.ts";

const HOSTS = 1000;
const ITEMS = 60;
const BAD = 300;
const NOW_S = 1_793_491_200;
const RUNS = 200;
const groups = () => ({ hosts: {}, items: {} });

function hostOnWire(i: number, turn: number) {
  const item = (n: number): ItemState => ({
    value: Math.round(i * 37 + n * 11 + turn) / 7,
    level: i < BAD && n === 0 ? "sick" : "fine",
    since: NOW_S - i * 60,
    time: NOW_S,
    unit: "%",
    kind: "gauge",
    ...(i < BAD && n === 0 ? { rule: ">90% (work.conf:12)" } : {}),
  });
  const host = `host${i}.example.org`;
  const about = { host, version: "1.0.0", target: "linux-x64", time: NOW_S, started: NOW_S - 1e6, ival: 300 };
  const state = Object.fromEntries(Array.from({ length: ITEMS }, (_, n) => [`item${n}_usage`, item(n)]));
  return [host, { tag: `host${i}`, about, received: NOW_S + turn, voice: "well", state }] as const;
}

function answer(hosts: Iterable<number>, turn: number, more: object = {}): string {
  const told = Object.fromEntries([...hosts].map((i) => hostOnWire(i, turn)));
  return JSON.stringify({ resp: "ok watch", now: NOW_S + turn, seq: `a.${turn}.0`, hosts: told, ...more });
}

function timed<T>(samples: number[], work: () => T): T {
  const begun_ms = performance.now();
  const done = work();
  samples.push(performance.now() - begun_ms);
  return done;
}

export function pages(): Promise<Row[]> {
  const mirror = new Mirror({ server: () => "mars", version: "1", levels: () => DEFAULT_LEVELS, groups });
  const judging = new Judging();
  const fleet = () => {
    const overview = mirror.overview();
    if (overview) judging.judge(overview);
  };
  const [whole, first, news, judged]: [number[], number[], number[], number[]] = [[], [], [], []];
  const text = answer(Array(HOSTS).keys(), 0, { whole: true });
  timed(whole, () => mirror.take(readNews(JSON.parse(text))));
  timed(first, fleet);
  for (let turn = 1; turn <= RUNS; turn++) {
    const change = answer([(turn * 37) % HOSTS], turn);
    timed(news, () => mirror.take(readNews(JSON.parse(change))));
    timed(judged, fleet);
  }
  const ms = (samples: number[]) => `${percentile(samples, 0.5).toFixed(1)} ms`;
  return Promise.resolve([
    {
      what: `the mirror: ${HOSTS} hosts of ${ITEMS} items, ${BAD} not fine: the whole`,
      asked: "-",
      measured: ms(whole),
    },
    { what: "  the fleet, judged for the first time", asked: "≤ 150 ms", measured: ms(first) },
    { what: "  one host's change, taken", asked: "-", measured: spread(news, "ms") },
    { what: "  the fleet behind it", asked: "≤ 2 ms", measured: spread(judged, "ms") },
  ]);
}
