// What can stand in a work.conf, for editors and shells: statements, options, items and probes that begin with a word.

import { SERVER_ITEMS, serverItems } from "../core/alert/server-items.ts";
import { catalogue } from "./catalogue.ts";
import { usage } from "./statement.ts";
import { statements } from "./statements/index.ts";

/** A word that can be typed, and how it is used. */
export interface Completion {
  word: string;
  usage: string;
}

/** Statements first, then options of statements; items and probes only when something of them was typed. */
export function completions(typed: string): Completion[] {
  const all = [
    ...statements.map((statement) => ({ word: statement.name, usage: usage(statement) })),
    ...statements.flatMap(({ name, options }) =>
      Object.entries(options ?? {}).map(([option, doc]) => ({
        word: `${option}=`,
        usage: `${name} … ${option}=: ${doc}`,
      })),
    ),
    ...(typed === ""
      ? []
      : [
          ...catalogue.map(({ name, probe, value }) => ({ word: name, usage: `an item, ${probe.name}.${value}` })),
          ...serverItems.map((word) => ({ word, usage: `an item of the server, for alerts: ${SERVER_ITEMS[word]}` })),
        ]),
  ];
  return all.filter(({ word }) => word.startsWith(typed));
}
