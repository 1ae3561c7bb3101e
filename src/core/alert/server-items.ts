// The items by which the server tells of itself: of its own host, beside what that host's client measures. No probe reads them and
// no get names them; alerts, downtimes and acknowledgements do.

/** What each of them tells. */
export const SERVER_ITEMS = {
  dmon_alerts: "Messages that nobody takes: one waits for ten minutes, or was given up after a week.",
  dmon_silence: "Most clients are silent at once, so that it is rather the network of the server.",
} as const;

export type ServerItem = keyof typeof SERVER_ITEMS;

export const serverItems = Object.keys(SERVER_ITEMS) as readonly ServerItem[];

export function isServerItem(name: string): name is ServerItem {
  return Object.hasOwn(SERVER_ITEMS, name);
}

/** The level that they have when something is wrong: as bad as a thing that people are told of. */
export function badLevel<L>(levels: readonly L[]): L | undefined {
  return levels[2] ?? levels.at(-1);
}
