// All probes, alphabetically. A new one is one file and one line here.

import type { Probe } from "../src/core/probe.ts";
import cpu from "./cpu.ts";
import disk from "./disk.ts";
import dmon from "./dmon.ts";
import exec from "./exec.ts";
import ifmib from "./ifmib.ts";
import load from "./load.ts";
import memory from "./memory.ts";
import net from "./net.ts";
import printer from "./printer.ts";
import processes from "./processes.ts";
import snmp from "./snmp.ts";
import ups from "./ups.ts";
import uptime from "./uptime.ts";

export const probes: readonly Probe[] = [
  cpu,
  disk,
  dmon,
  exec,
  ifmib,
  load,
  memory,
  net,
  printer,
  processes,
  snmp,
  ups,
  uptime,
];
