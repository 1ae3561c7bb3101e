// All commands of the client's port.

import type { OtherPort } from "../../wire/dispatch.ts";
import { helpFor } from "../help.ts";
import { ping } from "../ping.ts";
import { state } from "../state.ts";
import type { ClientCommand } from "./declare.ts";
import hist from "./hist.ts";
import reload from "./reload.ts";
import report from "./report.ts";
import rules from "./rules.ts";
import send from "./send.ts";
import server from "./server.ts";
import stop from "./stop.ts";
import zap from "./zap.ts";

const commands: readonly ClientCommand[] = [hist, ping, reload, report, rules, send, server, state, stop, zap];

export const clientCommands: readonly ClientCommand[] = [...commands, helpFor(commands)];

/** As the other port names it. */
export const clientsPort: OtherPort = { name: "the client's port, PORT + 1", commands: clientCommands };
