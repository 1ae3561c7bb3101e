// A week of a department of 200 hosts, by chance: whatever fails, who was to be told was told once, or it is written down why not. See
// week-law.ts. `WEEK_SEED=7 WEEK_HOSTS=1000 bun test test/server/week.test.ts` is another week; WEEK_SEEDS=10 are so many of them.

import { expect, test } from "bun:test";
import { judgeMessages } from "./week-lanes.ts";
import { Law } from "./week-law.ts";
import { planOf, randomOf, WEEK_S } from "./week-plan.ts";
import type { Record } from "./week-record.ts";
import { Truth } from "./week-truth.ts";
import { department } from "./week-work.ts";
import { WeekWorld } from "./week-world.ts";

const first = Number(process.env.WEEK_SEED ?? 1);
const hosts = Number(process.env.WEEK_HOSTS ?? 200);
const seeds = Array.from({ length: Number(process.env.WEEK_SEEDS ?? 1) }, (_, i) => first + i);
/** A week takes ten seconds on a quiet machine. */
const WEEK_MS_MAX = 300_000;
const FAULTS_SHOWN = 20;

test.each(seeds)(
  "a week: all that lasted was told once, or there is a reason (WEEK_SEED=%d)",
  async (seed) => {
    const random = randomOf(seed);
    const departments = [department(hosts, false), department(hosts, true)] as const;
    const plan = planOf(departments[0].hosts, random);
    using world = new WeekWorld(plan, ...departments, random);
    const record = await world.run();
    const truth = new Truth(plan, record, departments[0]);
    const faults = [...judgeMessages(truth), ...new Law(truth, departments).judge(), ...ofTheServer(record, plan.mail)];
    const shown = [
      ...faults.slice(0, FAULTS_SHOWN),
      ...(faults.length > FAULTS_SHOWN ? [`${faults.length} in all`] : []),
    ];
    expect(shown, `WEEK_SEED=${seed} WEEK_HOSTS=${hosts}`).toEqual([]);
    expectMuch(record);
  },
  WEEK_MS_MAX,
);

/** That no mail goes out is told by another channel, and that it does again. Nothing makes the server suspect itself. */
function ofTheServer({ said, tellings }: Record, [from, to]: readonly [number, number]): string[] {
  const told = said.filter(({ channel, notice }) => channel === "sms" && notice.item === "dmon_alerts");
  const problem = told.find(({ t }) => t > from);
  const recovery = told.findLast(({ notice }) => notice.kind === "recovery");
  return [
    ...(problem && problem.t < to && problem.notice.kind === "problem"
      ? []
      : ["nobody was told by sms that mail waits"]),
    ...(recovery && recovery.t > to ? [] : ["nobody was told by sms that mail goes again"]),
    ...(tellings.some(({ item }) => item === "dmon_silence") ? ["the server suspected itself"] : []),
  ];
}

/** A law is worth what it was tried with. */
function expectMuch({ said, attempts, tellings, down, acks, known }: Record): void {
  const reasons = new Set(
    tellings.flatMap(({ kind, why }) => (kind === "unsaid" ? [why.split(/[ :]/, 4).join(" ")] : [])),
  );
  for (const why of [
    "it flaps",
    "planned work",
    "acknowledged by",
    "it must hold",
    "it is not in the hours",
    "it needs",
    "it changed",
  ])
    expect(
      [...reasons].some((reason) => why.startsWith(reason) || reason.startsWith(why)),
      why,
    ).toBe(true);
  expect([down.length, down.every(([, up]) => up < WEEK_S)]).toEqual([3, true]);
  const kinds = Map.groupBy(said, ({ notice }) => notice.kind);
  for (const kind of ["problem", "change", "recovery", "reminder"] as const)
    expect(kinds.get(kind)?.length, kind).toBeGreaterThan(hosts / 20);
  expect(attempts.filter(({ isTaken }) => !isTaken).length).toBeGreaterThan(10);
  expect(acks.length).toBeGreaterThan(5);
  expect([...known.values()].flat().length).toBeGreaterThan(hosts * 5);
}
