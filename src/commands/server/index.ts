// All commands of the server's port.

import type { Command } from "../../wire/command.ts";
import type { OtherPort } from "../../wire/dispatch.ts";
import { helpFor } from "../help.ts";
import { ping } from "../ping.ts";
import { state } from "../state.ts";
import { ack, unack } from "./ack.ts";
import alertTest from "./alert-test.ts";
import alerts from "./alerts.ts";
import allping from "./allping.ts";
import allsend from "./allsend.ts";
import client from "./client.ts";
import clients from "./clients.ts";
import type { ServerDesk } from "./desk.ts";
import { downtime, endDowntime } from "./downtime.ts";
import eventlog from "./eventlog.ts";
import events from "./events.ts";
import report from "./report.ts";
import testMessage from "./test-message.ts";
import ticket from "./ticket.ts";
import user from "./user.ts";
import watch from "./watch.ts";
import { work, workLm } from "./work.ts";

const commands: readonly Command<ServerDesk>[] = [
  ack,
  alerts,
  alertTest,
  allping,
  allsend,
  client,
  clients,
  downtime,
  endDowntime,
  eventlog,
  events,
  ping,
  report,
  state,
  testMessage,
  ticket,
  unack,
  user,
  watch,
  work,
  workLm,
];

export const serverCommands: readonly Command<ServerDesk>[] = [...commands, helpFor(commands)];

/** As the other port names it. */
export const serversPort: OtherPort = { name: "the server's port, PORT", commands: serverCommands };
