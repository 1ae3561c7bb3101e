// Which hosts and items of a page were chosen by its address: `?group=web&q=db&items=cpu_*`.

import { nearest } from "../core/diagnostic.ts";
import { typedSelector } from "../core/event-filter.ts";
import { select } from "../core/selector.ts";
import { compareText } from "../core/text.ts";
import type { Fleet, HostStatus } from "./fleet.ts";
import { selectedTags } from "./selected.ts";
import { BadRequest } from "./view.ts";

/** Columns of a matrix that fit a screen. */
export const ITEMS_CHOSEN_MAX = 12;
const WORDS_CHARS_MAX = 500;

export interface ChosenHosts {
  group: string;
  /** What was typed: a part of a name, or a selector with `*`, `,`, `!` or several words. */
  q: string;
  hosts: readonly HostStatus[];
}

/** The hosts of a group whose names have what was typed. Throws BadRequest for a group that there is not. */
export function chosenHosts(fleet: Fleet, query: URLSearchParams): ChosenHosts {
  const group = query.get("group") ?? "";
  const q = wordsOf(query, "q");
  const members = group === "" ? undefined : new Set(groupOf(fleet, group));
  const ofGroup = members ? fleet.hosts.filter(({ view }) => members.has(view.tag)) : fleet.hosts;
  return { group, q, hosts: q === "" ? ofGroup : matching(ofGroup, q, fleet) };
}

function groupOf({ overview }: Fleet, name: string): readonly string[] {
  const { hosts } = overview.groups;
  const members = Object.hasOwn(hosts, name) ? hosts[name] : undefined;
  if (members) return members;
  const near = nearest(name, Object.keys(hosts));
  const advice = near === undefined ? "" : ` Did you mean “${near}”?`;
  throw new BadRequest(`There is no group of hosts “${name.slice(0, 100)}” in the work-config.${advice}`);
}

function matching(hosts: readonly HostStatus[], q: string, fleet: Fleet): HostStatus[] {
  if (/[*?,!\s]/.test(q)) {
    const tags = selectedTags(fleet, q);
    return hosts.filter(({ view }) => tags.has(view.tag));
  }
  const part = q.toLowerCase();
  return hosts.filter(({ view }) => [view.tag, view.host].some((name) => name.toLowerCase().includes(part)));
}

/** The items that `?items=` selects of those that the fleet has; undefined where nothing was asked for. */
export function chosenItems(
  fleet: Fleet,
  query: URLSearchParams,
): { text: string; items: string[]; more: number } | undefined {
  const text = wordsOf(query, "items");
  if (text === "") return undefined;
  const groups = new Map(Object.entries(fleet.overview.groups.items));
  const { names } = select(typedSelector(text), itemsOf(fleet), groups);
  const all = [...names];
  return { text, items: all.slice(0, ITEMS_CHOSEN_MAX), more: Math.max(0, all.length - ITEMS_CHOSEN_MAX) };
}

/** The names of all items that any host has, in the alphabet. */
export function itemsOf({ hosts }: Fleet): string[] {
  const names = new Set<string>();
  for (const { rows } of hosts) for (const { item } of rows) names.add(item);
  return [...names].sort(compareText);
}

function wordsOf(query: URLSearchParams, key: string): string {
  return (query.get(key) ?? "").trim().slice(0, WORDS_CHARS_MAX);
}

/** An address with one part of its query changed; an empty value takes it away. */
export function withQuery(path: string, query: URLSearchParams, changes: Readonly<Record<string, string>>): string {
  const changed = new URLSearchParams(query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === "") changed.delete(key);
    else changed.set(key, value);
  }
  const text = changed.toString();
  return text === "" ? path : `${path}?${text}`;
}
