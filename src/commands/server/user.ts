// USER: by which lines of the work somebody is told, of what, by which ways; and what they were told last.

import { formatWhen } from "../../core/hours.ts";
import { formatInterval } from "../../core/interval.ts";
import { USER_HOSTS_SHOWN_MAX, USER_TOLD_MAX } from "../../core/limits.ts";
import { isName } from "../../core/names.ts";
import { defineCommand, json, Refusal } from "../../wire/command.ts";
import type { AlertLineSeen, ServerDesk } from "./desk.ts";

export default defineCommand<ServerDesk>({
  name: "USER",
  from: ["localhost", "pagemaker"],
  args: [{ name: "NAME" }],
  doc: `How a user of the work is told: the mail address, each alert line with its place (work.conf:12) and the hosts and items that it is for now, groups resolved (the first ${USER_HOSTS_SHOWN_MAX} of each; "hosts" and "items" count all); and the last ${USER_TOLD_MAX} of what was told. Of who is told nothing there are no lines.`,
  handle(desk, [user = ""]) {
    if (!isName(user)) throw new Refusal(`${JSON.stringify(user.slice(0, 40))} is no name of a user`);
    const { mail, lines, levels } = desk.people.linesOf(user);
    const tagOf = new Map(desk.hosts().map(([host, { tag }]) => [host, tag]));
    const told = desk.people.tellings({ user, count: USER_TOLD_MAX });
    return json({
      resp: "ok user",
      now: desk.now_s(),
      user,
      ...(mail === undefined ? {} : { mail }),
      lines: lines.map((line) => ({ ...shown(line, user, levels), ...reachOf(line, desk) })),
      told: told.map((each) => ({ ...each, tag: tagOf.get(each.host) ?? each.host })),
    });
  },
});

/** The line as a work has it, for this user alone. */
function shown(line: AlertLineSeen, user: string, levels: readonly string[]) {
  const { hosts, items, after_s, every_s, hours, recovery, via, where, isNow } = line;
  const words = [
    `alert ${user} ${hosts} ${items} ${changeText(line, levels)}`,
    after_s === undefined ? "" : `after ${formatInterval(after_s)}`,
    every_s === undefined ? "" : `every ${formatInterval(every_s)}`,
    hours === undefined ? "" : `hours ${formatWhen(hours)}`,
    recovery ? "" : "no-recovery",
    `via ${via.join(",")}`,
  ];
  return { where, text: words.filter(Boolean).join(" "), via, now: isNow };
}

/** `>=sick`, `fine->*`: the shortest words for the levels of a line. */
function changeText({ from, to }: AlertLineSeen, levels: readonly string[]): string {
  const side = (names: readonly string[]) => {
    if (names.length === levels.length) return "*";
    const [first = ""] = names;
    const at = levels.indexOf(first);
    if (names.length === 1) return first;
    if (names.length === levels.length - at && at > 0) return `>=${first}`;
    return at === 0 && names.length < levels.length && names.at(-1) === levels[names.length - 1]
      ? `<=${names.at(-1)}`
      : names.join(",");
  };
  const [before, after] = [side(from), side(to)];
  if (before !== "*") return `${before}->${after}`;
  return after === "*" ? "any" : after;
}

/** What it is for of all that reports now. */
function reachOf({ scope }: AlertLineSeen, desk: ServerDesk) {
  const tags: string[] = [];
  const items = new Set<string>();
  for (const [host, { tag }, known] of desk.hosts()) {
    const own = ["dmon", ...Object.keys(known?.state ?? {})].filter((item) => scope.covers(host, item));
    if (own.length > 0) tags.push(tag);
    for (const item of own) items.add(item);
  }
  const names = [...items].toSorted();
  return {
    hosts: tags.length,
    tags: tags.toSorted().slice(0, USER_HOSTS_SHOWN_MAX),
    items: names.length,
    names: names.slice(0, USER_HOSTS_SHOWN_MAX),
  };
}
