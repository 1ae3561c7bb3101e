// All probes, alphabetically. A new one is one file and one line here.

import type { Probe } from "../src/core/probe.ts";
import battery from "./battery.ts";
import containers from "./containers.ts";
import cpu from "./cpu.ts";
import disk from "./disk.ts";
import dmon from "./dmon.ts";
import exec from "./exec.ts";
import load from "./load.ts";
import mailqueue from "./mailqueue.ts";
import mdraid from "./mdraid.ts";
import memory from "./memory.ts";
import net from "./net.ts";
import processes from "./processes.ts";
import sensors from "./sensors.ts";
import smart from "./smart.ts";
import systemd from "./systemd.ts";
import unit from "./unit.ts";
import updates from "./updates.ts";
import uptime from "./uptime.ts";
import zfs from "./zfs.ts";

export const probes: readonly Probe[] = [
  battery,
  containers,
  cpu,
  disk,
  dmon,
  exec,
  load,
  mailqueue,
  mdraid,
  memory,
  net,
  processes,
  sensors,
  smart,
  systemd,
  unit,
  updates,
  uptime,
  zfs,
];
