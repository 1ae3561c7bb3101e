// What answers are made of, declared: items, hosts, events, and who sees to them. Moments are seconds since 1970 (UTC).

import { boolean, count, dictionary, list, named, numberOrNull, object, seconds, text, words } from "./schema.ts";

/** In every answer. */
export const now_s = seconds("The server's clock when this was so. All moments are seconds since 1970 (UTC).");

export const host = text("The host's canonical name.");
export const tag = text("The short name that the work-config calls it by.");
export const care = words(
  ["acknowledged", "planned"],
  "Somebody sees to it: it is acknowledged, or work on it is planned now. Absent when nobody does.",
);
export const counts = dictionary(count("Items."), "Items by the name of their level.");

export const ack = named(
  "Ack",
  "An acknowledgement: somebody sees to an item that is not well.",
  object(
    {
      host,
      tag,
      item: text("The item."),
      level: text("The worst level that is acknowledged; what gets worse is open again."),
      user: text("Who acknowledged it."),
      at_s: seconds("When."),
      text: text("Why, in that person's words; may be empty."),
      in_force: boolean("Whether it holds for the level that the item has now."),
    },
    { until_s: seconds("When it ends; absent: when the item is well.") },
  ),
);

export const planned = named(
  "PlannedWork",
  "Planned work (a downtime) that is on now: by a person, or by a line of work.conf.",
  object(
    {
      text: text("What it is for; may be empty."),
      on: list(
        object({ host, items: list(text("An item, or `*` for all."), "Its items.") }),
        "The hosts that it is on, and their items.",
      ),
    },
    {
      id: count("Its number, by which `dmon downtime` ends it; absent for a line of work.conf."),
      user: text("Whose work it is; absent for a line of work.conf."),
      where: text("The line of work.conf."),
      until_s: seconds("When it ends; absent: never."),
    },
  ),
);

const itemFields = {
  item: text("The item's name."),
  value: numberOrNull("The value when it was last read, in `unit`; null when there is none."),
  unit: text("The unit of `value`, such as `%`, `B/s`, `s`; may be empty."),
  kind: words(["gauge", "rate", "state", "time"], "What kind of value it is; a rate is per second already."),
  level: text("The level's name, best first in `levels` of /status."),
  since_s: seconds("Since when it has this level."),
  time_s: seconds("When the value was read."),
  stale: boolean("Its host is silent, so this is what was last known."),
};
const told = named(
  "Told",
  "Whom the server told.",
  object({
    user: text("Who."),
    channel: text("By which channel."),
    level: text("Of which level."),
    at_s: seconds("When."),
  }),
);
const itemOptional = {
  told: list(told, "Who was told that it is not well; absent when nobody was."),
  label: text("What it is, in words of the work-config or the probe."),
  text: text("A short text beside the value: which disk, which unit."),
  error: text("Why there is no value: what happened, and what to do."),
  rule: text("The rule that made the level, and where it was written; absent while it is the best one."),
  flapping: boolean("Its level changes all the time; absent when it does not."),
  care,
  ack: named(
    "AckNote",
    "Who acknowledged it.",
    object(
      { user: text("Who."), at_s: seconds("When."), text: text("Why; may be empty.") },
      { until_s: seconds("When it ends; absent: when the item is well.") },
    ),
  ),
};
export const item = named("Item", "An item of a host, as it is now.", object(itemFields, itemOptional));
export const itemOfHost = named(
  "ItemOfHost",
  "An item with the host that it is of, as it is now.",
  object({ host, tag, ...itemFields }, itemOptional),
);

export const hostFields = {
  host,
  tag,
  state: words(
    ["up", "silent", "behind", "never"],
    "`up`: it reports. `silent`: its report is overdue. `behind`: that of the client which asks it is. `never`: no report yet.",
  ),
  level: text("The worst level of its items; of a silent host, when they were last known."),
  counts,
  items: count("How many items it has."),
  stale: count("How many of them are only what was last known."),
  planned: boolean("Whether work on the whole host is planned now."),
};
export const hostOptional = {
  care,
  via: text("The client that asks it, for a host that runs none."),
  received_s: seconds("When the server got the last report; absent before the first."),
  report_age_s: seconds("How old that is."),
  version: text("The version of the dmon that reports it."),
  target: text("What that was built for: `linux-x64`."),
};
export const hostSummary = named("Host", "A host and what is wrong with it.", object(hostFields, hostOptional));

export const event = named(
  "Event",
  "The level of an item changed, or the item began or ceased to flap.",
  object(
    {
      id: text("Unique for ever."),
      time_s: seconds("When, by the clock of the client that saw it."),
      host,
      item: text("The item."),
      level: text("The level that it has from then on."),
      prev: text("The level before."),
      value: numberOrNull("The value that made it."),
    },
    {
      tag: text("The host's short name; absent for a host that is no more."),
      text: text("The text beside the value, or the probe's error."),
      reason: text("The rule that made the level."),
      flapping: words(["start", "stop"], "The item began, or ceased, to change all the time."),
    },
  ),
);

export const historyRow = named(
  "HistoryRow",
  "The readings of one stretch of time; null where there was none.",
  object({
    time_s: seconds("When it begins."),
    min: numberOrNull("The least reading."),
    avg: numberOrNull("Their average."),
    max: numberOrNull("The greatest."),
    count: count("How many readings; 0 where there was none."),
  }),
);
