// All probes, alphabetically. A new one is one file and one line here.

import type { Probe } from "../src/core/probe.ts";
import checkmk from "./checkmk.ts";
import cpu from "./cpu.ts";
import disk from "./disk.ts";
import dmon from "./dmon.ts";
import exec from "./exec.ts";
import load from "./load.ts";
import memory from "./memory.ts";
import munin from "./munin.ts";
import nagios from "./nagios.ts";
import net from "./net.ts";
import processes from "./processes.ts";
import textfile from "./textfile.ts";
import uptime from "./uptime.ts";

export const probes: readonly Probe[] = [
  checkmk,
  cpu,
  disk,
  dmon,
  exec,
  load,
  memory,
  munin,
  nagios,
  net,
  processes,
  textfile,
  uptime,
];
