// Notices of the same item of which the first was not taken yet, as one: who reads them hears nothing twice, and of no recovery without
// its problem. Pure.

import type { Notice } from "../core/alert/message.ts";

/** What becomes of notices that wait when there are newer ones. */
export interface Joined {
  /** Of those that waited. */
  waiting: Notice[];
  fresh: Notice[];
  /** Those that waited and are not told any more as they were. */
  superseded: Notice[];
}

/** Newer notices go into the message of those that wait: of an item one stays, or none where nothing is new. */
export function extended(waiting: readonly Notice[], fresh: readonly Notice[]): Pick<Joined, "waiting" | "superseded"> {
  const all = new Map(waiting.map((notice) => [itemOf(notice), notice]));
  const superseded: Notice[] = [];
  for (const notice of fresh) {
    const before = all.get(itemOf(notice));
    const both = before ? joined(before, notice) : notice;
    if (both) all.set(itemOf(notice), both);
    else all.delete(itemOf(notice));
    if (before && (before.level !== both?.level || before.problem !== both.problem)) superseded.push(before);
  }
  return { waiting: [...all.values()], superseded };
}

/** Newer notices are a message of their own, which may come first: what is of the same items goes over to that. */
export function overtaken(waiting: readonly Notice[], fresh: readonly Notice[]): Joined {
  const old = new Map(waiting.map((notice) => [itemOf(notice), notice]));
  const superseded: Notice[] = [];
  const next = fresh.flatMap((notice) => {
    const before = old.get(itemOf(notice));
    if (!before) return [notice];
    old.delete(itemOf(notice));
    superseded.push(before);
    return joined(before, notice) ?? [];
  });
  return { waiting: [...old.values()], fresh: next, superseded };
}

/** Two notices of an item, of which the first was not sent, as one; undefined when all is as it was told before. */
function joined(before: Notice, notice: Notice): Notice | undefined {
  if (before.kind === "reminder") return notice;
  const { kind, prev } = before;
  if (notice.kind === "reminder") return { ...notice, kind, prev };
  if (notice.level === prev || (kind === "problem" && notice.kind === "recovery")) return undefined;
  if (notice.kind === "recovery") return { ...notice, prev };
  return { ...notice, kind: kind === "problem" ? "problem" : "change", prev };
}

function itemOf({ host, item }: Notice): string {
  return `${host}\0${item}`;
}
