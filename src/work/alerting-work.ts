// The part of the server's work that says who is told of what.

import type { Hours, Once } from "../core/hours.ts";
import {
  ALERTS_MAX,
  ARGUMENT_CHARS_MAX,
  CONFIG_LINE_CHARS_MAX,
  HOSTNAME_CHARS_MAX,
  HOSTS_PER_WORK_MAX,
  LEVELS_MAX,
  NAME_CHARS_MAX,
  TEXT_CHARS_MAX,
  TIMES_MAX,
  USER_OPTIONS_MAX,
  USERS_MAX,
  ZONE_CHARS_MAX,
} from "../core/limits.ts";
import { isName, NAME_FORM } from "../core/names.ts";
import { boolean, list, number, object, record, type Shape, ShapeError, text } from "../core/shape.ts";

/** An alert statement: selectors are in tags and item names, groups as the work has them; levels by name. */
export interface AlertWork {
  users: string[];
  hosts: string;
  items: string;
  from: string[];
  to: string[];
  after_s?: number;
  every_s?: number;
  hours?: Hours;
  recovery: boolean;
  /** Channels; `mail` is one. */
  via: string[];
  where: string;
}

export interface NeedsWork {
  hosts: string;
  /** Canonical name; and an item of it. */
  host: string;
  item?: string;
  where: string;
}

export interface DowntimeWork {
  hosts: string;
  items: string;
  when: Hours | Once;
  text?: string;
  where: string;
}

export interface AlertingWork {
  users: Record<string, { mail: string; options?: Record<string, string> }>;
  channels: Record<string, { type: string; url: string }>;
  /** All groups: tags of hosts, names of items. */
  groups: { hosts: Record<string, string[]>; items: Record<string, string[]> };
  alerts: AlertWork[];
  needs: NeedsWork[];
  downtimes: DowntimeWork[];
}

const name = text(NAME_CHARS_MAX, { test: isName, name: NAME_FORM });
const words = text(TEXT_CHARS_MAX);
const hostname = text(HOSTNAME_CHARS_MAX);
const selector = text(CONFIG_LINE_CHARS_MAX);
const levels = list(name, LEVELS_MAX);
const groups = record(isName, list(name, HOSTS_PER_WORK_MAX), HOSTS_PER_WORK_MAX);
const isKey = (key: string) => key.length <= NAME_CHARS_MAX;

const DAY_MIN = 1440;
const time: Shape<[number, number]> = (value, path) => {
  const [from, to, more] = list(number, 2)(value, path);
  const isMinute = (minute: number | undefined): minute is number =>
    minute !== undefined && Number.isInteger(minute) && minute >= 0 && minute <= DAY_MIN;
  if (!isMinute(from) || !isMinute(to) || more !== undefined) throw new ShapeError(path, "two minutes of the day");
  return [from, to];
};
const zone = text(ZONE_CHARS_MAX);
const hours: Shape<Hours> = object({ days: list(number, 7), times: list(time, TIMES_MAX) }, { zone });
const once: Shape<Once> = object({ from: words, to: words }, { zone });
const when: Shape<Hours | Once> = (value, path) =>
  typeof value === "object" && value !== null && "days" in value ? hours(value, path) : once(value, path);

const alert: Shape<AlertWork> = object(
  {
    users: list(name, USERS_MAX),
    hosts: selector,
    items: selector,
    from: levels,
    to: levels,
    recovery: boolean,
    via: list(name, USERS_MAX),
    where: words,
  },
  { after_s: number, every_s: number, hours },
);

/** The fields of AlertingWork, as shapes. */
export const alertingFields = {
  users: record(
    isName,
    object({ mail: text(HOSTNAME_CHARS_MAX + 1) }, { options: record(isKey, words, USER_OPTIONS_MAX) }),
    USERS_MAX,
  ),
  channels: record(isName, object({ type: words, url: text(ARGUMENT_CHARS_MAX) }), USERS_MAX),
  groups: object({ hosts: groups, items: groups }),
  alerts: list(alert, ALERTS_MAX),
  needs: list(object({ hosts: selector, host: hostname, where: words }, { item: name }), ALERTS_MAX),
  downtimes: list(object({ hosts: selector, items: selector, when, where: words }, { text: words }), ALERTS_MAX),
};
