// All commands of the client's port.

import type { Command } from "../../wire/command.ts";
import { helpFor } from "../help.ts";
import { ping } from "../ping.ts";
import { state } from "../state.ts";
import type { ClientDesk } from "./desk.ts";
import hist from "./hist.ts";
import reload from "./reload.ts";
import report from "./report.ts";
import send from "./send.ts";
import server from "./server.ts";
import stop from "./stop.ts";
import zap from "./zap.ts";

const commands: readonly Command<ClientDesk>[] = [hist, ping, reload, report, send, server, state, stop, zap];

export const clientCommands: readonly Command<ClientDesk>[] = [...commands, helpFor(commands)];
