// All probes, alphabetically. A new one is one file and one line here.

import type { Probe } from "../src/core/probe.ts";
import conntrack from "./conntrack.ts";
import cpu from "./cpu.ts";
import disk from "./disk.ts";
import diskio from "./diskio.ts";
import disks from "./disks.ts";
import disksio from "./disksio.ts";
import dmon from "./dmon.ts";
import exec from "./exec.ts";
import load from "./load.ts";
import memory from "./memory.ts";
import net from "./net.ts";
import network from "./network.ts";
import openfiles from "./openfiles.ts";
import pressure from "./pressure.ts";
import process_ from "./process.ts";
import processes from "./processes.ts";
import sockets from "./sockets.ts";
import time from "./time.ts";
import uptime from "./uptime.ts";
import users from "./users.ts";

export const probes: readonly Probe[] = [
  conntrack,
  cpu,
  disk,
  diskio,
  disks,
  disksio,
  dmon,
  exec,
  load,
  memory,
  net,
  network,
  openfiles,
  pressure,
  process_,
  processes,
  sockets,
  time,
  uptime,
  users,
];
