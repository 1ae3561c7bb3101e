// Parameters that name hosts and items, by selectors as in work.conf.

import { typedSelector } from "../../core/event-filter.ts";
import { select } from "../../core/selector.ts";
import { findHost } from "../lookup.ts";
import type { Groups } from "../model.ts";
import { selectedTags } from "../selected.ts";
import type { Visit } from "../view.ts";
import type { Parameter } from "./query.ts";

/** Whether a thing is meant, by one of its names. */
export interface Matches {
  (...names: readonly string[]): boolean;
  /** None was given, so all are meant. */
  isAll: boolean;
  /** All that was given, as one selector. */
  text: string;
  /** The names that were given as such: no groups, no `*`, nothing that is left out. */
  plain: readonly string[];
}

/** Names of hosts: canonical ones, tags, and groups. One that is none is an error, for a mistyped host is never fine. */
export function hostNames(doc: string): Parameter<Matches> {
  const parameter = pastHostNames(doc);
  return {
    ...parameter,
    read(given, visit) {
      const matches = parameter.read(given, visit);
      for (const name of namesIn(matches.text, visit.overview.groups.hosts)) findHost(visit.fleet, name);
      return matches;
    },
  };
}
/** The same of hosts that may be no more. */
export const pastHostNames = (doc: string) =>
  selector(doc, "hosts", "a tag or name of a host", ({ fleet }, text) => {
    const tags = selectedTags(fleet, text);
    return (name, test) => {
      const tag = fleet.find(name)?.view.tag;
      return tag === undefined ? test(name) : tags.has(tag);
    };
  });
/** Names of items, and of groups of them. Items come and go, so nothing is wrong with one that no host has. */
export const itemNames = (doc: string) => selector(doc, "items", "a name of an item", () => (name, test) => test(name));

type Meant = (name: string, test: (name: string) => boolean) => boolean;

/** As in work.conf. What is given several times is one selector. */
function selector(
  doc: string,
  kind: keyof Groups,
  what: string,
  meant: (visit: Visit, text: string) => Meant,
): Parameter<Matches> {
  return {
    doc,
    form: `${what}, or of a group; several with commas, \`*\` and \`?\` stand for others, \`!\` leaves out`,
    schema: { type: "string" },
    many: true,
    read: (given, visit) => {
      const groups = visit.overview.groups[kind];
      const text = typedSelector(given.join(","));
      const isAll = text === "";
      const known = new Map<string, boolean>();
      const get = (name: string) => (Object.hasOwn(groups, name) ? groups[name] : undefined);
      const test = (name: string) => {
        const is = known.get(name) ?? select(text, [name], { get }).names.has(name);
        known.set(name, is);
        return is;
      };
      const isMeant = isAll ? () => true : meant(visit, text);
      const matches = (...names: readonly string[]) => names.some((name) => isMeant(name, test));
      const parts = text.split(",").filter((part) => !part.startsWith("!"));
      return Object.assign(matches, { isAll, text, plain: isAll ? [] : namesIn(parts.join(","), groups) });
    },
  };
}

/** The parts of a selector that are names: no groups, no patterns. */
function namesIn(text: string, groups: Readonly<Record<string, unknown>>): string[] {
  const parts = text.split(",").map((part) => part.replace(/^!/, ""));
  return parts.filter((part) => part !== "" && !Object.hasOwn(groups, part) && !/[*?]/.test(part));
}
