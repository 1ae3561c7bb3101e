// How much of a fleet is not fine, in one line. Pure.

import { type Fleet, mattersOf } from "./fleet.ts";

/** How much there is to look at, and how much of it somebody sees to. */
export function summary({ troubled, scale }: Fleet): string {
  const matters = troubled.flatMap((host) => mattersOf(host).map((matter) => ({ ...matter, host })));
  const open = matters.filter(({ care }) => !care);
  const items = open.flatMap(({ row }) => row ?? []);
  const problems = items.filter(({ state }) => !scale.isBest(state.level)).length;
  const flapping = items.length - problems; // the others flap, and their level is shown beside that
  const unseen = open.filter(({ row, host }) => !row && host.silent === "never").length;
  const silent = open.length - items.length - unseen;
  const acknowledged = matters.filter(({ care }) => care === "acknowledged").length;
  const planned = matters.filter(({ care }) => care === "planned").length;
  const behind = troubled.filter((host) => host.silent === "behind").length;
  const isCare = acknowledged + planned > 0;
  const parts = [
    problems > 0 ? count(problems, isCare ? "open problem" : "problem") : "",
    flapping > 0 ? count(flapping, "flapping item") : "",
    silent > 0 ? count(silent, "silent host") : "",
    unseen > 0 ? `${count(unseen, "host")} without a report` : "",
    open.length === 0 && isCare ? "No open problem" : "",
    behind > 0 ? `${count(behind, "host")} behind a silent one` : "",
    acknowledged > 0 ? `${acknowledged} acknowledged` : "",
    planned > 0 ? `${planned} in planned work` : "",
  ];
  return parts.filter(Boolean).join(", ");
}

/** `1 host`, `2 hosts`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
