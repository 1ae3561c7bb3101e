// All commands of the command line, each loaded when it is chosen.

import type { CliCommand } from "./command.ts";

type Load = () => Promise<{ default: CliCommand }>;

export const cliCommands: Readonly<Record<string, Load>> = {
  start: () => import("./start.ts"),
  stop: () => import("./stop.ts"),
  reload: () => import("./reload.ts"),
  state: () => import("./state.ts"),
  init: () => import("./init.ts"),
  "mk-work": () => import("./mk-work.ts"),
  probe: () => import("./probe.ts"),
  inventory: () => import("./inventory.ts"),
  hist: () => import("./hist.ts"),
  top: () => import("./top.ts"),
  events: () => import("./events.ts"),
  alerts: () => import("./alerts.ts"),
  ack: () => import("./ack.ts"),
  downtime: () => import("./downtime.ts"),
  alert: () => import("./alert.ts"),
  db: () => import("./db.ts"),
  passwd: () => import("./passwd.ts"),
  send: () => import("./send.ts"),
};

/** What dmon runs of itself: neither shown nor proposed. */
export const ownCommands: Readonly<Record<string, Load>> = {
  "draw-png": () => import("./draw-png.ts"),
};
