// The work-files: what mk-work makes of a work.conf for one client, the server and the pagemaker. JSON, keys sorted by their
// making, so that the same work.conf gives the same bytes. A reader ignores keys that it does not know.

import type { Level, Rule, Test } from "../core/fitness.ts";
import type { FlapLimits } from "../core/flapping.ts";
import {
  ADDRESS_CHARS_MAX,
  ARGUMENT_CHARS_MAX,
  ARGUMENTS_MAX,
  FIT_RULES_MAX,
  FOUND_FITS_MAX,
  HOSTNAME_CHARS_MAX,
  HOSTS_PER_WORK_MAX,
  ITEMS_PER_HOST_MAX,
  LEVELS_MAX,
  NAME_CHARS_MAX,
  TEXT_CHARS_MAX,
  UNIT_CHARS_MAX,
  USERS_MAX,
} from "../core/limits.ts";
import { HOSTNAME_FORM, isHostname, isName, NAME_FORM } from "../core/names.ts";
import { boolean, list, number, object, record, type Shape, ShapeError, text } from "../core/shape.ts";
import type { WorkKind } from "../core/work-kind.ts";
import { type AlertingWork, alertingFields } from "./alerting-work.ts";

export type { WorkKind } from "../core/work-kind.ts";

export interface ItemWork {
  probe: string;
  value: string;
  args: string[];
  /** The `key=value` words of its probe. */
  options?: Record<string, string>;
  fit: Rule[];
  /** Of what its probe finds beside it (core/probe, Found): each a selector of items, the last that selects wins. */
  found?: { fit?: { items: string; fit: Rule[] }[]; flap?: { items: string; flap: FlapLimits | "off" }[] };
  /** When it flaps; absent where the limits are the default ones. */
  flap?: FlapLimits | "off";
  every_s?: number;
  timeout_s?: number;
  label?: string;
  unit?: string;
}

/** What one client does: its own items, and those of the dumb hosts behind it. */
export interface ClientWork {
  host: string;
  server: string;
  /** Whether this host also serves the pages; then it asks for the pagemaker's work too. */
  pmaker: boolean;
  levels: Level[];
  hosts: Record<string, { tag: string; addr?: string; snmp?: string; items: Record<string, ItemWork> }>;
}

/** Whom the server knows (`via` is the canonical name of the client that reports a dumb host), and whom it tells of what. */
export interface ServerWork extends AlertingWork {
  server: string;
  pmaker: string;
  levels: Level[];
  hosts: Record<string, { tag: string; via?: string; addr?: string; port?: number }>;
}

/**
 * What the pagemaker needs: levels, groups, and who may log in (absent in a file that an older mk-work made). `hosts` is itself
 * alone; what it shows of all others it asks the server for.
 */
export interface PmakerWork {
  server: string;
  pmaker: string;
  levels: Level[];
  users?: string[];
  hosts: Record<string, { tag: string }>;
  /** As in the server's work; absent in an older work-file. */
  groups?: AlertingWork["groups"];
}

const name = text(NAME_CHARS_MAX, { test: isName, name: NAME_FORM });
const hostname = text(HOSTNAME_CHARS_MAX, { test: isHostname, name: HOSTNAME_FORM });
const words = text(TEXT_CHARS_MAX);
const levels = list(object({ name, label: words }), LEVELS_MAX);
const LEVELS_LEAST = 2;

