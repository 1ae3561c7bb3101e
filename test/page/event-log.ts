// What the server would answer to EVENTLOG, naively, from the events of an overview.

import { parseLevels } from "../../src/core/event-filter.ts";
import { select } from "../../src/core/selector.ts";
import { type EventLog, type EventLogAsked, FilterRefused, type Overview } from "../../src/page/model.ts";

export function eventLogOf({ events, hosts, groups, levels }: Overview, asked: EventLogAsked): EventLog {
  const byTag = new Map(hosts.map(({ host, tag }) => [tag, host]));
  const find = (field: string, text = "*") => {
    const names = hosts.map(({ host, tag }): [string, string[]] => [host, [tag]]);
    const found = select(text, byTag.keys(), new Map([...names, ...Object.entries(groups.hosts)]));
    const isGone = (name: string) => events.some(({ host }) => host === name);
    const none = found.unmatched.find(({ part }) => !/[*?]/.test(part) && !isGone(part));
    if (none) throw new FilterRefused(field, `no host is called "${none.part}"`);
    const gone = found.unmatched.map(({ part }) => part).filter(isGone);
    return new Set<string | undefined>([...[...found.names].map((tag) => byTag.get(tag)), ...gone]);
  };
  const isHost = [asked.hosts, asked.group].flatMap((text, i) =>
    text === undefined ? [] : [find(i === 0 ? "hosts" : "group", text)],
  );
  const known = new Set([...events.map(({ item }) => item), ...hosts.flatMap(({ state }) => Object.keys(state))]);
  for (const part of asked.items?.split(",").map((each) => each.replace(/^!/, "")) ?? [])
    if (!known.has(part) && !Object.hasOwn(groups.items, part) && !/[*?]/.test(part))
      throw new FilterRefused("items", `no host has an item "${part}"`);
  const items = new Map(Object.entries(groups.items));
  const meant = asked.levels === undefined ? undefined : parseLevels(asked.levels, levels);
  if (meant && "error" in meant) throw new FilterRefused("levels", meant.error);
  const [from = "", to = ""] = asked.ival?.split("..") ?? [];
  const seconds = (iso: string, otherwise: number) => (iso === "" ? otherwise : Date.parse(iso) / 1000);
  const all = events.filter(
    ({ host, item, level, prev, time, flapping, text = "", reason = "" }) =>
      isHost.every((names) => names.has(host)) &&
      select(asked.items ?? "*", [item], items).names.has(item) &&
      (!meant || meant.has(level) || (asked.recoveries && meant.has(prev))) &&
      (!asked.flapping || flapping) &&
      time >= seconds(from, 0) &&
      time < seconds(to, Infinity) &&
      `${text} ${reason}`.toLowerCase().includes(asked.text?.toLowerCase() ?? ""),
  );
  const placeOf = (cursor: string) => all.findIndex(({ id }) => cursor.endsWith(`~${id}`));
  const rest = asked.before
    ? all.slice(placeOf(asked.before) + 1)
    : asked.after
      ? all.slice(0, placeOf(asked.after))
      : all;
  const page = asked.after ? rest.slice(-asked.count) : rest.slice(0, asked.count);
  const last = asked.after ? page[0] : page.at(-1);
  return { events: page, ...(last && page.length < rest.length ? { goOn: `${last.time}~${last.id}` } : {}) };
}
