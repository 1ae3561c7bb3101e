// What one graph page or picture shows: an item of a host, and what `&with=` adds to compare it with.

import { GRAPH_SUBJECTS_MAX } from "../core/limits.ts";
import type { ItemState } from "../core/report.ts";
import type { Fleet, HostStatus } from "./fleet.ts";
import { findHost, findItemOf } from "./lookup.ts";
import { type Link, NotFound } from "./view.ts";

/** One item of a host. */
export interface Subject {
  host: HostStatus;
  item: string;
  state: ItemState;
}

/** One that was asked for and is not there. */
export interface Missing {
  /** As it was asked for. */
  text: string;
  message: string;
  /** What was probably meant, as `with=` takes it. */
  near?: string;
}

export interface Subjects {
  /** The one that the page is about is the first. */
  all: readonly [Subject, ...Subject[]];
  missing: Missing[];
}

/** Finds the item of a page, and all that `with=` names: `TAG/ITEM`, or `ITEM` of the same host. Throws NotFound where there is not the first. */
export function findSubjects(fleet: Fleet, tag: string, item: string, query: URLSearchParams): Subjects {
  const first = findSubject(fleet, tag, item);
  const all: [Subject, ...Subject[]] = [first];
  const missing: Missing[] = [];
  const seen = new Set([keyOf(first)]);
  for (const text of query.getAll("with").map((each) => each.trim())) {
    if (text === "") continue;
    try {
      const found = findWith(fleet, first.host, text);
      if (seen.has(keyOf(found))) continue;
      if (all.length >= GRAPH_SUBJECTS_MAX) {
        missing.push({ text, message: `At most ${GRAPH_SUBJECTS_MAX} items are compared on one page.` });
        break;
      }
      seen.add(keyOf(found));
      all.push(found);
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      if (missing.length < GRAPH_SUBJECTS_MAX) missing.push(missingOf(text, error));
    }
  }
  return { all, missing };
}

/** How `with=` and addresses name it; items have no slash in their names. */
export function keyOf({ host, item }: Pick<Subject, "host" | "item">): string {
  return `${host.view.tag}/${item}`;
}

/** What a line is called among others: what all have in common is left out. */
export function namesOf(subjects: readonly Subject[]): string[] {
  const [first] = subjects;
  const sameHost = subjects.every(({ host }) => host === first?.host);
  const sameItem = subjects.every(({ item }) => item === first?.item);
  return subjects.map(({ host, item }) => {
    if (sameHost) return item;
    return sameItem ? host.view.tag : `${host.view.tag} ${item}`;
  });
}

function findSubject(fleet: Fleet, tag: string, item: string): Subject {
  const host = findHost(fleet, tag);
  return { host, item, state: findItemOf(host, item) };
}

function findWith(fleet: Fleet, own: HostStatus, text: string): Subject {
  const at = text.indexOf("/");
  if (at < 0) return { host: own, item: text, state: findItemOf(own, text) };
  return findSubject(fleet, text.slice(0, at).trim(), text.slice(at + 1).trim());
}

function missingOf(text: string, { message, near }: NotFound): Missing {
  return { text, message, ...(near ? { near: nearOf(near, text) } : {}) };
}

/** A link names a host, `host/mars`, or an item, `graph/mars/load1`. */
function nearOf({ href }: Link, asked: string): string {
  const [, tag = "", item] = href.split("/").map(decodeURIComponent);
  return `${tag}/${item ?? asked.slice(asked.indexOf("/") + 1)}`;
}