const COMPARISONS = [">", ">=", "<", "<=", "=", "!="];
const testShape: Shape<Test> = (value, path) => {
  const { op } = object({ op: text(NAME_CHARS_MAX) })(value, path);
  if (op === "fail" || op === "stale") return { op };
  if (op === "inside" || op === "outside") return { op, ...object({ low: number, high: number })(value, path) };
  if (!COMPARISONS.includes(op)) throw new ShapeError(`${path}.op`, `one of ${COMPARISONS.join(" ")}`);
  return { op: op as ">", ...object({ value: number })(value, path) };
};
const rule: Shape<Rule> = object(
  { level: number, test: testShape, text: words, where: words },
  { for_s: number, until: testShape, until_for_s: number },
);
const limits = object({ high: number, low: number });
const flap: Shape<FlapLimits | "off"> = (value, path) => (value === "off" ? value : limits(value, path));
const item: Shape<ItemWork> = object(
  {
    probe: name,
    value: text(NAME_CHARS_MAX),
    args: list(text(ARGUMENT_CHARS_MAX), ARGUMENTS_MAX),
    fit: list(rule, FIT_RULES_MAX),
  },
  {
    options: record((key) => isName(key), text(ARGUMENT_CHARS_MAX), ARGUMENTS_MAX),
    found: object(
      {},
      {
        fit: list(object({ items: text(ARGUMENT_CHARS_MAX), fit: list(rule, FIT_RULES_MAX) }), FOUND_FITS_MAX),
        flap: list(object({ items: text(ARGUMENT_CHARS_MAX), flap }), FOUND_FITS_MAX),
      },
    ),
    flap,
    every_s: number,
    timeout_s: number,
    label: words,
    unit: text(UNIT_CHARS_MAX),
  },
);

const shapes = {
  client: object({
    host: hostname,
    server: hostname,
    pmaker: boolean,
    levels,
    hosts: record(
      isHostname,
      object(
        { tag: name, items: record(isName, item, ITEMS_PER_HOST_MAX) },
        { addr: text(ADDRESS_CHARS_MAX), snmp: words },
      ),
      HOSTS_PER_WORK_MAX,
    ),
  }) satisfies Shape<ClientWork>,
  server: object({
    server: hostname,
    pmaker: hostname,
    levels,
    hosts: record(
      isHostname,
      object({ tag: name }, { via: hostname, addr: text(ADDRESS_CHARS_MAX), port: number }),
      HOSTS_PER_WORK_MAX,
    ),
    ...alertingFields,
  }) satisfies Shape<ServerWork>,
  pmaker: object(
    {
      server: hostname,
      pmaker: hostname,
      levels,
      hosts: record(isHostname, object({ tag: name }), HOSTS_PER_WORK_MAX),
    },
    { users: list(name, USERS_MAX), groups: alertingFields.groups },
  ) satisfies Shape<PmakerWork>,
};

export type Work<K extends WorkKind> = ReturnType<(typeof shapes)[K]>;

/** The text of a work-file: one item a line, so that a diff shows what changed. */
export function formatWork(work: ClientWork | ServerWork | PmakerWork): string {
  const lines: string[] = [];
  for (const [key, value] of Object.entries(work)) {
    if (key !== "hosts") lines.push(`${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  }
  const hosts = Object.entries(work.hosts).map(
    ([fqdn, { items, ...rest }]: [string, { items?: Record<string, ItemWork>; tag: string }]) => {
      if (!items) return `  ${JSON.stringify(fqdn)}: ${JSON.stringify(rest)}`;
      const own = Object.entries(rest).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
      return `  ${JSON.stringify(fqdn)}: {\n${own.join("")}    "items": {\n${itemLines(items)}\n    }\n  }`;
    },
  );
  lines.push(`"hosts": {\n${hosts.join(",\n")}\n}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** Texts that are made once: thousands of hosts share their items, singly or all of them. */
const itemTexts = new WeakMap<ItemWork, string>();
const itemsTexts = new WeakMap<Record<string, ItemWork>, string>();

function itemLines(items: Record<string, ItemWork>): string {
  const known = itemsTexts.get(items);
  if (known !== undefined) return known;
  const lines = Object.entries(items).map(([key, each]) => {
    const json = itemTexts.get(each) ?? JSON.stringify(each);
    itemTexts.set(each, json);
    return `      ${JSON.stringify(key)}: ${json}`;
  });
  const made = lines.join(",\n");
  itemsTexts.set(items, made);
  return made;
}

/** Reads a work-file. Throws SyntaxError or ShapeError. */
export function parseWorkFile<K extends WorkKind>(kind: K, content: string): Work<K> {
  const work = shapes[kind](JSON.parse(content), "") as Work<K>;
  if (work.levels.length < LEVELS_LEAST) throw new ShapeError("levels", `at least ${LEVELS_LEAST} levels`);
  return work;
}
