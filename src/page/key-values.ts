// The values that stand for a host where there is one line of it: CPU, memory, root disk, load. Pure.

import type { HostStatus, Row } from "./fleet.ts";

/** A column of values: the first of these items that a host has fills it. `free` heads one that tells what is left. */
export interface Column {
  head: string;
  items: readonly { name: string; free?: string }[];
}

export const KEY_VALUES: readonly Column[] = [
  { head: "CPU", items: [{ name: "cpu_usage" }, { name: "cpu_busy" }, { name: "cpu_total" }, { name: "cpu_user" }] },
  { head: "Memory", items: [{ name: "mem_usage" }, { name: "mem_used" }, { name: "mem_avail", free: "Mem free" }] },
  { head: "Root disk", items: [{ name: "root_usage" }, { name: "root_avail", free: "Root free" }] },
  { head: "Load", items: [{ name: "cpu_load" }, { name: "load1" }, { name: "load" }] },
];

export interface Key {
  head: string;
  row?: Row;
  free: boolean;
}

/** The first item of a column's that the host has, and what heads it there. */
export function keyOf({ head, items }: Column, host: HostStatus): Key {
  for (const { name, free } of items) {
    const row = host.rows.find(({ item }) => item === name);
    if (row) return { head: free ?? head, row, free: free !== undefined };
  }
  return { head, free: false };
}
